import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Catalogue, KEY, seedCatalogue, startWorld, stripeOn, type World } from './fixture.ts'

let world: World
let shop: Catalogue

beforeAll(async () => {
  world = await startWorld()
  shop = await seedCatalogue(world.stripe)
})

afterAll(() => world.close())

/** A request as the SDK would never send it. */
function request(path: string, init: RequestInit = {}): Promise<Response> {
  return fetch(`${world.origin}${path}`, {
    ...init,
    headers: { authorization: `Bearer ${KEY}`, ...init.headers },
  })
}

function post(path: string, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return request(path, { method: 'POST', body: new URLSearchParams(body), headers })
}

async function customerCount(): Promise<number> {
  return (await world.stripe.customers.list({ limit: 100 })).data.length
}

describe('a session is refused, and nothing is opened', () => {
  const line = () => `line_items[0][price]=${shop.once.id}&line_items[0][quantity]=1`
  const ok = 'success_url=https://shop.example/done'

  test.each([
    [
      'a parameter that was removed',
      () => `mode=payment&${ok}&${line()}&payment_method_types[0]=card`,
      'parameter_unknown',
      'payment_method_types',
    ],
    [
      'a typing error deep inside',
      () => `mode=payment&${ok}&${line()}&line_items[0][quantty]=1`,
      'parameter_unknown',
      'line_items[0][quantty]',
    ],
    ['the old ui_mode', () => `mode=payment&${ok}&${line()}&ui_mode=hosted`, undefined, 'ui_mode'],
    ['a mode that does not exist', () => `mode=gift&${ok}&${line()}`, undefined, 'mode'],
    ['no mode', () => `${ok}&${line()}`, 'parameter_missing', 'mode'],
    ['no success_url', () => `mode=payment&${line()}`, 'parameter_missing', 'success_url'],
    ['no lines', () => `mode=payment&${ok}`, 'parameter_missing', 'line_items'],
    [
      'a quantity of zero',
      () => `mode=payment&${ok}&line_items[0][price]=${shop.once.id}&line_items[0][quantity]=0`,
      undefined,
      'line_items[0][quantity]',
    ],
    [
      'a fractional quantity',
      () => `mode=payment&${ok}&line_items[0][price]=${shop.once.id}&line_items[0][quantity]=1.5`,
      'parameter_invalid_integer',
      'line_items[0][quantity]',
    ],
    [
      'an unknown price',
      () => `mode=payment&${ok}&line_items[0][price]=price_no&line_items[0][quantity]=1`,
      'resource_missing',
      'line_items[0][price]',
    ],
    [
      'a recurring price in payment mode',
      () => `mode=payment&${ok}&line_items[0][price]=${shop.monthly.id}&line_items[0][quantity]=1`,
      undefined,
      'line_items',
    ],
    [
      'only one-time prices in subscription mode',
      () => `mode=subscription&${ok}&${line()}`,
      undefined,
      'line_items',
    ],
    [
      'subscription_data in payment mode',
      () => `mode=payment&${ok}&${line()}&subscription_data[metadata][a]=b`,
      undefined,
      'subscription_data',
    ],
    [
      'an unknown customer',
      () => `mode=payment&${ok}&${line()}&customer=cus_no`,
      'resource_missing',
      'customer',
    ],
    [
      'customer and e-mail at once',
      () => `mode=payment&${ok}&${line()}&customer=${shop.customer.id}&customer_email=a@b.c`,
      undefined,
      'customer_email',
    ],
    [
      'an expiry that is too near',
      () => `mode=payment&${ok}&${line()}&expires_at=1769853600`,
      undefined,
      'expires_at',
    ],
    [
      'a success_url that is no web address',
      () => `mode=payment&success_url=javascript:alert(1)&${line()}`,
      'url_invalid',
      'success_url',
    ],
  ])('%s', async (_title, body, code, param) => {
    const before = await world.stripe.checkout.sessions.list()
    const answer = await post('/v1/checkout/sessions', body())
    expect(answer.status).toBe(400)
    const { error } = (await answer.json()) as { error: Record<string, unknown> }
    expect(error).toMatchObject({ type: 'invalid_request_error', param })
    expect(error.code).toBe(code)
    expect(await world.stripe.checkout.sessions.list()).toEqual(before)
  })
})

describe('who may ask', () => {
  test('no key and a wrong key get 401, a key by Basic authentication works', async () => {
    expect((await fetch(`${world.origin}/v1/customers`)).status).toBe(401)
    expect(
      (await request('/v1/customers', { headers: { authorization: 'Bearer sk_test_wrong' } })).status,
    ).toBe(401)
    const basic = `Basic ${Buffer.from(`${KEY}:`).toString('base64')}`
    expect((await request('/v1/customers', { headers: { authorization: basic } })).status).toBe(200)
    const wrong = new Stripe('sk_test_wrong', {
      host: '127.0.0.1',
      port: new URL(world.origin).port,
      protocol: 'http',
      telemetry: false,
    })
    await expect(wrong.customers.list()).rejects.toBeInstanceOf(Stripe.errors.StripeAuthenticationError)
  })

  test('the controls need the key, too', async () => {
    for (const path of ['/_emu/faults', '/_emu/deliveries']) {
      expect((await fetch(`${world.origin}${path}`)).status).toBe(401)
      expect((await request(path)).status).toBe(200)
    }
  })
})

describe('headers, paths and versions', () => {
  test('every answer has a request id, and the version asked for', async () => {
    const { lastResponse } = await world.stripe.customers.list()
    expect(lastResponse.requestId).toMatch(/^req_\w{14}$/)
    expect(lastResponse.apiVersion).toBe(Stripe.API_VERSION)
  })

  test('another major version is refused', async () => {
    const answer = await request('/v1/customers', { headers: { 'stripe-version': '2024-06-20' } })
    expect(answer.status).toBe(400)
    const acacia = await request('/v1/customers', { headers: { 'stripe-version': '2024-12-18.acacia' } })
    expect(acacia.status).toBe(400)
  })

  test('an unknown path and an unknown id are told apart', async () => {
    const path = await request('/v1/unicorns')
    expect([path.status, await path.text()]).toEqual([
      404,
      expect.stringContaining('Unrecognized request URL (GET: /v1/unicorns)'),
    ])
    await expect(world.stripe.customers.retrieve('cus_nobody')).rejects.toMatchObject({
      statusCode: 404,
      code: 'resource_missing',
      message: "No such customer: 'cus_nobody'",
    })
    expect((await request('/v1/customers/%00')).status).toBe(404)
  })

  test('a body over a mebibyte is refused', async () => {
    expect((await post('/v1/customers', `description=${'x'.repeat(3 * 1024 * 1024)}`)).status).toBe(413)
  })

  test('hostile parameter names write nothing into prototypes', async () => {
    const before = await customerCount()
    for (const name of [
      '__proto__[x]',
      'constructor[prototype][x]',
      'metadata[__proto__][x]',
      'metadata[a][b]',
    ]) {
      expect((await post('/v1/customers', `${encodeURIComponent(name)}=1`)).status).toBe(400)
    }
    expect(Object.hasOwn(Object.prototype, 'x')).toBe(false)
    expect(await customerCount()).toBe(before)
  })
})

describe('lists', () => {
  test('page forwards and backwards without gaps', async () => {
    const { stripe } = world
    const made: string[] = []
    for (let index = 0; index < 7; index++)
      made.unshift((await stripe.customers.create({ email: 'page@example.com' })).id)
    const ids = (list: Stripe.ApiList<Stripe.Customer>) => list.data.map(({ id }) => id)
    const filter = { email: 'page@example.com', limit: 3 }
    const first = await stripe.customers.list(filter)
    expect([ids(first), first.has_more]).toEqual([made.slice(0, 3), true])
    const second = await stripe.customers.list({ ...filter, starting_after: made[2] ?? '' })
    expect([ids(second), second.has_more]).toEqual([made.slice(3, 6), true])
    const last = await stripe.customers.list({ ...filter, starting_after: made[5] ?? '' })
    expect([ids(last), last.has_more]).toEqual([made.slice(6), false])
    const back = await stripe.customers.list({ ...filter, ending_before: made[5] ?? '' })
    expect([ids(back), back.has_more]).toEqual([made.slice(2, 5), true])
    const all: string[] = []
    for await (const customer of stripe.customers.list(filter)) all.push(customer.id)
    expect(all).toEqual(made)
  })

  test.each(['limit=0', 'limit=101', 'limit=x', 'starting_after=cus_no', 'creatd[gte]=1'])(
    'refuse %s',
    async (query) => {
      expect((await request(`/v1/customers?${query}`)).status).toBe(400)
    },
  )

  test('filter by creation time', async () => {
    const now = Math.floor(world.clock.now().getTime() / 1000)
    expect((await world.stripe.products.list({ created: { gte: now } })).data).not.toEqual([])
    expect((await world.stripe.products.list({ created: { gt: now } })).data).toEqual([])
    expect((await world.stripe.products.list({ created: { lt: now } })).data).toEqual([])
    expect((await world.stripe.products.list({ created: now })).data).not.toEqual([])
  })

  test('prices are found by lookup key, which a new price can take over', async () => {
    const { stripe } = world
    const base = { product: shop.product.id, currency: 'eur', unit_amount: 100, lookup_key: 'pro' }
    const old = await stripe.prices.create(base)
    await expect(stripe.prices.create(base)).rejects.toMatchObject({ param: 'lookup_key' })
    const taken = await stripe.prices.create({ ...base, transfer_lookup_key: true })
    const found = await stripe.prices.list({ lookup_keys: ['pro', 'other'], expand: ['data.product'] })
    expect(found.data).toMatchObject([{ id: taken.id, product: { name: 'Drawing Board' } }])
    expect((await stripe.prices.retrieve(old.id)).lookup_key).toBeNull()
  })
})

describe('expand', () => {
  test('a path that leads nowhere is refused', async () => {
    const { stripe } = world
    await expect(stripe.prices.retrieve(shop.once.id, { expand: ['nothing'] })).rejects.toMatchObject({
      statusCode: 400,
    })
    await expect(stripe.prices.retrieve(shop.once.id, { expand: ['currency'] })).rejects.toMatchObject({
      statusCode: 400,
    })
    expect((await stripe.prices.retrieve(shop.once.id, { expand: ['product'] })).product).toMatchObject({
      name: 'Drawing Board',
    })
  })
})

describe('idempotency', () => {
  test('the same key gives the first answer again and makes nothing new', async () => {
    const before = await customerCount()
    const [first, again] = [
      await post('/v1/customers', 'name=Once', { 'idempotency-key': 'same' }),
      await post('/v1/customers', 'name=Once', { 'idempotency-key': 'same' }),
    ]
    expect(await again.json()).toEqual(await first.json())
    expect(first.headers.get('idempotent-replayed')).toBeNull()
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect(await customerCount()).toBe(before + 1)
  })

  test('the same key with other parameters is an error', async () => {
    const { stripe } = world
    await stripe.customers.create({ name: 'A' }, { idempotencyKey: 'bound' })
    const before = await customerCount()
    await expect(stripe.customers.create({ name: 'B' }, { idempotencyKey: 'bound' })).rejects.toMatchObject({
      type: 'StripeIdempotencyError',
      statusCode: 400,
    })
    expect(await customerCount()).toBe(before)
  })

  test('of parallel requests with one key at most one works, the others are told to wait or get its answer', async () => {
    const before = await customerCount()
    const answers = await Promise.all(
      Array.from({ length: 8 }, () =>
        post('/v1/customers', 'name=Parallel', { 'idempotency-key': 'parallel' }),
      ),
    )
    expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true)
    expect(answers.some(({ status }) => status === 200)).toBe(true)
    expect(await customerCount()).toBe(before + 1)
  })

  test('a refused parameter does not use the key up, a refusal by the operation does', async () => {
    const typo = await post('/v1/customers', 'nmae=x', { 'idempotency-key': 'typo' })
    expect(typo.status).toBe(400)
    expect((await post('/v1/customers', 'name=x', { 'idempotency-key': 'typo' })).status).toBe(200)
    const missing = await post('/v1/prices', 'currency=usd&product=prod_no&unit_amount=1', {
      'idempotency-key': 'gone',
    })
    const replayed = await post('/v1/prices', 'currency=usd&product=prod_no&unit_amount=1', {
      'idempotency-key': 'gone',
    })
    expect([missing.status, replayed.status, replayed.headers.get('idempotent-replayed')]).toEqual([
      400,
      400,
      'true',
    ])
  })

  test('a key may be used anew after a day', async () => {
    const { stripe } = world
    const first = await stripe.customers.create({ name: 'Day' }, { idempotencyKey: 'day' })
    await world.jump(new Date(world.clock.now().getTime() + 25 * 3600_000).toISOString())
    const second = await stripe.customers.create({ name: 'Day' }, { idempotencyKey: 'day' })
    expect(second.id).not.toBe(first.id)
  })
})

describe('metadata', () => {
  test('merges, unsets single keys with an empty value and all with an empty string', async () => {
    const { stripe } = world
    const { id } = await stripe.customers.create({ metadata: { a: '1', b: '2' } })
    expect((await stripe.customers.update(id, { metadata: { a: '', c: 3 } })).metadata).toEqual({
      b: '2',
      c: '3',
    })
    expect((await stripe.customers.update(id, { metadata: '' })).metadata).toEqual({})
  })

  test('has limits', async () => {
    const { stripe } = world
    await expect(stripe.customers.create({ metadata: { ['k'.repeat(41)]: '1' } })).rejects.toMatchObject({
      statusCode: 400,
    })
    await expect(stripe.customers.create({ metadata: { k: 'v'.repeat(501) } })).rejects.toMatchObject({
      statusCode: 400,
    })
  })
})

test('the SDK and the contract speak the same version', async () => {
  const stripe = stripeOn(Number(new URL(world.origin).port))
  expect(stripe.getApiField('version')).toBe(Stripe.API_VERSION)
  const { contract } = await import('#emulator/contract/load.ts')
  expect(contract().info.version).toBe(Stripe.API_VERSION)
})
