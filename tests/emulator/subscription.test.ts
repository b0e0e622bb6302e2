import { beforeEach, expect, test } from 'vitest'
import { checkEvent } from './contract.ts'
import {
  type Catalogue,
  GOOD_CARD,
  type Receiver,
  startShop,
  submit,
  subscribe,
  type World,
} from './fixture.ts'

const FAILS_LATER = { ...GOOD_CARD, card_number: '4000000000000341' }

let world: World
let receiver: Receiver
let shop: Catalogue

beforeEach(async () => {
  const started = await startShop()
  ;({ world, receiver, shop } = started)
  return started.close
})

function at(iso: string): number {
  return Date.parse(iso) / 1000
}

test('a subscription exists only after payment and carries its period on the items alone', async () => {
  const { stripe } = world
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    customer: shop.customer.id,
    line_items: [{ price: shop.monthly.id, quantity: 3 }],
    success_url: 'https://shop.example/done',
    subscription_data: { metadata: { order_id: '7' } },
  })
  const declined = await submit(session.url, { ...GOOD_CARD, card_number: '4000000000000002' })
  expect(declined.status).toBe(200)
  expect((await stripe.subscriptions.list({ status: 'all' })).data).toEqual([])
  expect((await stripe.invoices.list()).data).toEqual([])

  await submit(session.url, GOOD_CARD)
  const done = await stripe.checkout.sessions.retrieve(session.id, {
    expand: ['subscription.latest_invoice.payments'],
  })
  expect(done).toMatchObject({ status: 'complete', payment_status: 'paid', payment_intent: null })
  expect(done.subscription).toMatchObject({
    status: 'active',
    metadata: { order_id: '7' },
    billing_mode: { type: 'flexible' },
    items: {
      data: [
        {
          quantity: 3,
          current_period_start: at('2026-01-31T10:00:00Z'),
          current_period_end: at('2026-02-28T10:00:00Z'),
        },
      ],
    },
    latest_invoice: {
      id: done.invoice,
      status: 'paid',
      amount_paid: 5700,
      billing_reason: 'subscription_create',
      parent: { subscription_details: { metadata: { order_id: '7' } } },
      payments: { data: [{ status: 'paid', amount_paid: 5700 }] },
    },
  })
  expect(done.subscription).not.toHaveProperty('current_period_end')

  await world.emulator.settle()
  expect(receiver.types()).toEqual(
    expect.arrayContaining([
      'customer.subscription.created',
      'invoice.created',
      'invoice.finalized',
      'invoice.paid',
      'invoice.payment_succeeded',
      'payment_intent.succeeded',
      'charge.succeeded',
      'checkout.session.completed',
    ]),
  )
  for (const { event } of receiver.received) checkEvent(event)
})

test('the way from a charge back to its subscription is invoice_payments', async () => {
  const { stripe } = world
  const subscription = await subscribe(stripe, shop)
  const [charge] = (await stripe.charges.list({ customer: shop.customer.id })).data
  const { data } = await stripe.invoicePayments.list({
    payment: { type: 'payment_intent', payment_intent: String(charge?.payment_intent) },
    expand: ['data.invoice'],
  })
  expect(data).toMatchObject([
    { invoice: { parent: { subscription_details: { subscription: subscription.id } } } },
  ])
})

test('renewals keep the day of the month they began on: 31 January, 28 February, 31 March, 30 April', async () => {
  const { stripe } = world
  const { id } = await subscribe(stripe, shop)
  await world.jump('2026-04-30T10:00:00Z')
  const subscription = await stripe.subscriptions.retrieve(id)
  expect(subscription.items.data[0]).toMatchObject({
    current_period_start: at('2026-04-30T10:00:00Z'),
    current_period_end: at('2026-05-31T10:00:00Z'),
  })
  const invoices = (await stripe.invoices.list({ subscription: id })).data
  expect(invoices.map((invoice) => [invoice.created, invoice.status, invoice.billing_reason])).toEqual([
    [at('2026-04-30T10:00:00Z'), 'paid', 'subscription_cycle'],
    [at('2026-03-31T10:00:00Z'), 'paid', 'subscription_cycle'],
    [at('2026-02-28T10:00:00Z'), 'paid', 'subscription_cycle'],
    [at('2026-01-31T10:00:00Z'), 'paid', 'subscription_create'],
  ])
  const updates = receiver.received.filter(({ event }) => event.type === 'customer.subscription.updated')
  expect(updates).toHaveLength(3)
  expect(updates[0]?.event.data.previous_attributes).toHaveProperty('latest_invoice')
  expect(updates[0]?.event.data.previous_attributes).not.toHaveProperty('status')
  for (const { event } of receiver.received) checkEvent(event)
})

test('a yearly subscription from a leap day renews on 28 February and returns to the 29th', async () => {
  const { stripe } = world
  world.clock.set(new Date('2028-02-29T00:00:00Z'))
  const yearly = await stripe.prices.create({
    product: shop.product.id,
    currency: 'usd',
    unit_amount: 10000,
    recurring: { interval: 'year' },
  })
  const { id } = await subscribe(stripe, { ...shop, monthly: yearly })
  await world.jump('2031-12-01T00:00:00Z')
  const ends = [at('2032-02-29T00:00:00Z')]
  expect((await stripe.subscriptions.retrieve(id)).items.data.map((item) => item.current_period_end)).toEqual(
    ends,
  )
  expect((await stripe.invoices.list({ subscription: id })).data.map((invoice) => invoice.created)).toEqual([
    at('2031-02-28T00:00:00Z'),
    at('2030-02-28T00:00:00Z'),
    at('2029-02-28T00:00:00Z'),
    at('2028-02-29T00:00:00Z'),
  ])
})

test('a renewal that fails makes the subscription past_due, retries, and ends it after the last try', async () => {
  const { stripe } = world
  const { id } = await subscribe(stripe, shop, FAILS_LATER)
  await world.jump('2026-02-28T10:00:00Z')
  const first = await stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] })
  expect(first).toMatchObject({
    status: 'past_due',
    items: { data: [{ current_period_end: at('2026-03-31T10:00:00Z') }] },
    latest_invoice: { status: 'open', attempt_count: 1, next_payment_attempt: at('2026-03-03T10:00:00Z') },
  })
  expect(receiver.types()).toContain('invoice.payment_failed')

  await world.jump('2026-03-20T10:00:00Z')
  const last = await stripe.subscriptions.retrieve(id, { expand: ['latest_invoice'] })
  expect(last).toMatchObject({
    status: 'canceled',
    cancellation_details: { reason: 'payment_failed' },
    latest_invoice: { status: 'open', attempt_count: 4, next_payment_attempt: null },
  })
  expect(receiver.types().filter((type) => type === 'invoice.payment_failed')).toHaveLength(4)
  expect(receiver.types()).toContain('customer.subscription.deleted')
  for (const { event } of receiver.received) checkEvent(event)
})

test('paying the open invoice with a good card makes a past_due subscription active again', async () => {
  const { stripe } = world
  const failing = await subscribe(stripe, shop, FAILS_LATER)
  await world.jump('2026-02-28T10:00:00Z')
  const invoice = String((await stripe.subscriptions.retrieve(failing.id)).latest_invoice)
  await expect(stripe.invoices.pay(invoice)).rejects.toMatchObject({
    type: 'StripeCardError',
    decline_code: 'generic_decline',
  })
  expect((await stripe.invoices.retrieve(invoice)).attempt_count).toBe(2)

  const other = await subscribe(stripe, shop)
  const card = String(other.default_payment_method)
  expect(await stripe.invoices.pay(invoice, { payment_method: card })).toMatchObject({
    status: 'paid',
    amount_remaining: 0,
  })
  expect((await stripe.subscriptions.retrieve(failing.id)).status).toBe('active')
})

test('cancel_at_period_end ends the subscription at that moment and without another invoice', async () => {
  const { stripe } = world
  const { id } = await subscribe(stripe, shop)
  const leaving = await stripe.subscriptions.update(id, { cancel_at_period_end: true })
  expect(leaving).toMatchObject({
    status: 'active',
    cancel_at_period_end: true,
    cancel_at: at('2026-02-28T10:00:00Z'),
  })

  const staying = await stripe.subscriptions.update(id, { cancel_at_period_end: false })
  expect(staying).toMatchObject({ cancel_at_period_end: false, cancel_at: null, canceled_at: null })

  await stripe.subscriptions.update(id, { cancel_at_period_end: true })
  await world.jump('2026-05-01T00:00:00Z')
  expect(await stripe.subscriptions.retrieve(id)).toMatchObject({
    status: 'canceled',
    ended_at: at('2026-02-28T10:00:00Z'),
    cancellation_details: { reason: 'cancellation_requested' },
  })
  expect((await stripe.invoices.list({ subscription: id })).data).toHaveLength(1)
  expect(receiver.types().at(-1)).toBe('customer.subscription.deleted')
})

test('cancel_at without the flag, as the portal sets it, ends the subscription too', async () => {
  const { stripe } = world
  const { id } = await subscribe(stripe, shop)
  const leaving = await stripe.subscriptions.update(id, { cancel_at: at('2026-02-10T00:00:00Z') })
  expect(leaving).toMatchObject({ cancel_at_period_end: false, cancel_at: at('2026-02-10T00:00:00Z') })
  await world.jump('2026-02-10T00:00:00Z')
  expect((await stripe.subscriptions.retrieve(id)).status).toBe('canceled')
})

test('canceling now ends at once, and a second time finds nothing', async () => {
  const { stripe } = world
  const { id } = await subscribe(stripe, shop)
  expect(await stripe.subscriptions.cancel(id)).toMatchObject({
    status: 'canceled',
    ended_at: at('2026-01-31T10:00:00Z'),
  })
  await expect(stripe.subscriptions.cancel(id)).rejects.toMatchObject({
    code: 'resource_missing',
    statusCode: 404,
  })
  expect((await stripe.subscriptions.list()).data).toEqual([])
  expect((await stripe.subscriptions.list({ status: 'all' })).data).toHaveLength(1)
})

test('a trial costs nothing, then renews from its end', async () => {
  const { stripe } = world
  const subscription = await subscribe(stripe, shop, GOOD_CARD, {
    subscription_data: { trial_period_days: 14 },
  })
  expect(subscription).toMatchObject({ status: 'trialing', trial_end: at('2026-02-14T10:00:00Z') })
  expect((await stripe.charges.list()).data).toEqual([])
  await world.jump('2026-02-14T10:00:00Z')
  expect(await stripe.subscriptions.retrieve(subscription.id, { expand: ['latest_invoice'] })).toMatchObject({
    status: 'active',
    items: { data: [{ current_period_end: at('2026-03-14T10:00:00Z') }] },
    latest_invoice: { status: 'paid', amount_paid: 1900 },
  })
})

test('quantity and metadata change, metadata by merging', async () => {
  const { stripe } = world
  const { id, items } = await subscribe(stripe, shop, GOOD_CARD, {
    subscription_data: { metadata: { a: '1', b: '2' } },
  })
  const changed = await stripe.subscriptions.update(id, {
    metadata: { a: '', c: '3' },
    items: [{ id: items.data[0]?.id ?? '', quantity: 8 }],
    proration_behavior: 'none',
  })
  expect(changed).toMatchObject({ metadata: { b: '2', c: '3' }, items: { data: [{ quantity: 8 }] } })
  expect(changed.metadata).not.toHaveProperty('a')
  await world.jump('2026-02-28T10:00:00Z')
  expect((await stripe.invoices.list({ subscription: id, limit: 1 })).data).toMatchObject([
    { total: 8 * 1900 },
  ])
})

test('deleting a customer ends its subscriptions and leaves a tombstone', async () => {
  const { stripe } = world
  const { id } = await subscribe(stripe, shop)
  await stripe.customers.del(shop.customer.id)
  expect((await stripe.subscriptions.retrieve(id)).status).toBe('canceled')
  expect(await stripe.customers.retrieve(shop.customer.id)).toMatchObject({ deleted: true })
})
