import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { Logger, runOnce } from 'graphile-worker'
import { POST } from '#app/api/webhooks/stripe/route.ts'
import { closeDatabase, configureDatabase } from '#db/client.ts'
import { globalSlot } from '#lib/global-slot.ts'
import { taskList } from '#lib/jobs/tasks.ts'
import { withdrawWorkers } from '#lib/jobs/worker-presence.ts'
import { createV3Router } from '#server/v3-router.ts'

/**
 * A process of its own that may be made to die by CRASH_AT: `work` does every job that is due, `receive` takes in the
 * webhook whose signature and body come on standard input, one line each.
 */
const [what, databaseUrl = ''] = process.argv.slice(2)
configureDatabase(databaseUrl, { max: 4 })
if (what === 'work') {
  const router = await createV3Router(join(import.meta.dirname, '../../app'))
  globalSlot<(request: Request) => Promise<Response>>('dispatcher').set(async (request) =>
    router.fetch(request),
  )
  const logger = new Logger(() => () => undefined)
  await runOnce({ connectionString: databaseUrl, taskList, logger, noHandleSignals: true })
  await withdrawWorkers()
} else {
  const [signature = '', body = ''] = (await text(process.stdin)).split('\n')
  const headers = { 'stripe-signature': signature }
  const answer = await POST(
    new Request('http://127.0.0.1/api/webhooks/stripe', { method: 'POST', headers, body }),
  )
  console.log('answered', answer.status)
}
await closeDatabase()
