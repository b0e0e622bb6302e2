import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reconcile } from '#lib/billing/reconcile/reconcile.ts'
import { stripe } from '#lib/billing/stripe-client.ts'
import { sweepPayments } from '#lib/billing/sweeps/sweep-payments.ts'
import { systemContext } from '#lib/core/system-context.ts'
import {
  fulfilments,
  inbox,
  keyMails,
  licensesOf,
  orderOf,
  priceNamed,
} from '#tests/helpers/billing-state.ts'
import { type BillingWorld, type Customer, startBillingWorld } from '#tests/helpers/billing-world.ts'
import { sendWebhook } from '#tests/helpers/signed-webhook.ts'

let world: BillingWorld
beforeAll(async () => {
  world = await startBillingWorld()
})
afterAll(() => world.close())

interface Purchase {
  customer: Customer
  orderId: string
  events: string[]
}

/** A paid purchase whose webhooks are all held back, with the events that they would have carried. */
async function paidInSilence(offer: 'Perpetual license' | 'Yearly'): Promise<Purchase> {
  await world.control({ webhooks: [{ action: 'drop' }] })
  const customer = await world.customer()
  const { url, orderId } = await world.checkout(customer, (await priceNamed(offer)).id)
  await world.pay(url)
  await world.deliver()
  await world.control({})
  const { checkoutSessionId } = await orderOf(orderId)
  const session = await stripe().checkout.sessions.retrieve(checkoutSessionId ?? '')
  const related = [
    session.id,
    String(session.subscription ?? session.payment_intent),
    String(session.invoice),
    orderId,
  ]
  const events = await world.events((text) => related.some((id) => text.includes(`"${id}"`)))
  return { customer, orderId, events }
}

async function expectOneLicense({ customer, orderId }: Purchase): Promise<void> {
  const licenses = await licensesOf(customer.id)
  expect(licenses).toHaveLength(1)
  expect(licenses[0]).toMatchObject({ suspendedBillingAt: null, revokedBillingAt: null })
  expect(await fulfilments(orderId)).toHaveLength(1)
  expect(await keyMails(customer.id)).toHaveLength(1)
}

test('the same event 100 times at once, among its siblings, makes one license and one mail (#11)', async () => {
  const purchase = await paidInSilence('Yearly')
  expect(purchase.events.length).toBeGreaterThan(3)
  const completed = purchase.events.find((text) => text.includes('"checkout.session.completed"')) ?? ''
  const sent = [...Array.from({ length: 100 }, () => completed), ...purchase.events]
  const [answers] = await Promise.all([
    Promise.all(sent.map((text) => sendWebhook(world.webhookUrl, text))),
    world.work(),
    world.work(),
  ])
  expect(answers.every((answer) => answer.status === 200)).toBe(true)
  await Promise.all([world.work(), world.work()])
  await expectOneLicense(purchase)
  expect((await inbox()).filter((event) => event.status === 'pending')).toEqual([])
})

test.each(['Perpetual license', 'Yearly'] as const)(
  'events of a %s in any order, any number of times, worked on at any moment, end in the same license (#8, #10)',
  async (offer) => {
    await fc.assert(
      fc.asyncProperty(fc.infiniteStream(fc.nat()), async (numbers) => {
        const draw = (below: number) => (numbers.next().value ?? 0) % below
        const purchase = await paidInSilence(offer)
        const deck = purchase.events.flatMap((event) => Array<string>(1 + draw(2)).fill(event))
        for (let at = deck.length - 1; at > 0; at -= 1) {
          const other = draw(at + 1)
          ;[deck[at], deck[other]] = [deck[other] ?? '', deck[at] ?? '']
        }
        for (const text of deck) {
          expect((await sendWebhook(world.webhookUrl, text)).status).toBe(200)
          if (draw(3) === 0) await world.work()
        }
        await world.work()
        await expectOneLicense(purchase)
      }),
      { numRuns: 6 },
    )
  },
)

test('every single event of a purchase is enough by itself, and without any the sweep finds it', async () => {
  const sample = await paidInSilence('Yearly')
  const types = sample.events.map((text): string => JSON.parse(text).type)
  for (const type of types.filter((name) => /^(checkout|invoice\.paid|customer\.subscription)/.test(name))) {
    const purchase = await paidInSilence('Yearly')
    const [event = ''] = purchase.events.filter((text) => JSON.parse(text).type === type)
    expect((await sendWebhook(world.webhookUrl, event)).status, type).toBe(200)
    await world.work()
    await expectOneLicense(purchase)
  }
  expect(await licensesOf(sample.customer.id)).toEqual([])
  const found = await sweepPayments(systemContext(world.accountId, 'test'))
  expect(found.missedEvents).toBeGreaterThan(0)
  await world.work()
  await expectOneLicense(sample)
})

test('a payment whose events were never made is found by the sweep, and only once', async () => {
  await world.control({ webhooks: [{ action: 'never_generated' }] })
  const purchase = await paidInSilence('Perpetual license')
  expect(purchase.events).toEqual([])
  const found = await sweepPayments(systemContext(world.accountId, 'test'))
  expect(found.unlicensed).toBe(1)
  await world.work()
  await expectOneLicense(purchase)
  expect((await sweepPayments(systemContext(world.accountId, 'test'))).unlicensed).toBe(0)
})

test('looking again at everything changes nothing: no row, no mail, no audit entry of a license', async () => {
  const purchase = await paidInSilence('Yearly')
  const { checkoutSessionId } = await orderOf(purchase.orderId)
  const system = systemContext(world.accountId, 'test')
  await reconcile(system, checkoutSessionId ?? '')
  await world.work()
  const [before] = await licensesOf(purchase.customer.id)
  const { subscriptionId } = await orderOf(purchase.orderId)
  await Promise.all([reconcile(system, subscriptionId ?? ''), reconcile(system, checkoutSessionId ?? '')])
  await world.work()
  expect(await licensesOf(purchase.customer.id)).toEqual([before])
  await expectOneLicense(purchase)
})

test('a job that looked before a change cannot overwrite what a later one saw (#9)', async () => {
  const purchase = await paidInSilence('Yearly')
  for (const text of purchase.events) await sendWebhook(world.webhookUrl, text)
  await world.work()
  const { subscriptionId } = await orderOf(purchase.orderId)
  await world.control({
    api: [{ action: 'slow', ms: 400, path: '/v1/subscriptions/*', method: 'GET', count: 1 }],
  })
  const [first = ''] = purchase.events.filter((text) => text.includes('customer.subscription'))
  await sendWebhook(world.webhookUrl, first.replace(/"id":"evt_\w+"/, '"id":"evt_again1"'))
  const slow = world.work()
  await stripe().subscriptions.cancel(subscriptionId ?? '')
  await world.deliver()
  await Promise.all([slow, world.work()])
  await world.work()
  const [license] = await licensesOf(purchase.customer.id)
  expect(license?.suspendedBillingAt).not.toBeNull()
  expect(await orderOf(purchase.orderId)).toMatchObject({ paymentStatus: 'canceled' })
})
