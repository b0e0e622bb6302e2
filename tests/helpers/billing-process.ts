import '#lib/announce/listen.ts'
import { text } from 'node:stream/consumers'
import { closeDatabase, configureDatabase, db } from '#db/client.ts'

/**
 * A process of its own that may be made to die by CRASH_AT: `work` does every job that is due, `receive` takes in the
 * webhook whose signature and body come on standard input, one line each, `buy` clicks on *Buy* (account, user, price). It
 * starts with no more than it needs.
 */
const [what, databaseUrl = '', accountId = '', userId = '', priceId = ''] = process.argv.slice(2)
configureDatabase(databaseUrl, { max: 4 })
if (what === 'work') {
  const { Logger, runOnce } = await import('graphile-worker')
  const { taskList } = await import('#lib/ops/jobs/tasks.ts')
  const { withdrawWorkers } = await import('#lib/ops/jobs/worker-presence.ts')
  const logger = new Logger(() => () => undefined)
  await runOnce({ connectionString: databaseUrl, taskList, logger, noHandleSignals: true })
  await withdrawWorkers()
} else if (what === 'buy') {
  const { contextFor, customerActor } = await import('./context.ts')
  const { authorize } = await import('#lib/core/authorize.ts')
  const { startCheckout } = await import('#lib/billing/checkout/start-checkout.ts')
  const { clock } = await import('#lib/core/clock.ts')
  const { readClock } = await import('#lib/ops/test-clock/test-clock.ts')
  await readClock(db())
  const ctx = { ...contextFor(customerActor(userId), { accountId }), clock }
  console.log('page', (await startCheckout(authorize(ctx, 'me:buy'), { priceId })).url)
} else {
  const { POST } = await import('#app/api/webhooks/stripe/route.ts')
  const [signature = '', body = ''] = (await text(process.stdin)).split('\n')
  const headers = { 'stripe-signature': signature }
  const request = new Request('http://127.0.0.1/api/webhooks/stripe', { method: 'POST', headers, body })
  console.log('answered', (await POST(request)).status)
}
await closeDatabase()
