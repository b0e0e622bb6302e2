import { and, eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { orders, stripeCustomers } from '#db/schema/billing.ts'
import { prices } from '#db/schema/products.ts'
import { userGroups, userIdentifiers, users } from '#db/schema/users.ts'
import { stripe } from '#lib/billing/stripe-client.ts'
import { sweepPayments } from '#lib/billing/sweeps/sweep-payments.ts'
import { getOffer } from '#lib/catalog/offers/get-offer.ts'
import { listOffers } from '#lib/catalog/offers/list-offers.ts'
import { authorize } from '#lib/core/authorize.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { newId } from '#lib/core/ids.ts'
import { systemContext } from '#lib/core/system-context.ts'
import { fulfilments, inbox, licensesOf, orderOf, priceNamed } from '#tests/helpers/billing-state.ts'
import { type BillingWorld, type Customer, startBillingWorld } from '#tests/helpers/billing-world.ts'

let world: BillingWorld
beforeAll(async () => {
  world = await startBillingWorld()
})
afterAll(() => world.close())
afterEach(async () => {
  overrideEnv({ BILLING_MODE: 'test' })
  await world.control({})
})

function ordersOf(customer: Customer) {
  return db().select().from(orders).where(eq(orders.userId, customer.id))
}

async function customerIdOf(customer: Customer) {
  const rows = await db().select().from(stripeCustomers).where(eq(stripeCustomers.userId, customer.id))
  expect(rows.length).toBeLessThanOrEqual(1)
  return rows[0]?.customerId
}

test('the demo vendor sells one perpetual license, one yearly and one monthly subscription, in that order', async () => {
  const offers = await listOffers(authorize(world.as(await world.customer()), 'public'))
  expect(
    offers.map(({ kind, interval, currency, unitAmount }) => ({ kind, interval, currency, unitAmount })),
  ).toEqual([
    { kind: 'one_time', interval: null, currency: 'usd', unitAmount: 7900 },
    { kind: 'recurring', interval: 'year', currency: 'usd', unitAmount: 9900 },
    { kind: 'recurring', interval: 'month', currency: 'usd', unitAmount: 1200 },
  ])
})

test('ten clicks at once lead to one order, one customer, one payment page (#31)', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Yearly')
  const clicks = await Promise.all(Array.from({ length: 10 }, () => world.checkout(customer, price.id)))
  expect(new Set(clicks.map((click) => click.url)).size).toBe(1)
  expect(new Set(clicks.map((click) => click.orderId)).size).toBe(1)
  expect(await ordersOf(customer)).toHaveLength(1)
  const id = await customerIdOf(customer)
  const sessions = await stripe().checkout.sessions.list({ customer: id ?? '' })
  expect(sessions.data).toHaveLength(1)
})

test('a click after the payment leads to its result, not to a second payment; later ones are refused (#31)', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Yearly')
  const { url, orderId } = await world.checkout(customer, price.id)
  await world.pay(url)
  const again = await world.checkout(customer, price.id)
  expect(again.orderId).toBe(orderId)
  expect(again.url).toContain('/checkout/success?session_id=cs_test_')
  await world.deliver()
  await world.work()
  await expect(world.checkout(customer, price.id)).rejects.toMatchObject({ code: 'ALREADY_SUBSCRIBED' })
  expect(await ordersOf(customer)).toHaveLength(1)
})

test('a payment page left open in another tab is closed when a new one is opened, or its payment counts (#31)', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Monthly')
  const first = await world.checkout(customer, price.id)
  await world.advance(40 * 60)
  const second = await world.checkout(customer, price.id)
  expect(second.url).not.toBe(first.url)
  expect((await world.pay(first.url)).status).not.toBe(303)

  await world.advance(40 * 60)
  await world.pay(second.url)
  await world.control({ webhooks: [{ action: 'drop' }] })
  await world.deliver()
  await expect(world.checkout(customer, price.id)).rejects.toMatchObject({ code: 'ALREADY_SUBSCRIBED' })
  // The third click's order stays without a page, until the sweep closes it.
  expect(await ordersOf(customer)).toHaveLength(3)
  await world.work()
  expect(await licensesOf(customer.id)).toHaveLength(1)
})

test('a subscription that ended may be bought again, and a perpetual license as often as wanted', async () => {
  const customer = await world.customer()
  const yearly = await priceNamed('Yearly')
  const first = await world.checkout(customer, yearly.id)
  await world.pay(first.url)
  await world.deliver()
  await world.work()
  const { subscriptionId } = await orderOf(first.orderId)
  await stripe().subscriptions.cancel(subscriptionId ?? '')
  await world.deliver()
  await world.work()
  const second = await world.checkout(customer, yearly.id)
  expect(second.orderId).not.toBe(first.orderId)
  await world.pay(second.url)
  await world.deliver()
  await world.work()
  const [old, fresh] = await licensesOf(customer.id)
  expect(old?.suspendedBillingAt).not.toBeNull()
  expect(fresh?.suspendedBillingAt).toBeNull()

  const perpetual = await priceNamed('Perpetual license')
  for (const _time of [1, 2]) {
    await world.pay((await world.checkout(customer, perpetual.id)).url)
    await world.deliver()
    await world.work()
  }
  expect(await licensesOf(customer.id)).toHaveLength(4)
})

test('SF-04: a member of a group that may not buy is told so, and no order is made', async () => {
  const customer = await world.customer()
  const at = new Date()
  const groupId = newId()
  const { accountId } = world
  await db()
    .insert(userGroups)
    .values({ accountId, id: groupId, name: 'No shopping', canBuy: false, createdAt: at, updatedAt: at })
  await db()
    .update(users)
    .set({ groupId })
    .where(and(eq(users.accountId, accountId), eq(users.id, customer.id)))
  const price = await priceNamed('Perpetual license')
  await expect(world.checkout(customer, price.id)).rejects.toMatchObject({ code: 'GROUP_CANNOT_BUY' })
  expect(await ordersOf(customer)).toEqual([])
  expect(await customerIdOf(customer)).toBeUndefined()
})

test('what is not on sale cannot be bought, nor seen', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Monthly')
  const visitor = authorize(world.as(customer), 'public')
  for (const change of [{ archivedAt: new Date() }, { publishedAt: null }, { stripePriceId: null }]) {
    await db().update(prices).set(change).where(eq(prices.id, price.id))
    await expect(world.checkout(customer, price.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(getOffer(visitor, price.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect((await listOffers(visitor)).map((offer) => offer.priceId)).not.toContain(price.id)
    const { archivedAt, publishedAt, stripePriceId } = price
    await db().update(prices).set({ archivedAt, publishedAt, stripePriceId }).where(eq(prices.id, price.id))
  }
  await expect(world.checkout(customer, newId())).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(getOffer(visitor, 'nonsense')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  expect(await ordersOf(customer)).toEqual([])
})

test.each(['500', '429', 'html_502', 'reset'])(
  'with the payment provider answering %s the order waits without a page, and the next click opens one for it',
  async (action) => {
    const customer = await world.customer()
    const price = await priceNamed('Perpetual license')
    await world.control({ api: [{ action, path: '/v1/checkout/sessions', method: 'POST' }] })
    await expect(world.checkout(customer, price.id)).rejects.toMatchObject({
      code: 'PAYMENT_PROVIDER_UNAVAILABLE',
    })
    expect(await ordersOf(customer)).toMatchObject([{ paymentStatus: 'open', checkoutSessionId: null }])
    await world.control({})
    await world.pay((await world.checkout(customer, price.id)).url)
    await world.deliver()
    await world.work()
    expect(await licensesOf(customer.id)).toHaveLength(1)
    expect(await ordersOf(customer)).toHaveLength(1)
  },
)

test('with payments off buying says so', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Perpetual license')
  overrideEnv({ BILLING_MODE: 'off' })
  await expect(world.checkout(customer, price.id)).rejects.toMatchObject({ code: 'BILLING_OFF' })
  expect(await ordersOf(customer)).toEqual([])
})

test('a customer at the provider is found by our own table, never by address (#21)', async () => {
  const first = await world.customer()
  const price = await priceNamed('Perpetual license')
  await world.checkout(first, price.id)
  const theirs = await customerIdOf(first)
  await db()
    .update(userIdentifiers)
    .set({ value: 'new@example.com', canonical: 'new@example.com' })
    .where(eq(userIdentifiers.userId, first.id))
  const second = await world.customer()
  await db()
    .update(userIdentifiers)
    .set({ value: first.email, canonical: first.email })
    .where(eq(userIdentifiers.userId, second.id))
  await world.checkout(second, price.id)
  expect(await customerIdOf(second)).not.toBe(theirs)
})

test('a customer that was deleted at the provider is replaced, and the purchase goes on', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Perpetual license')
  await world.pay((await world.checkout(customer, price.id)).url)
  await world.deliver()
  await world.work()
  const gone = (await customerIdOf(customer)) ?? ''
  await stripe().customers.del(gone)
  const { url } = await world.checkout(customer, price.id)
  expect(await customerIdOf(customer)).not.toBe(gone)
  await world.pay(url)
  await world.deliver()
  await world.work()
  expect(await licensesOf(customer.id)).toHaveLength(2)
})

test('the reference that travels to the provider fits its rules (#24)', async () => {
  const customer = await world.customer()
  const { orderId } = await world.checkout(customer, (await priceNamed('Yearly')).id)
  const session = await stripe().checkout.sessions.retrieve((await orderOf(orderId)).checkoutSessionId ?? '')
  expect(session.client_reference_id).toMatch(/^[A-Za-z0-9_-]{1,200}$/)
  expect(session.metadata).toEqual({ app: 'latchkey', order_id: orderId, user_id: customer.id })
})

test('whoever pays under another address buys for the customer who ordered (#23)', async () => {
  const customer = await world.customer()
  const { url, orderId } = await world.checkout(customer, (await priceNamed('Perpetual license')).id)
  await stripe().customers.update((await customerIdOf(customer)) ?? '', { email: 'boss@example.com' })
  await world.pay(url)
  await world.deliver()
  await world.work()
  expect(await licensesOf(customer.id)).toHaveLength(1)
  expect(await fulfilments(orderId)).toHaveLength(1)
})

test('a session made elsewhere that names an order, with another customer or price, gets nothing and is shown to operators', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Perpetual license')
  const { orderId } = await world.checkout(customer, price.id)
  await db().update(orders).set({ checkoutSessionId: null }).where(eq(orders.id, orderId))
  const foreign = await stripe().customers.create({ email: 'mallory@example.com' })
  const cheap = await stripe().prices.create({
    currency: 'usd',
    unit_amount: 1,
    product: price.stripeProductId ?? '',
  })
  const own = (await customerIdOf(customer)) ?? ''
  for (const [buyer, bought, sentence] of [
    [foreign.id, price.stripePriceId ?? '', 'Somebody else'],
    [own, cheap.id, 'The price that was paid'],
  ]) {
    const session = await stripe().checkout.sessions.create({
      mode: 'payment',
      customer: buyer ?? '',
      line_items: [{ price: bought ?? '', quantity: 1 }],
      success_url: 'https://elsewhere.example/',
      metadata: { app: 'latchkey', order_id: orderId },
    })
    await world.pay(session.url ?? '')
    await world.deliver()
    await world.work()
    expect((await orderOf(orderId)).attention).toContain(sentence)
    expect(await licensesOf(customer.id)).toEqual([])
    const events = (await inbox()).filter((event) => event.subject === session.id)
    expect(events.map((event) => event.status)).toEqual(['ignored'])
  }
})

test('payments of other products on the same provider account change nothing and make no user (#19)', async () => {
  const usersBefore = await db().$count(users)
  const product = await stripe().products.create({ name: 'Not ours' })
  const price = await stripe().prices.create({ currency: 'usd', unit_amount: 500, product: product.id })
  const session = await stripe().checkout.sessions.create({
    mode: 'payment',
    line_items: [{ price: price.id, quantity: 1 }],
    customer_email: 'someone@example.com',
    success_url: 'https://elsewhere.example/',
  })
  await world.pay(session.url ?? '')
  await world.deliver()
  await world.work()
  expect((await inbox()).filter((event) => event.subject === session.id)).toMatchObject([
    { status: 'ignored', note: 'it belongs to another product' },
  ])
  expect(await db().$count(users)).toBe(usersBefore)
})

test('an order left unpaid for a day is closed by the sweep, also when nobody says so', async () => {
  await world.control({ webhooks: [{ action: 'never_generated' }] })
  const customer = await world.customer()
  const { orderId } = await world.checkout(customer, (await priceNamed('Perpetual license')).id)
  await world.advance(26 * 3600)
  await world.work()
  expect(await orderOf(orderId)).toMatchObject({ paymentStatus: 'open' })
  await sweepPayments(systemContext(world.accountId, 'test'))
  await world.work()
  expect(await orderOf(orderId)).toMatchObject({ paymentStatus: 'expired' })
  expect((await orderOf(orderId)).expiredAt).not.toBeNull()
  expect(await licensesOf(customer.id)).toEqual([])
})

test('an erased buyer ends the matter without retries and without a license', async () => {
  const customer = await world.customer()
  const { url, orderId } = await world.checkout(customer, (await priceNamed('Yearly')).id)
  await world.pay(url)
  await db()
    .delete(users)
    .where(and(eq(users.accountId, world.accountId), eq(users.id, customer.id)))
  await world.deliver()
  await world.work()
  // The subscription that was ended meanwhile is told of as well.
  await world.deliver()
  await world.work()
  expect(await fulfilments(orderId)).toEqual([])
  expect((await inbox()).filter((event) => event.status === 'pending')).toEqual([])
})
