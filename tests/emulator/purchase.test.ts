import { beforeEach, expect, test } from 'vitest'
import { checkEvent } from './contract.ts'
import { type Catalogue, GOOD_CARD, type Receiver, startShop, submit, type World } from './fixture.ts'

let world: World
let receiver: Receiver
let shop: Catalogue

beforeEach(async () => {
  const started = await startShop()
  ;({ world, receiver, shop } = started)
  return started.close
})

/** The session of a page on which the customer pays for one of what is sold once. */
const openPayment = (params: { cancel_url?: string } = {}) =>
  world.stripe.checkout.sessions.create({
    mode: 'payment',
    customer: shop.customer.id,
    line_items: [{ price: shop.once.id, quantity: 1 }],
    success_url: 'https://shop.example/done',
    ...params,
  })

test('a one-time purchase by a known customer completes the session and reports each step once', async () => {
  const { stripe } = world
  const session = await stripe.checkout.sessions.create({
    mode: 'payment',
    ui_mode: 'hosted_page',
    customer: shop.customer.id,
    client_reference_id: 'order-1',
    line_items: [{ price: shop.once.id, quantity: 2 }],
    success_url: 'https://shop.example/done?s={CHECKOUT_SESSION_ID}',
    cancel_url: 'https://shop.example/cart',
    metadata: { order_id: '1' },
    payment_intent_data: { metadata: { order_id: '1' } },
    allow_promotion_codes: true,
    automatic_tax: { enabled: true },
  })
  expect(session).toMatchObject({
    status: 'open',
    payment_status: 'unpaid',
    payment_intent: null,
    amount_total: 9800,
  })

  const answer = await submit(session.url, GOOD_CARD)
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe(`https://shop.example/done?s=${session.id}`)

  const done = await stripe.checkout.sessions.retrieve(session.id, {
    expand: ['line_items', 'payment_intent.latest_charge', 'customer'],
  })
  expect(done).toMatchObject({
    status: 'complete',
    payment_status: 'paid',
    url: null,
    customer: { email: 'ada@example.com' },
    customer_details: { email: 'ada@example.com' },
    payment_intent: {
      status: 'succeeded',
      metadata: { order_id: '1' },
      latest_charge: { paid: true, amount: 9800 },
    },
  })
  expect(done.line_items?.data).toMatchObject([
    { quantity: 2, amount_total: 9800, description: 'Drawing Board' },
  ])

  await world.emulator.settle()
  expect(receiver.types().sort()).toEqual([
    'charge.succeeded',
    'checkout.session.completed',
    'payment_intent.created',
    'payment_intent.succeeded',
  ])
  for (const { event } of receiver.received) checkEvent(event)
})

test('pressing Pay twice, even at once, takes one payment and leads to the same place', async () => {
  const { stripe } = world
  const session = await openPayment()
  const answers = await Promise.all([1, 2, 3].map(() => submit(session.url, GOOD_CARD)))
  expect(answers.map((answer) => answer.headers.get('location'))).toEqual(
    Array(3).fill('https://shop.example/done'),
  )
  expect((await stripe.charges.list({ customer: shop.customer.id })).data).toHaveLength(1)
  expect((await stripe.events.list({ type: 'checkout.session.completed' })).data).toHaveLength(1)
})

test('a guest gives an e-mail address and becomes a customer only if the seller asked for that', async () => {
  const { stripe } = world
  const base = {
    mode: 'payment' as const,
    line_items: [{ price: shop.once.id, quantity: 1 }],
    success_url: 'https://shop.example/done',
  }
  const guest = await stripe.checkout.sessions.create(base)
  const missing = await submit(guest.url, GOOD_CARD)
  expect(missing.status).toBe(200)
  expect(await missing.text()).toContain('E-mail: enter an address')
  expect((await stripe.checkout.sessions.retrieve(guest.id)).status).toBe('open')

  await submit(guest.url, { ...GOOD_CARD, email: 'guest@example.com' })
  expect(await stripe.checkout.sessions.retrieve(guest.id)).toMatchObject({
    status: 'complete',
    customer: null,
    customer_details: { email: 'guest@example.com' },
  })

  const kept = await stripe.checkout.sessions.create({ ...base, customer_creation: 'always' })
  await submit(kept.url, { ...GOOD_CARD, email: 'guest@example.com' })
  const done = await stripe.checkout.sessions.retrieve(kept.id, { expand: ['customer'] })
  expect(done.customer).toMatchObject({ object: 'customer', email: 'guest@example.com' })
})

test.each([
  ['4000000000000002', 'Your card was declined.', 'generic_decline'],
  ['4000000000009995', 'insufficient funds', 'insufficient_funds'],
])(
  'card %s is declined, the buyer may try another one, and both attempts share an intent',
  async (number, message, code) => {
    const { stripe } = world
    const session = await openPayment()
    const declined = await submit(session.url, { ...GOOD_CARD, card_number: number })
    expect(declined.status).toBe(200)
    const page = await declined.text()
    expect(page).toContain(message)
    expect(page).not.toContain(number)
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'open',
      payment_intent: null,
    })
    const [failed] = (await stripe.paymentIntents.list()).data
    expect(failed).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { decline_code: code },
    })

    await submit(session.url, GOOD_CARD)
    expect(await stripe.checkout.sessions.retrieve(session.id)).toMatchObject({
      status: 'complete',
      payment_intent: failed?.id,
    })
    await world.emulator.settle()
    expect(receiver.types()).toContain('payment_intent.payment_failed')
    expect(receiver.types()).toContain('charge.failed')
    for (const { event } of receiver.received) checkEvent(event)
  },
)

test('a card with 3-D Secure pays only after the confirmation page', async () => {
  const { stripe } = world
  const session = await openPayment()
  const card = { ...GOOD_CARD, card_number: '4000 0025 0000 3155' }
  const step = `${session.url}/authenticate`
  expect((await submit(session.url, card)).headers.get('location')).toBe(new URL(step).pathname)
  expect(await (await fetch(step)).text()).toContain('Complete authentication')
  expect((await submit(step, { result: 'fail' })).status).toBe(200)
  expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('open')

  await submit(session.url, card)
  expect((await submit(step, { result: 'complete' })).headers.get('location')).toBe(
    'https://shop.example/done',
  )
  expect((await stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid')
})

test('mode setup keeps a card and charges nothing', async () => {
  const { stripe } = world
  const session = await stripe.checkout.sessions.create({
    mode: 'setup',
    customer: shop.customer.id,
    success_url: 'https://shop.example/done',
  })
  await submit(session.url, GOOD_CARD)
  const done = await stripe.checkout.sessions.retrieve(session.id, {
    expand: ['setup_intent.payment_method'],
  })
  expect(done).toMatchObject({
    status: 'complete',
    amount_total: null,
    currency: null,
    setup_intent: {
      status: 'succeeded',
      payment_method: { card: { last4: '4242' }, customer: shop.customer.id },
    },
  })
  expect((await stripe.charges.list()).data).toEqual([])
})

test('an unpaid session expires after a day, says so on its page, and can no longer be paid', async () => {
  const { stripe } = world
  const session = await openPayment({ cancel_url: 'https://shop.example/cart' })
  await world.jump('2026-02-01T10:00:00Z')
  expect((await stripe.checkout.sessions.retrieve(session.id)).status).toBe('expired')
  const page = await submit(session.url, GOOD_CARD)
  expect(page.status).toBe(410)
  expect(await page.text()).toContain('https://shop.example/cart')
  expect((await stripe.charges.list()).data).toEqual([])
  expect(receiver.types()).toContain('checkout.session.expired')
})
