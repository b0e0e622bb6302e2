import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { orders } from '#db/schema/billing.ts'
import { licenses } from '#db/schema/licenses.ts'
import { mails } from '#db/schema/mail.ts'
import { prices } from '#db/schema/products.ts'
import { publishPrice } from '#lib/billing/checkout/publish-price.ts'
import { startCheckout } from '#lib/billing/checkout/start-checkout.ts'
import { stripe } from '#lib/billing/stripe-client.ts'
import { sweepPayments } from '#lib/billing/sweeps/sweep-payments.ts'
import { getOffer } from '#lib/catalog/offers/get-offer.ts'
import { listOffers } from '#lib/catalog/offers/list-offers.ts'
import { createPrice } from '#lib/catalog/prices/create-price.ts'
import { authorize } from '#lib/core/authorize.ts'
import { clock } from '#lib/core/clock.ts'
import { open } from '#lib/core/crypto/seal.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { newId } from '#lib/core/ids.ts'
import { systemContext } from '#lib/core/system-context.ts'
import { examine } from '#lib/ops/doctor/examine.ts'
import { resolveAccount } from '#lib/vendor/accounts/resolve-account.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeCustomer, makeSignedProduct } from '#tests/factories/licensed.ts'
import { makeOperator } from '#tests/factories/operator.ts'
import { inbox, priceNamed, reconciliationOf } from '#tests/helpers/billing-state.ts'
import { type BillingWorld, startBillingWorld } from '#tests/helpers/billing-world.ts'
import { contextFor, customerActor, operatorActor, visitorActor } from '#tests/helpers/context.ts'

const HOST = 'second.example'

let world: BillingWorld
let second: { accountId: string; priceId: string }
let operator: { id: string; email: string }
beforeAll(async () => {
  world = await startBillingWorld()
  operator = await makeOperator(world.accountId)
  const { id: accountId } = await makeAccount({ name: 'Second vendor', domain: HOST })
  const product = await makeSignedProduct(accountId)
  const owner = contextFor(operatorActor(), { accountId })
  const { id: priceId } = await createPrice(authorize(owner, 'product:write'), {
    productId: product.id,
    name: 'Forever',
    description: '',
    kind: 'one_time',
    currency: 'usd',
    unitAmount: 1900,
  })
  second = { accountId, priceId }
})
afterAll(() => world.close())
afterEach(async () => {
  overrideEnv({ BILLING_MODE: 'test' })
  await world.control({})
})

async function alerts() {
  const rows = await db().select().from(mails).where(eq(mails.template, 'operator-alert'))
  return rows.map((row) => ({
    to: open('mail', row.sealedTo, row.id),
    props: open('mail', row.sealedProps, row.id),
  }))
}

function visitor(accountId: string) {
  return authorize(contextFor(visitorActor, { accountId }), 'public')
}

/** What an installation had put on sale before it was refused: the provider knows the price. */
async function onSaleBefore() {
  const made = await stripe().prices.create({
    currency: 'usd',
    unit_amount: 1900,
    product_data: { name: 'Second product' },
  })
  const product = typeof made.product === 'string' ? made.product : made.product.id
  await db()
    .update(prices)
    .set({ publishedAt: new Date(), stripePriceId: made.id, stripeProductId: product })
    .where(eq(prices.id, second.priceId))
}

test('F-43: a vendor that the provider does not serve puts nothing on sale', async () => {
  const ctx = authorize(contextFor(operatorActor(), { accountId: second.accountId }), 'product:write')
  await expect(publishPrice(ctx, second.priceId)).rejects.toMatchObject({ code: 'BILLING_OFF' })
  const [price] = await db().select().from(prices).where(eq(prices.id, second.priceId))
  expect(price).toMatchObject({ publishedAt: null, stripePriceId: null })
  const made = await stripe().prices.list({ lookup_keys: [`latchkey:${second.priceId}`] })
  expect(made.data).toEqual([])
})

test('F-43: what that vendor had on sale is shown without a way to buy it, and buying is refused with no order and no page', async () => {
  await onSaleBefore()
  // The way the portal finds its vendor: by the host it is served under.
  const accountId = await resolveAccount({ host: HOST })
  expect(accountId).toBe(second.accountId)
  expect(await listOffers(visitor(accountId))).toMatchObject([
    { priceId: second.priceId, canBeBought: false },
  ])
  expect(await getOffer(visitor(accountId), second.priceId)).toMatchObject({ canBeBought: false })
  const customer = await makeCustomer(accountId)
  const ctx = { ...contextFor(customerActor(customer.id), { accountId }), clock }
  const sessions = async () => (await stripe().checkout.sessions.list({ limit: 100 })).data.length
  const before = await sessions()
  await expect(startCheckout(authorize(ctx, 'me:buy'), { priceId: second.priceId })).rejects.toMatchObject({
    code: 'BILLING_OFF',
  })
  expect(await db().$count(orders, eq(orders.accountId, accountId))).toBe(0)
  expect(await sessions()).toBe(before)
})

test('F-43: the first vendor sells as before, and with payments off shows no way to buy either', async () => {
  const offers = await listOffers(visitor(world.accountId))
  expect(offers.map(({ canBeBought }) => canBeBought)).toEqual([true, true, true])
  overrideEnv({ BILLING_MODE: 'off' })
  const closed = await listOffers(visitor(world.accountId))
  expect(closed.map(({ canBeBought }) => canBeBought)).toEqual([false, false, false])
})

test.each(['payment', 'subscription', 'trial'] as const)(
  'F-43: a %s that bears our mark and fits no order alerts the operators and is found by the doctor',
  async (kind) => {
    const price = await priceNamed(kind === 'payment' ? 'Perpetual license' : 'Monthly')
    const metadata = { app: 'latchkey', order_id: newId(), user_id: newId() }
    const session = await stripe().checkout.sessions.create({
      mode: kind === 'payment' ? 'payment' : 'subscription',
      customer_email: 'ada@example.com',
      line_items: [{ price: price.stripePriceId ?? '', quantity: 1 }],
      success_url: 'https://second.example/',
      metadata,
      ...(kind !== 'payment' && {
        subscription_data: { metadata, ...(kind === 'trial' && { trial_period_days: 7 }) },
      }),
    })
    await world.pay(session.url ?? '')
    await world.deliver()
    await world.work()
    const paid = await stripe().checkout.sessions.retrieve(session.id)
    const subject = typeof paid.subscription === 'string' ? paid.subscription : session.id
    const about = (await alerts()).filter(({ props }) => props.includes(subject))
    expect(about.map(({ to }) => to)).toEqual([operator.email])
    expect((await inbox()).filter((event) => event.subject === subject)).not.toHaveLength(0)
    expect((await inbox()).filter((event) => event.subject === subject && event.status !== 'dead')).toEqual(
      [],
    )
    expect(await reconciliationOf(subject)).toMatchObject({ state: 'dead' })
    const findings = await examine(systemContext(world.accountId, 'doctor'))
    expect(findings).toContainEqual(
      expect.objectContaining({ name: 'no payment was given up on', ok: false }),
    )
    expect(await db().$count(licenses)).toBe(0)

    // Seen again by the sweep on the same day, nobody is told twice.
    await sweepPayments(systemContext(world.accountId, 'test'))
    await world.work()
    expect((await alerts()).filter(({ props }) => props.includes(subject))).toHaveLength(1)
  },
)

test('F-43: also when no event ever told of it, the sweep finds such a payment', async () => {
  await world.control({ webhooks: [{ action: 'never_generated' }] })
  const price = await priceNamed('Perpetual license')
  const session = await stripe().checkout.sessions.create({
    mode: 'payment',
    line_items: [{ price: price.stripePriceId ?? '', quantity: 1 }],
    success_url: 'https://second.example/',
    metadata: { app: 'latchkey', order_id: 'not an id' },
  })
  const fields = {
    email: 'ada@example.com',
    card_number: '4242424242424242',
    expiry: '12 / 40',
    security_code: '123',
  }
  await fetch(session.url ?? '', { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
  expect((await stripe().checkout.sessions.retrieve(session.id)).payment_status).toBe('paid')
  await sweepPayments(systemContext(world.accountId, 'test'))
  await world.work()
  expect((await alerts()).filter(({ props }) => props.includes(session.id))).toHaveLength(1)
})

test('F-43: an unpaid page of no order, and what another product sold on the same account, alert nobody', async () => {
  const before = (await alerts()).length
  const price = await priceNamed('Perpetual license')
  const line_items = [{ price: price.stripePriceId ?? '', quantity: 1 }]
  const common = { mode: 'payment' as const, line_items, success_url: 'https://elsewhere.example/' }
  const unpaid = await stripe().checkout.sessions.create({
    ...common,
    metadata: { app: 'latchkey', order_id: newId() },
  })
  await stripe().checkout.sessions.expire(unpaid.id)
  const foreign = await stripe().checkout.sessions.create({ ...common, customer_email: 'ada@example.com' })
  await world.pay(foreign.url ?? '')
  await world.deliver()
  await world.work()
  expect((await alerts()).length).toBe(before)
  expect((await inbox()).filter(({ subject }) => subject === unpaid.id)).toMatchObject([
    { status: 'ignored' },
  ])
})
