import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { orderLicenses } from '#db/schema/billing.ts'
import { licenses } from '#db/schema/licenses.ts'
import { replayEvent } from '#lib/billing/inbox/replay-event.ts'
import { changeLicense } from '#lib/billing/licensing-client/change-license.ts'
import { getOrder } from '#lib/billing/orders/get-order.ts'
import { listOrders } from '#lib/billing/orders/list-orders.ts'
import { replayOrder } from '#lib/billing/orders/replay-order.ts'
import { stripe } from '#lib/billing/stripe-client.ts'
import { sweepSubscriptions } from '#lib/billing/sweeps/sweep-subscriptions.ts'
import { authorize } from '#lib/core/authorize.ts'
import { clock } from '#lib/core/clock.ts'
import { FIRST_PAGE } from '#lib/core/list/filter.ts'
import { systemContext } from '#lib/core/system-context.ts'
import {
  inbox,
  keyMails,
  licensesOf,
  orderOf,
  priceNamed,
  reconciliationOf,
} from '#tests/helpers/billing-state.ts'
import { type BillingWorld, startBillingWorld } from '#tests/helpers/billing-world.ts'
import { contextFor, operatorActor } from '#tests/helpers/context.ts'

let world: BillingWorld
beforeAll(async () => {
  world = await startBillingWorld()
})
afterAll(() => world.close())

const DAY = 86_400

async function settle() {
  await world.deliver()
  await world.work()
}

async function subscribed(offer: 'Yearly' | 'Monthly' = 'Monthly', card?: string) {
  const customer = await world.customer()
  const { url, orderId } = await world.checkout(customer, (await priceNamed(offer)).id)
  await world.pay(url, card)
  await settle()
  const [license] = await licensesOf(customer.id)
  const { subscriptionId } = await orderOf(orderId)
  if (!license || !subscriptionId) throw new Error('not subscribed')
  return { customer, orderId, licenseId: license.id, subscriptionId }
}

async function licenseNow(id: string) {
  const [license] = await db().select().from(licenses).where(eq(licenses.id, id))
  if (!license) throw new Error('the license is gone')
  return license
}

test('a renewal that fails leaves a week, by timer and not by event, then suspends (#3)', async () => {
  const { licenseId, orderId, subscriptionId } = await subscribed('Monthly', '4000 0000 0000 0341')
  await world.advance(32 * DAY)
  await settle()
  expect(await orderOf(orderId)).toMatchObject({ paymentStatus: 'past_due' })
  const inGrace = await licenseNow(licenseId)
  expect(inGrace.suspendedBillingAt).toBeNull()
  const row = await reconciliationOf(subscriptionId)
  expect(row).toMatchObject({ state: 'due', attempts: 0 })
  expect(inGrace.expiresAt).toEqual(row?.dueAt)
  expect((row?.dueAt.getTime() ?? 0) - clock.now().getTime()).toBeLessThanOrEqual(7 * DAY * 1000)

  await world.control({ webhooks: [{ action: 'never_generated' }] })
  await world.advance(8 * DAY)
  await world.work()
  await world.control({})
  expect((await licenseNow(licenseId)).suspendedBillingAt).not.toBeNull()
})

test('a cancellation for the end of the period ends the license there, and taking it back lifts that (#20)', async () => {
  const { licenseId, subscriptionId } = await subscribed('Yearly')
  const before = (await licenseNow(licenseId)).expiresAt
  await stripe().subscriptions.update(subscriptionId, { cancel_at_period_end: true })
  await settle()
  const cancelling = await licenseNow(licenseId)
  expect((before?.getTime() ?? 0) - (cancelling.expiresAt?.getTime() ?? 0)).toBe(3 * DAY * 1000)
  expect(cancelling.suspendedBillingAt).toBeNull()
  await stripe().subscriptions.update(subscriptionId, { cancel_at_period_end: false })
  await settle()
  expect((await licenseNow(licenseId)).expiresAt).toEqual(before)
})

test('the end of an old subscription leaves the new one of the same customer alone (#18)', async () => {
  const { customer, licenseId, subscriptionId } = await subscribed('Monthly')
  const { url } = await world.checkout(customer, (await priceNamed('Yearly')).id)
  await world.pay(url)
  await settle()
  const fresh = (await licensesOf(customer.id)).find((license) => license.id !== licenseId)
  await stripe().subscriptions.cancel(subscriptionId)
  await settle()
  expect((await licenseNow(licenseId)).suspendedBillingAt).not.toBeNull()
  expect(await licenseNow(fresh?.id ?? '')).toEqual(fresh)
})

test("billing lifts only its own suspension, never an operator's", async () => {
  const { licenseId, subscriptionId, orderId } = await subscribed('Monthly')
  await db().update(licenses).set({ suspendedManualAt: clock.now() }).where(eq(licenses.id, licenseId))
  await changeLicense(licenseId, { suspended: true })
  const operator = authorize(contextFor(operatorActor(), { accountId: world.accountId }), 'order:write')
  await replayOrder({ ...operator, clock }, orderId)
  await world.work()
  const license = await licenseNow(licenseId)
  expect(license.suspendedBillingAt).toBeNull()
  expect(license.suspendedManualAt).not.toBeNull()
  expect(await reconciliationOf(subscriptionId)).toMatchObject({ state: 'done' })
})

test('an expiry that an operator held by hand is not shortened, and a longer one of billing counts', async () => {
  const { licenseId, subscriptionId } = await subscribed('Monthly')
  const held = new Date(clock.now().getTime() + 400 * DAY * 1000)
  await db()
    .update(licenses)
    .set({ expiresAt: held, expiryHeldUntil: held })
    .where(eq(licenses.id, licenseId))
  await stripe().subscriptions.update(subscriptionId, { metadata: { touched: 'yes' } })
  await settle()
  expect((await licenseNow(licenseId)).expiresAt).toEqual(held)
})

test('a license deleted by hand comes back with the same id by the nightly sweep, without a second mail', async () => {
  const { customer, licenseId, subscriptionId } = await subscribed('Yearly')
  await db().delete(orderLicenses).where(eq(orderLicenses.licenseId, licenseId))
  await db().delete(licenses).where(eq(licenses.id, licenseId))
  expect(await sweepSubscriptions(systemContext(world.accountId, 'test'))).toBeGreaterThan(0)
  await world.work()
  expect((await licenseNow(licenseId)).userId).toBe(customer.id)
  expect(await keyMails(customer.id)).toHaveLength(1)
  expect(await reconciliationOf(subscriptionId)).toMatchObject({ state: 'done' })
})

test('operators see an order with its licenses and events, find it by any id, and replay both', async () => {
  const { customer, orderId, licenseId, subscriptionId } = await subscribed('Yearly')
  const operator = { ...contextFor(operatorActor(), { accountId: world.accountId }), clock }
  const reader = authorize(operator, 'order:read')
  const order = await getOrder(reader, orderId)
  expect(order).toMatchObject({
    state: 'fulfilled',
    userEmail: customer.email,
    productName: 'Acme Studio',
    amountTotal: 9900,
    licenses: [{ id: licenseId, line: 0, index: 0 }],
    reconciliations: [{ subject: subscriptionId, state: 'done' }],
  })
  expect(order.events.map((event) => event.type)).toContain('checkout.session.completed')
  for (const query of [orderId, customer.id, customer.email, order.checkoutSessionId ?? '', subscriptionId]) {
    const page = await listOrders(reader, { ...FIRST_PAGE, query })
    expect(page.items.map((item) => item.id)).toEqual([orderId])
  }
  const writer = authorize(operator, 'order:write')
  const [event] = order.events
  await replayEvent(writer, event?.id ?? '')
  expect((await inbox()).find((row) => row.id === event?.id)).toMatchObject({ status: 'pending' })
  await world.work()
  expect((await inbox()).find((row) => row.id === event?.id)).toMatchObject({ status: 'done' })
  expect(await licensesOf(customer.id)).toHaveLength(1)
  await expect(replayEvent(writer, 'evt_unknown')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(replayOrder(writer, 'nonsense')).rejects.toMatchObject({ code: 'NOT_FOUND' })
  await expect(getOrder(reader, orderId.replace(/.$/, 'z'))).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
