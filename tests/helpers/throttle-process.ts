import '#lib/announce/listen.ts'
import { closeDatabase, configureDatabase } from '#db/client.ts'
import { countRequest } from '#lib/access/throttle/rate-limit.ts'
import { countAttempt } from '#lib/access/throttle/throttle.ts'
import { AppError } from '#lib/core/errors.ts'
import { closeRedis } from '#lib/core/redis/client.ts'

/**
 * Another process of the same installation: counts `attempts` guesses of one subject and `requests` of one address, and
 * prints how many it let through.
 */
const [databaseUrl = '', subject = '', attempts = '0', ip = '', requests = '0'] = process.argv.slice(2)
configureDatabase(databaseUrl, { max: 2 })
let tried = 0
for (let n = 0; n < Number(attempts); n++) {
  try {
    await countAttempt([{ limit: { name: 'test-minute', points: 6, seconds: 60 }, subject }])
    tried += 1
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'RATE_LIMITED') throw error
  }
}
let answered = 0
for (let n = 0; n < Number(requests); n++) {
  if (!(await countRequest({ kind: 'visitor' }, ip)).refusal) answered += 1
}
closeRedis()
await closeDatabase()
console.log(JSON.stringify({ tried, answered }))
