import { afterAll, beforeAll, expect, test } from 'vitest'
import { orderStatus } from '#lib/billing/orders/order-status.ts'
import { authorize } from '#lib/core/authorize.ts'
import { open } from '#lib/core/crypto/seal.ts'
import { openKey } from '#lib/licensing/licenses/license-key.ts'
import { fulfilments, keyMails, licensesOf, orderOf, priceNamed } from '#tests/helpers/billing-state.ts'
import { type BillingWorld, startBillingWorld } from '#tests/helpers/billing-world.ts'

let world: BillingWorld
beforeAll(async () => {
  world = await startBillingWorld()
})
afterAll(() => world.close())

const DAY_MS = 86_400_000

test('a one-time purchase becomes one perpetual license of the buyer, though nobody opens the success page (#1)', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Perpetual license')
  const { url, orderId } = await world.checkout(customer, price.id)
  expect((await world.pay(url)).status).toBe(303)
  await world.deliver()
  await world.work()

  const [license, ...others] = await licensesOf(customer.id)
  expect(others).toEqual([])
  expect(license).toMatchObject({
    productId: price.productId,
    userId: customer.id,
    expiresAt: null,
    suspendedBillingAt: null,
    allowedActivations: 3,
  })
  expect(
    license?.metadata.map(({ key, value, viewPermissions }) => ({ key, value, viewPermissions })),
  ).toContainEqual({ key: 'order_id', value: orderId, viewPermissions: [] })
  expect(await orderOf(orderId)).toMatchObject({ paymentStatus: 'paid', amountTotal: 7900, attention: null })
  expect((await orderOf(orderId)).paidAt).not.toBeNull()
  expect(await fulfilments(orderId)).toHaveLength(1)
})

test('the key is mailed once, sealed in the outbox, and leads to the license', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Perpetual license')
  await world.pay((await world.checkout(customer, price.id)).url)
  await world.deliver()
  await world.work()
  const [license] = await licensesOf(customer.id)
  const [mail, ...others] = await keyMails(customer.id)
  expect(others).toEqual([])
  if (!license || !mail) throw new Error('no license, no mail')
  const key = openKey(license)
  expect(mail.state).toBe('sent')
  expect(open('mail', mail.sealedTo, mail.id)).toBe(customer.email)
  expect(JSON.stringify(mail)).not.toContain(key)
  const content: unknown = JSON.parse(open('mail', mail.sealedContent ?? '', mail.id))
  expect(content).toMatchObject({ subject: 'Your license key for Acme Sketch' })
  expect(JSON.stringify(content)).toContain(key)
  expect(JSON.stringify(content)).toContain(`http://127.0.0.1:3000/me/licenses/${license.id}`)
})

test('a subscription becomes a license that lasts until the paid period ends, plus three days (#15)', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Yearly')
  const before = Date.now()
  const { url, orderId } = await world.checkout(customer, price.id)
  await world.pay(url)
  await world.deliver()
  await world.work()
  const [license, ...others] = await licensesOf(customer.id)
  expect(others).toEqual([])
  const days = ((license?.expiresAt?.getTime() ?? 0) - before) / DAY_MS
  expect(days).toBeGreaterThan(367)
  expect(days).toBeLessThan(370)
  // An operator who renews by hand adds what the customer pays for.
  expect(license?.subscriptionInterval).toBe('P1Y')
  const order = await orderOf(orderId)
  expect(order).toMatchObject({ paymentStatus: 'active', mode: 'subscription', amountTotal: 9900 })
  expect(order.subscriptionId).toMatch(/^sub_/)
})

test('a renewal moves the expiry on and makes neither license nor mail', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Monthly')
  await world.pay((await world.checkout(customer, price.id)).url)
  await world.deliver()
  await world.work()
  const [first] = await licensesOf(customer.id)
  await world.advance(33 * 86_400)
  await world.deliver()
  await world.work()
  const [second, ...others] = await licensesOf(customer.id)
  expect(others).toEqual([])
  expect(second?.id).toBe(first?.id)
  const moved = (second?.expiresAt?.getTime() ?? 0) - (first?.expiresAt?.getTime() ?? 0)
  expect(moved / DAY_MS).toBeGreaterThanOrEqual(28)
  expect(moved / DAY_MS).toBeLessThanOrEqual(31)
  expect(await keyMails(customer.id)).toHaveLength(1)
})

test('the page after the payment shows the key to its buyer alone, and grants nothing by itself (#2)', async () => {
  const buyer = await world.customer()
  const stranger = await world.customer()
  const price = await priceNamed('Perpetual license')
  const { url, orderId } = await world.checkout(buyer, price.id)
  const sessionId = (await orderOf(orderId)).checkoutSessionId ?? ''

  const unpaid = await orderStatus(authorize(world.as(buyer), 'me:read'), sessionId)
  expect(unpaid).toMatchObject({ state: 'preparing', licenses: [] })
  await world.work()
  expect(await licensesOf(buyer.id)).toEqual([])
  expect(await orderStatus(authorize(world.as(buyer), 'me:read'), sessionId)).toMatchObject({
    state: 'unpaid',
  })

  await world.pay(url)
  await world.deliver()
  await world.work()
  const ready = await orderStatus(authorize(world.as(buyer), 'me:read'), sessionId)
  const [license] = await licensesOf(buyer.id)
  if (!license) throw new Error('no license')
  expect(ready).toMatchObject({ state: 'ready', licenses: [{ id: license.id, key: openKey(license) }] })

  await expect(orderStatus(authorize(world.as(stranger), 'me:read'), sessionId)).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
  await expect(orderStatus(authorize(world.as(buyer), 'me:read'), 'cs_test_unknown')).rejects.toMatchObject({
    code: 'NOT_FOUND',
  })
  expect(await licensesOf(stranger.id)).toEqual([])
})

test('with every webhook lost, opening the page after the payment is enough', async () => {
  await world.control({ webhooks: [{ action: 'drop' }] })
  const buyer = await world.customer()
  const price = await priceNamed('Yearly')
  const { url, orderId } = await world.checkout(buyer, price.id)
  await world.pay(url)
  await world.deliver()
  await world.work()
  expect(await licensesOf(buyer.id)).toEqual([])
  const sessionId = (await orderOf(orderId)).checkoutSessionId ?? ''
  await orderStatus(authorize(world.as(buyer), 'me:read'), sessionId)
  await world.work()
  expect(await licensesOf(buyer.id)).toHaveLength(1)
  expect(await orderStatus(authorize(world.as(buyer), 'me:read'), sessionId)).toMatchObject({
    state: 'ready',
  })
})
