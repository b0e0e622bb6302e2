import { installDebianPackage, runs } from './debian-package.mjs'

/**
 * Makes a Redis server available to the tests that need a real one: where the machine has none and we may, Debian's package
 * of it. redis-tools holds the program and, unlike redis-server, no system service that would start.
 */
export async function ensureRedisServer() {
  if (runs('redis-server') || runs('redis-check-rdb')) return
  await installDebianPackage('redis-tools', {
    what: 'Redis server',
    skipped: 'the tests of throttles shared on Redis',
  })
}
