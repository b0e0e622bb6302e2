import { and, eq, sql } from 'drizzle-orm'
import { parseCrontab } from 'graphile-worker'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { mails } from '#db/schema/mail.ts'
import { licenseTemplates, prices, products } from '#db/schema/products.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import { seedDemo } from '#lib/billing/seed-demo.ts'
import { stripe } from '#lib/billing/stripe-client.ts'
import { clock } from '#lib/core/clock.ts'
import { addJob } from '#lib/core/jobs/add-job.ts'
import { systemContext } from '#lib/core/system-context.ts'
import { queueMail } from '#lib/mail/queue-mail.ts'
import { crontab, taskList } from '#lib/ops/jobs/tasks.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { keyMails, licensesOf, orderOf, priceNamed } from '#tests/helpers/billing-state.ts'
import { type BillingWorld, startBillingWorld } from '#tests/helpers/billing-world.ts'
import { contextFor, systemActor, testClock } from '#tests/helpers/context.ts'

let world: BillingWorld
beforeAll(async () => {
  world = await startBillingWorld()
})
afterAll(() => world.close())

test('jobs that were lost are made again from what is owed: licenses and mails', async () => {
  const customer = await world.customer()
  const { url } = await world.checkout(customer, (await priceNamed('Perpetual license')).id)
  await world.pay(url)
  await world.deliver()
  await db().execute(sql`delete from graphile_worker._private_jobs`)
  await world.work()
  expect(await licensesOf(customer.id)).toEqual([])
  await addJob(db(), 'due-work', {})
  await world.work()
  expect(await licensesOf(customer.id)).toHaveLength(1)
  expect(await keyMails(customer.id)).toMatchObject([{ state: 'sent' }])
})

test('a jump of the clock does what fell due in every account, not in the first alone', async () => {
  const { id: accountId } = await makeAccount()
  const tomorrow = testClock(new Date(clock.now().getTime() + 86_400_000))
  const ctx = contextFor(systemActor(), { accountId, clock: tomorrow })
  const mail = { template: 'welcome', to: 'ada@example.com', props: { firstName: 'Ada' } } as const
  const id = await inTransaction(ctx, (tx) => queueMail(tx, mail))
  await db().execute(sql`delete from graphile_worker._private_jobs`)
  await world.advance(3600)
  await world.work()
  const state = async () => (await db().select().from(mails).where(eq(mails.id, id)))[0]?.state
  expect(await state()).toBe('due')
  await world.advance(2 * 86_400)
  await world.work()
  expect(await state()).toBe('sent')
})

test('the hourly sweep as a job finds a payment of which no webhook ever told', async () => {
  await world.control({ webhooks: [{ action: 'never_generated' }] })
  const customer = await world.customer()
  const { url, orderId } = await world.checkout(customer, (await priceNamed('Yearly')).id)
  await world.pay(url)
  await world.control({})
  await world.work()
  expect(await licensesOf(customer.id)).toEqual([])
  await addJob(db(), 'sweep-payments', {})
  await world.work()
  expect(await licensesOf(customer.id)).toHaveLength(1)
  expect(await orderOf(orderId)).toMatchObject({ paymentStatus: 'active' })
})

test('payloads hold ids only', async () => {
  const customer = await world.customer()
  const { url } = await world.checkout(customer, (await priceNamed('Yearly')).id)
  await world.pay(url)
  await world.deliver()
  const jobs = await db().execute<{ payload: object }>(sql`select payload from graphile_worker._private_jobs`)
  expect(jobs.length).toBeGreaterThan(0)
  const names = jobs.flatMap((job) => Object.keys(job.payload))
  expect(new Set(names)).toEqual(new Set(['accountId', 'subject']))
  await world.work()
})

test('every timer names a task, and the nightly ones run', async () => {
  const timers = parseCrontab(crontab).map((item) => item.task)
  expect(timers).toEqual(['due-work', 'sweep-payments', 'sweep-subscriptions', 'purge'])
  expect(Object.keys(taskList)).toEqual(expect.arrayContaining(timers))
  for (const task of ['sweep-subscriptions', 'purge'] as const) await addJob(db(), task, {})
  await world.work()
  const left = await db().execute(
    sql`select last_error from graphile_worker._private_jobs where last_error is not null`,
  )
  expect(left).toEqual([])
})

test('the demo catalogue is made once; interrupted it goes on; what an operator removed stays away', async () => {
  const count = async () => [
    await db().$count(products),
    await db().$count(prices),
    await db().$count(licenseTemplates),
    (await stripe().prices.list({ limit: 100 })).data.length,
  ]
  const before = await count()
  await seedDemo(systemContext(world.accountId, 'seed'))
  expect(await count()).toEqual(before)

  const { accountId } = world
  await db()
    .delete(eventLogs)
    .where(and(eq(eventLogs.accountId, accountId), eq(eventLogs.event, 'catalogue.seeded')))
  const monthly = await priceNamed('Monthly')
  await db().update(prices).set({ stripePriceId: null, publishedAt: null }).where(eq(prices.id, monthly.id))
  await seedDemo(systemContext(accountId, 'seed'))
  expect(await count()).toEqual(before)
  expect((await priceNamed('Monthly')).stripePriceId).toBe(monthly.stripePriceId)

  await db().update(prices).set({ archivedAt: new Date() }).where(eq(prices.id, monthly.id))
  await seedDemo(systemContext(accountId, 'seed'))
  expect((await priceNamed('Monthly')).archivedAt).not.toBeNull()
})
