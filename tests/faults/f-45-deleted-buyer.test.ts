import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import type Stripe from 'stripe'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { orders, stripeCustomers } from '#db/schema/billing.ts'
import { mails } from '#db/schema/mail.ts'
import { users } from '#db/schema/users.ts'
import { stripe } from '#lib/billing/stripe-client.ts'
import { sweepPayments } from '#lib/billing/sweeps/sweep-payments.ts'
import { authorize } from '#lib/core/authorize.ts'
import { open } from '#lib/core/crypto/seal.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { systemContext } from '#lib/core/system-context.ts'
import { releaseDeadWorkers } from '#lib/ops/jobs/worker-presence.ts'
import { banUser } from '#lib/people/users/ban-user.ts'
import { makeMachineToken } from '#tests/factories/licensed.ts'
import { makeOperator } from '#tests/factories/operator.ts'
import { fulfilments, orderOf, priceNamed, reconciliationOf } from '#tests/helpers/billing-state.ts'
import { type BillingWorld, type Customer, startBillingWorld } from '#tests/helpers/billing-world.ts'
import { contextFor, operatorActor } from '#tests/helpers/context.ts'
import { runBilling } from '#tests/helpers/run-billing.ts'

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

let world: BillingWorld
let token: string
let operator: { id: string; email: string }
beforeAll(async () => {
  world = await startBillingWorld()
  token = await makeMachineToken(world.accountId, 'user:write')
  operator = await makeOperator(world.accountId)
})
afterAll(() => world.close())
afterEach(async () => {
  overrideEnv({ BILLING_MODE: 'test' })
  await world.control({})
})

async function remove(customer: Customer) {
  const answer = await fetch(`${world.origin}/v3/users/${customer.id}`, {
    method: 'DELETE',
    headers: { authorization: `Bearer ${token}` },
  })
  const text = await answer.text()
  return { status: answer.status, code: text ? (JSON.parse(text) as { code: string }).code : null }
}

/** Deletes while payments are switched off, so that the open page stays open. */
async function removeUnclosed(customer: Customer) {
  overrideEnv({ BILLING_MODE: 'off' })
  expect(await remove(customer)).toEqual({ status: 204, code: null })
  overrideEnv({ BILLING_MODE: 'test' })
}

async function settle() {
  await world.deliver()
  await world.work()
  await world.deliver()
  await world.work()
}

async function exists(customer: Customer) {
  return (await db().$count(users, eq(users.id, customer.id))) === 1
}

async function customerAtProvider(customer: Customer) {
  const [row] = await db().select().from(stripeCustomers).where(eq(stripeCustomers.userId, customer.id))
  return row?.customerId ?? ''
}

async function sessionOf(orderId: string) {
  return stripe().checkout.sessions.retrieve((await orderOf(orderId)).checkoutSessionId ?? '')
}

/** What the provider kept of a customer's money, in cents. */
async function keptOf(customerId: string) {
  const charges = await stripe().charges.list({ customer: customerId, limit: 100 })
  return charges.data.reduce((sum, charge) => sum + charge.amount_captured - charge.amount_refunded, 0)
}

async function alertsAbout(orderId: string) {
  const rows = await db().select().from(mails).where(eq(mails.template, 'operator-alert'))
  return rows.flatMap((row) => {
    const props = open('mail', row.sealedProps, row.id)
    return props.includes(orderId) ? [{ to: open('mail', row.sealedTo, row.id), props }] : []
  })
}

async function eventsOf(orderId: string) {
  const rows = await db().select().from(eventLogs).where(eq(eventLogs.resourceId, orderId))
  return rows.map(({ event }) => event)
}

test.each(['Perpetual license', 'Yearly'] as const)(
  'F-45: deleting a customer closes their payment page of "%s" at the provider first; it cannot be paid any more',
  async (name) => {
    const customer = await world.customer()
    const { url, orderId } = await world.checkout(customer, (await priceNamed(name)).id)
    const atProvider = await customerAtProvider(customer)
    expect(await remove(customer)).toEqual({ status: 204, code: null })
    expect((await sessionOf(orderId)).status).toBe('expired')
    expect((await world.pay(url)).status).not.toBe(303)
    expect(await keptOf(atProvider)).toBe(0)
    await settle()
    expect(await orderOf(orderId)).toMatchObject({ paymentStatus: 'expired', attention: null, paidAt: null })
    expect(await alertsAbout(orderId)).toEqual([])
  },
)

test('F-45: several open pages, one of them never heard of, are all closed', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Perpetual license')
  await world.checkout(customer, price.id)
  await world.advance(31 * 60)
  await world.control({
    api: [{ action: 'reset', when: 'after', path: '/v1/checkout/sessions', method: 'POST' }],
  })
  await expect(world.checkout(customer, price.id)).rejects.toMatchObject({
    code: 'PAYMENT_PROVIDER_UNAVAILABLE',
  })
  await world.control({})
  await world.checkout(customer, (await priceNamed('Monthly')).id)
  const atProvider = await customerAtProvider(customer)
  const list = async () => (await stripe().checkout.sessions.list({ customer: atProvider })).data
  expect((await list()).map((session) => session.status)).toEqual(['open', 'open', 'open'])
  expect(await remove(customer)).toEqual({ status: 204, code: null })
  expect((await list()).map((session) => session.status)).toEqual(['expired', 'expired', 'expired'])
})

test('F-45: with the provider away nothing is deleted, and later it works', async () => {
  const customer = await world.customer()
  const { orderId } = await world.checkout(customer, (await priceNamed('Yearly')).id)
  await world.control({ api: [{ action: 'reset', path: '/v1/checkout/*' }] })
  expect(await remove(customer)).toEqual({ status: 503, code: 'PAYMENT_PROVIDER_UNAVAILABLE' })
  expect(await exists(customer)).toBe(true)
  expect(await orderOf(orderId)).toMatchObject({ paymentStatus: 'open', expiredAt: null })
  await world.control({})
  expect(await remove(customer)).toEqual({ status: 204, code: null })
  expect(await exists(customer)).toBe(false)
})

test('F-45: with the provider away a customer without an open page is deleted', async () => {
  const customer = await world.customer()
  await world.control({ api: [{ action: 'reset' }] })
  expect(await remove(customer)).toEqual({ status: 204, code: null })
})

test('F-45: a deletion that is refused for a running subscription closes no payment page', async () => {
  const customer = await world.customer()
  await world.pay((await world.checkout(customer, (await priceNamed('Yearly')).id)).url)
  await settle()
  const { orderId } = await world.checkout(customer, (await priceNamed('Perpetual license')).id)
  expect(await remove(customer)).toEqual({ status: 409, code: 'IN_USE' })
  expect((await sessionOf(orderId)).status).toBe('open')
  expect(await orderOf(orderId)).toMatchObject({ paymentStatus: 'open', expiredAt: null })
})

test('F-45: what was paid just now becomes a license before its buyer can be deleted', async () => {
  const customer = await world.customer()
  const { url, orderId } = await world.checkout(customer, (await priceNamed('Perpetual license')).id)
  await world.pay(url)
  expect(await remove(customer)).toEqual({ status: 409, code: 'IN_USE' })
  expect(await exists(customer)).toBe(true)
  await world.work()
  expect(await fulfilments(orderId)).toHaveLength(1)
  const atProvider = await customerAtProvider(customer)
  expect(await remove(customer)).toEqual({ status: 204, code: null })
  await settle()
  // Delivered is delivered: deleting oneself is no way to get the money back.
  expect(await keptOf(atProvider)).toBe(7900)
  expect(await fulfilments(orderId)).toHaveLength(1)
})

test.each([
  ['Perpetual license', 'The payment was refunded.'],
  ['Yearly', 'The subscription was cancelled. The payment was refunded.'],
] as const)(
  'F-45: "%s" that is paid all the same is given back, and the operators are told, once',
  async (name, sentence) => {
    const customer = await world.customer()
    const { url, orderId } = await world.checkout(customer, (await priceNamed(name)).id)
    const atProvider = await customerAtProvider(customer)
    await removeUnclosed(customer)
    await world.pay(url)
    expect(await keptOf(atProvider)).toBeGreaterThan(0)
    await settle()
    expect(await keptOf(atProvider)).toBe(0)
    const subscriptions = await stripe().subscriptions.list({ customer: atProvider, status: 'all' })
    expect(subscriptions.data.map(({ status }) => status)).toEqual(name === 'Yearly' ? ['canceled'] : [])
    const order = await orderOf(orderId)
    expect(order.attention).toBe(
      `The customer was deleted before this was paid, so no license was made. ${sentence}`,
    )
    expect(await fulfilments(orderId)).toEqual([])
    const subject = order.subscriptionId ?? order.checkoutSessionId ?? ''
    expect(await reconciliationOf(subject)).toMatchObject({ state: 'owner-erased' })
    expect(await alertsAbout(orderId)).toMatchObject([{ to: operator.email }])
    expect((await eventsOf(orderId)).filter((event) => event === 'order.given-back')).toHaveLength(1)

    // Later events and sweeps change nothing and tell nobody again.
    await world.advance(2 * 86_400)
    await sweepPayments(systemContext(world.accountId, 'test'))
    await settle()
    expect(await alertsAbout(orderId)).toHaveLength(1)
    expect(
      (await stripe().refunds.list({ limit: 100 })).data.filter(
        (refund) => refund.metadata?.order_id === orderId,
      ),
    ).toHaveLength(1)
  },
)

test('F-45: a trial that begins after its buyer was deleted is cancelled, with nothing to refund', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Monthly')
  await world.control({ api: [{ action: 'reset', path: '/v1/checkout/sessions', method: 'POST' }] })
  await expect(world.checkout(customer, price.id)).rejects.toMatchObject({
    code: 'PAYMENT_PROVIDER_UNAVAILABLE',
  })
  await world.control({})
  const [order] = await db().select().from(orders).where(eq(orders.userId, customer.id))
  const atProvider = await customerAtProvider(customer)
  const metadata = { app: 'latchkey', order_id: order?.id ?? '', user_id: customer.id }
  const session: Stripe.Checkout.Session = await stripe().checkout.sessions.create({
    mode: 'subscription',
    customer: atProvider,
    line_items: [{ price: price.stripePriceId ?? '', quantity: 1 }],
    success_url: 'https://shop.example/',
    metadata,
    subscription_data: { metadata, trial_period_days: 14 },
  })
  await removeUnclosed(customer)
  await world.pay(session.url ?? '')
  await settle()
  const subscriptions = await stripe().subscriptions.list({ customer: atProvider, status: 'all' })
  expect(subscriptions.data.map(({ status }) => status)).toEqual(['canceled'])
  expect(await keptOf(atProvider)).toBe(0)
  expect((await orderOf(order?.id ?? '')).attention).toBe(
    'The customer was deleted before this was paid, so no license was made. The subscription was cancelled.',
  )
  expect(await alertsAbout(order?.id ?? '')).toHaveLength(1)
})

test('F-45: a click that was under way while its buyer was deleted opens no page', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Perpetual license')
  await world.control({
    api: [
      { action: 'slow', ms: 2500, when: 'during', count: 1, path: '/v1/checkout/sessions', method: 'POST' },
    ],
  })
  const click = world.checkout(customer, price.id).catch((error: { code: string }) => error.code)
  await expect.poll(() => customerAtProvider(customer), { timeout: 10_000 }).not.toBe('')
  const atProvider = await customerAtProvider(customer)
  expect(await remove(customer)).toEqual({ status: 204, code: null })
  expect(await click).toBe('FORBIDDEN')
  const sessions = (await stripe().checkout.sessions.list({ customer: atProvider })).data
  expect(sessions.map(({ status }) => status)).toEqual(['expired'])
})

test('F-45: a page that outlives both its process and its buyer is given back when it is paid, also when no webhook tells of it', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Yearly')
  await world.control({
    api: [
      { action: 'slow', ms: 4000, when: 'during', count: 1, path: '/v1/checkout/sessions', method: 'POST' },
    ],
  })
  const dying = runBilling(world, 'buy', 'after-session', { args: [world.accountId, customer.id, price.id] })
  await expect.poll(() => customerAtProvider(customer), { timeout: 60_000 }).not.toBe('')
  const atProvider = await customerAtProvider(customer)
  expect(await remove(customer)).toEqual({ status: 204, code: null })
  expect(await dying).toMatchObject({ signal: 'SIGKILL' })
  const [session] = (await stripe().checkout.sessions.list({ customer: atProvider })).data
  expect(session?.status).toBe('open')
  await world.control({ webhooks: [{ action: 'never_generated' }] })
  await world.pay(session?.url ?? '')
  await sweepPayments(systemContext(world.accountId, 'test'))
  await world.work()
  expect(await keptOf(atProvider)).toBe(0)
  const subscriptions = await stripe().subscriptions.list({ customer: atProvider, status: 'all' })
  expect(subscriptions.data.map(({ status }) => status)).toEqual(['canceled'])
  expect(await alertsAbout(session?.metadata?.order_id ?? '')).toHaveLength(1)
})

test('F-45: a worker that dies after the refund, and a provider that fails in between, refund once and tell once', async () => {
  const customer = await world.customer()
  const { url, orderId } = await world.checkout(customer, (await priceNamed('Yearly')).id)
  const atProvider = await customerAtProvider(customer)
  await removeUnclosed(customer)
  await world.pay(url)
  await world.deliver()
  expect(await runBilling(world, 'work', 'after-refund')).toMatchObject({ signal: 'SIGKILL' })
  expect(await keptOf(atProvider)).toBe(0)
  expect((await orderOf(orderId)).attention).toBeNull()
  // The database notices the broken connection in its own time.
  await expect.poll(() => releaseDeadWorkers(db(), 0), { timeout: 10_000 }).toBe(1)
  await world.control({ api: [{ action: '500', path: '/v1/refunds', count: 3 }] })
  await world.advance(60)
  await world.work()
  await world.control({})
  for (let minute = 0; minute < 5; minute += 1) {
    await world.advance(60)
    await settle()
  }
  expect(await orderOf(orderId)).toMatchObject({ paymentStatus: 'canceled' })
  expect(await alertsAbout(orderId)).toHaveLength(1)
  const charges = await stripe().charges.list({ customer: atProvider })
  expect(charges.data).toMatchObject([{ refunded: true, amount_refunded: 9900 }])
})

test('F-45: banning a customer closes their payment page, by a job that tries again', async () => {
  const customer = await world.customer()
  const { orderId } = await world.checkout(customer, (await priceNamed('Perpetual license')).id)
  await world.control({ api: [{ action: 'reset', path: '/v1/checkout/*' }] })
  const ctx = contextFor(operatorActor(), { accountId: world.accountId })
  await banUser(authorize(ctx, 'user:ban'), { id: customer.id, reason: 'Fraud' })
  await world.work()
  expect((await orderOf(orderId)).paymentStatus).toBe('open')
  await world.control({})
  await expect
    .poll(
      async () => {
        await world.work()
        return (await orderOf(orderId)).paymentStatus
      },
      { timeout: 30_000 },
    )
    .toBe('expired')
  expect((await sessionOf(orderId)).status).toBe('expired')
})

test('F-45: in whatever order buying, paying, delivering and deleting come, no money is kept for what nobody got', async () => {
  const perpetual = await priceNamed('Perpetual license')
  const monthly = await priceNamed('Monthly')
  const step = fc.constantFrom(
    'buy',
    'subscribe',
    'pay',
    'deliver',
    'work',
    'delete',
    'delete unclosed',
    'half an hour',
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 9 }), async (steps) => {
      const customer = await world.customer()
      await world.checkout(customer, perpetual.id)
      const atProvider = await customerAtProvider(customer)
      const list = async () =>
        (await stripe().checkout.sessions.list({ customer: atProvider, limit: 100 })).data
      for (const what of steps) {
        if (what === 'buy') await world.checkout(customer, perpetual.id).catch(() => undefined)
        else if (what === 'subscribe') await world.checkout(customer, monthly.id).catch(() => undefined)
        else if (what === 'pay') for (const { url } of await list()) url && (await world.pay(url))
        else if (what === 'deliver') await world.deliver()
        else if (what === 'work') await world.work()
        else if (what === 'half an hour') await world.advance(31 * 60)
        else if (what === 'delete') await remove(customer)
        else {
          overrideEnv({ BILLING_MODE: 'off' })
          await remove(customer)
          overrideEnv({ BILLING_MODE: 'test' })
        }
      }
      // A webhook that came while payments were off was refused: the sweep finds what it told of.
      await world.deliver()
      await sweepPayments(systemContext(world.accountId, 'test'))
      await settle()
      const owed = await Promise.all(
        (await list()).map(async (session) => {
          const isDelivered = (await fulfilments(session.metadata?.order_id ?? '')).length > 0
          return isDelivered ? (session.amount_total ?? 0) : 0
        }),
      )
      expect(await keptOf(atProvider)).toBe(owed.reduce((sum, amount) => sum + amount, 0))
      const running = await stripe().subscriptions.list({ customer: atProvider })
      if (!(await exists(customer))) expect(running.data).toEqual([])
    }),
    { numRuns: 8, examples: [[['buy', 'pay', 'delete unclosed', 'buy']]] },
  )
})
