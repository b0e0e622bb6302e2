import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { reconciliations, stripeEvents } from '#db/schema/billing.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { inbox, reconciliationOf } from '#tests/helpers/billing-state.ts'
import { type BillingWorld, startBillingWorld, WEBHOOK_SECRET } from '#tests/helpers/billing-world.ts'
import { eventBody, sendWebhook, signatureOf } from '#tests/helpers/signed-webhook.ts'

let world: BillingWorld
beforeAll(async () => {
  world = await startBillingWorld()
  await db().delete(stripeEvents)
})
afterAll(() => world.close())
afterEach(async () => {
  overrideEnv({ STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET, BILLING_MODE: 'test' })
  await db().delete(stripeEvents)
})

const subscription = { id: 'sub_nobody', object: 'subscription', metadata: {} }
const body = () => eventBody('customer.subscription.updated', subscription)

async function jobsWaiting(): Promise<number> {
  const [row] = await db().execute<{ count: number }>(
    sql`select count(*)::int as count from graphile_worker._private_jobs where key like 'reconcile:%'`,
  )
  return row?.count ?? 0
}

const refused: [string, (text: string) => { sent: string; header: string | null }][] = [
  ['without a signature', (text) => ({ sent: text, header: null })],
  ['with an empty signature', (text) => ({ sent: text, header: '' })],
  [
    'signed with another secret',
    (text) => ({ sent: text, header: signatureOf(text, { secret: 'whsec_other' }) }),
  ],
  [
    'altered after it was signed',
    (text) => ({ sent: text.replace('nobody', 'n0body'), header: signatureOf(text) }),
  ],
  [
    're-serialized',
    (text) => ({ sent: JSON.stringify(JSON.parse(text), null, 1), header: signatureOf(text) }),
  ],
  ['with the old scheme v0 only', (text) => ({ sent: text, header: signatureOf(text, { scheme: 'v0' }) })],
  ['301 seconds old', (text) => ({ sent: text, header: signatureOf(text, { ageSeconds: 301 }) })],
  ['301 seconds ahead', (text) => ({ sent: text, header: signatureOf(text, { ageSeconds: -302 }) })],
  ['a day ahead', (text) => ({ sent: text, header: signatureOf(text, { ageSeconds: -86_400 }) })],
  ['with a signature that is none', (text) => ({ sent: text, header: 't=abc,v1=zzz' })],
]

test.each(refused)('a webhook %s is answered 400 and leaves nothing (#7)', async (_how, forge) => {
  const before = await jobsWaiting()
  const { sent, header } = forge(body())
  const response = await sendWebhook(world.webhookUrl, sent, header)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ code: 'INVALID_SIGNATURE' })
  expect(await inbox()).toEqual([])
  expect(await jobsWaiting()).toBe(before)
})

test.each([
  ['signed but not JSON', '{"id":', 'INVALID_JSON'],
  ['signed JSON that is no event', '{"hello":"world"}', 'INVALID_INPUT'],
  ['signed JSON that is no object', '[]', 'INVALID_INPUT'],
])('a body %s is answered 400, not 500, and leaves nothing', async (_what, text, code) => {
  const response = await sendWebhook(world.webhookUrl, text)
  expect(response.status).toBe(400)
  expect(await response.json()).toMatchObject({ code })
  expect(await inbox()).toEqual([])
})

test('a body over 1 MiB is answered 413 before anything is looked at', async () => {
  const text = eventBody('customer.subscription.updated', {
    ...subscription,
    padding: 'x'.repeat(1024 * 1024),
  })
  const response = await sendWebhook(world.webhookUrl, text)
  expect(response.status).toBe(413)
  expect(await inbox()).toEqual([])
})

test.each([{ STRIPE_WEBHOOK_SECRET: undefined }, { STRIPE_WEBHOOK_SECRET: ' ' }, { BILLING_MODE: 'off' }])(
  'while payments are not configured (%o) the provider is told to try again, and nothing is stored (#6)',
  async (settings) => {
    overrideEnv(settings)
    const response = await sendWebhook(world.webhookUrl, body())
    expect(response.status).toBe(503)
    expect(await inbox()).toEqual([])
  },
)

test('during a rotation either secret opens the door, blanks and newlines around them do no harm', async () => {
  overrideEnv({ STRIPE_WEBHOOK_SECRET: ` whsec_new ,${WEBHOOK_SECRET}\n` })
  const old = body()
  const fresh = body()
  expect((await sendWebhook(world.webhookUrl, old)).status).toBe(200)
  expect(
    (await sendWebhook(world.webhookUrl, fresh, signatureOf(fresh, { secret: 'whsec_new' }))).status,
  ).toBe(200)
  const both = body()
  const header = `${signatureOf(both, { secret: 'whsec_gone' })},${signatureOf(both).split(',')[1]}`
  expect((await sendWebhook(world.webhookUrl, both, header)).status).toBe(200)
  expect(await inbox()).toHaveLength(3)
})

test.each(['customer.tax_id.created', 'brand.new.event_type'])(
  'an event of the unknown type %s is answered 200 and ignored (#5)',
  async (type) => {
    const before = await jobsWaiting()
    const response = await sendWebhook(world.webhookUrl, eventBody(type, { id: 'x_1', object: 'brand.new' }))
    expect(response.status).toBe(200)
    expect(await response.json()).toEqual({ received: 'ignored' })
    expect(await inbox()).toMatchObject([{ type, status: 'ignored', subject: null }])
    expect(await jobsWaiting()).toBe(before)
  },
)

test('an event of live mode is answered 200 in test mode, and not stored', async () => {
  const text = eventBody('customer.subscription.updated', subscription, { livemode: true })
  const response = await sendWebhook(world.webhookUrl, text)
  expect(response.status).toBe(200)
  expect(await response.json()).toEqual({ received: 'ignored' })
  expect(await inbox()).toEqual([])
})

test('a session that only saved a card has neither amount nor currency: 200, no order (#14)', async () => {
  const session = {
    id: 'cs_test_setup',
    object: 'checkout.session',
    mode: 'setup',
    currency: null,
    amount_total: null,
    payment_status: 'no_payment_required',
    subscription: null,
  }
  const response = await sendWebhook(world.webhookUrl, eventBody('checkout.session.completed', session))
  expect(response.status).toBe(200)
  expect(await inbox()).toMatchObject([{ status: 'ignored', subject: null }])
})

test.each([
  ['parent null', { parent: null }, null],
  [
    'of a quote',
    { parent: { type: 'quote_details', quote_details: { quote: 'qt_1' }, subscription_details: null } },
    null,
  ],
  ['of a subscription by id', { parent: { subscription_details: { subscription: 'sub_a' } } }, 'sub_a'],
  [
    'of a subscription as an object',
    { parent: { subscription_details: { subscription: { id: 'sub_b' } } } },
    'sub_b',
  ],
  ['in the shape of older API versions (#17)', { subscription: 'sub_c' }, 'sub_c'],
])('an invoice %s leads to the right subject (#16)', async (_what, fields, subject) => {
  const text = eventBody(
    'invoice.paid',
    { id: 'in_1', object: 'invoice', ...fields },
    { api_version: '2024-12-18.acacia' },
  )
  expect((await sendWebhook(world.webhookUrl, text)).status).toBe(200)
  expect(await inbox()).toMatchObject([{ subject, status: subject ? 'pending' : 'ignored' }])
})

test('a thin event and its snapshot are one entry', async () => {
  const thin = JSON.stringify({
    id: 'evt_thin1',
    object: 'v2.core.event',
    type: 'v1.customer.subscription.cancel_at_changed',
    created: '2026-11-01T10:00:00.000Z',
    livemode: false,
    snapshot_event: 'evt_snapshot1',
    related_object: { id: 'sub_thin', type: 'subscription', url: '/v1/subscriptions/sub_thin' },
  })
  const snapshot = eventBody(
    'customer.subscription.updated',
    { id: 'sub_thin', object: 'subscription' },
    { id: 'evt_snapshot1' },
  )
  for (const text of [thin, snapshot]) expect((await sendWebhook(world.webhookUrl, text)).status).toBe(200)
  expect(await inbox()).toMatchObject([{ id: 'evt_snapshot1', subject: 'sub_thin', deliveries: 2 }])
})

test('one event delivered 100 times at once is one entry, one job, and always answered 200 (#11)', async () => {
  const text = eventBody('customer.subscription.updated', { ...subscription, id: 'sub_hundred' })
  const answers = await Promise.all(Array.from({ length: 100 }, () => sendWebhook(world.webhookUrl, text)))
  expect(answers.map((answer) => answer.status)).toEqual(Array(100).fill(200))
  expect(await inbox()).toMatchObject([{ subject: 'sub_hundred', deliveries: 100, status: 'pending' }])
  const jobs = await db().execute(
    sql`select id from graphile_worker._private_jobs where key = 'reconcile:sub_hundred'`,
  )
  expect(jobs).toHaveLength(1)
})

test('an event that was given up gets another chance when the provider sends it again', async () => {
  const text = eventBody('customer.subscription.updated', { ...subscription, id: 'sub_given_up' })
  await sendWebhook(world.webhookUrl, text)
  await db().update(stripeEvents).set({ status: 'dead' })
  await db().update(reconciliations).set({ state: 'dead', attempts: 40 })
  await sendWebhook(world.webhookUrl, text)
  expect(await reconciliationOf('sub_given_up')).toMatchObject({
    state: 'due',
    attempts: 0,
    failingSince: null,
  })
  await world.work()
  expect(await inbox()).toMatchObject([{ status: 'ignored', deliveries: 2 }])
})

test('entry and job are one transaction: without the job there is no entry, and the provider tries again', async () => {
  await db().execute(sql`alter function graphile_worker.add_job rename to add_job_away`)
  try {
    const response = await sendWebhook(world.webhookUrl, body())
    expect(response.status).toBe(500)
    expect(await inbox()).toEqual([])
  } finally {
    await db().execute(sql`alter function graphile_worker.add_job_away rename to add_job`)
  }
})

test('no payload is kept: the inbox says where to look, not what was there', async () => {
  const text = eventBody('customer.subscription.updated', { ...subscription, description: 'Ada Lovelace' })
  await sendWebhook(world.webhookUrl, text)
  expect(JSON.stringify(await inbox())).not.toContain('Lovelace')
})

test.each(['GET', 'PUT', 'DELETE'])(
  '%s is answered 405 with Allow, and no webhook is ever redirected (#28)',
  async (method) => {
    const route = await import('#app/api/webhooks/stripe/route.ts')
    const handler = { GET: route.GET, PUT: route.PUT, DELETE: route.DELETE }[method]
    const response = handler?.(new Request(world.webhookUrl, { method }))
    expect(response?.status).toBe(405)
    expect(response?.headers.get('allow')).toBe('POST')
  },
)

test('an event of a subscription that nobody here knows is looked at and set aside (#19)', async () => {
  await sendWebhook(world.webhookUrl, body())
  await world.work()
  expect(await inbox()).toMatchObject([{ status: 'ignored' }])
  expect(await reconciliationOf('sub_nobody')).toMatchObject({ state: 'done', attempts: 0 })
})
