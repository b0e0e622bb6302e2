import { log } from '#lib/core/logging/log.ts'
import { isDatabaseAway } from '#lib/web/http/error-response.ts'

/**
 * The database driver rejects a promise of its own, which nobody can catch, when a new connection breaks while it is being
 * set up. The queries on it fail as they should; the process must not. Anything else unhandled still ends it.
 */
export function surviveLostConnections(): void {
  process.on('unhandledRejection', (error) => {
    if (isDatabaseAway(error)) {
      log().warn({ err: error }, 'a connection to the database broke while it was being made')
      return
    }
    log().fatal({ err: error }, 'an unhandled rejection')
    process.exit(1)
  })
}
