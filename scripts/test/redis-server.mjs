import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { scratch } from '../bootstrap/paths.mjs'
import { runLogged } from '../bootstrap/run.mjs'

const has = (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0

/**
 * Makes a Redis server available to the tests that need a real one: where the machine has none and we may, Debian's package
 * of it. redis-tools holds the program and, unlike redis-server, no system service that would start.
 */
export async function ensureRedisServer() {
  if (has('redis-server') || has('redis-check-rdb')) return
  try {
    if (process.getuid?.() !== 0 || !has('apt-get')) throw new Error('this is not root on Debian')
    console.log('Installing a Redis server for the tests (Debian package redis-tools) …')
    await apt('update')
    await apt('install', '--yes', '--no-install-recommends', 'redis-tools')
  } catch (error) {
    console.log(
      `\nNOTICE: there is no redis-server and it could not be installed: the tests of throttles shared on Redis are SKIPPED.\n${error.message}\n`,
    )
  }
}

async function apt(...args) {
  await runLogged('apt-get', args, {
    logFile: join(scratch, `apt-${args[0]}.log`),
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    what: `apt-get ${args[0]}`,
  })
}
