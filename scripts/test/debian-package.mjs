import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { scratch } from '../bootstrap/paths.mjs'
import { runLogged } from '../bootstrap/run.mjs'

/** Whether the program runs with these arguments. */
export const runs = (program, args = ['--version']) =>
  spawnSync(program, args, { stdio: 'ignore' }).status === 0

/**
 * Installs a Debian package that tests need, where we may; otherwise says which tests are skipped. Where it is there already
 * is for the caller to find out.
 */
export async function installDebianPackage(name, { what, skipped }) {
  try {
    if (process.getuid?.() !== 0 || !runs('apt-get')) throw new Error('this is not root on Debian')
    console.log(`Installing ${what} for the tests (Debian package ${name}) …`)
    await apt('update')
    await apt('install', '--yes', '--no-install-recommends', name)
  } catch (error) {
    console.log(
      `\nNOTICE: there is no ${what} and it could not be installed: ${skipped} are SKIPPED.\n${error.message}\n`,
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
