import { and, eq } from 'drizzle-orm'
import { expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { stripeEvents } from '#db/schema/billing.ts'
import { authorize } from '#lib/core/authorize.ts'
import { purge } from '#lib/ops/jobs/purge.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { contextFor, testClock } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

setUpTestDatabase()

function makeEvent(accountId: string, id: string, status: 'pending' | 'done', at: Date) {
  return db().insert(stripeEvents).values({
    accountId,
    id,
    type: 'invoice.paid',
    livemode: false,
    source: 'webhook',
    status,
    occurredAt: at,
    receivedAt: at,
  })
}

const eventIds = async (accountId: string) =>
  (
    await db()
      .select()
      .from(stripeEvents)
      .where(and(eq(stripeEvents.accountId, accountId)))
      .orderBy(stripeEvents.id)
  ).map((row) => row.id)

test('the nightly purge takes handled payment events after 90 days, never pending ones, never another account’s', async () => {
  const clock = testClock()
  const { id: accountId } = await makeAccount()
  const { id: otherId } = await makeAccount()
  const ctx = authorize(contextFor({ kind: 'system', job: 'purge' }, { accountId, clock }), 'system:work')
  await makeEvent(accountId, 'evt_done', 'done', clock.now())
  await makeEvent(accountId, 'evt_pending', 'pending', clock.now())
  await makeEvent(otherId, 'evt_other', 'done', clock.now())

  clock.advance({ days: 89 })
  await purge(ctx)
  expect(await eventIds(accountId)).toEqual(['evt_done', 'evt_pending'])
  clock.advance({ days: 2 })
  await purge(ctx)
  expect(await eventIds(accountId)).toEqual(['evt_pending'])
  expect(await eventIds(otherId)).toEqual(['evt_other'])
})
