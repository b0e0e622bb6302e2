import Stripe from 'stripe'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { closedPort, KEY, type Receiver, startReceiver, startWorld, type World } from './fixture.ts'

let world: World
let receiver: Receiver
let endpoint: Stripe.WebhookEndpoint

beforeEach(async () => {
  world = await startWorld()
  receiver = await startReceiver()
  endpoint = await world.stripe.webhookEndpoints.create({
    url: receiver.url,
    enabled_events: ['customer.created', 'customer.updated'],
    api_version: Stripe.API_VERSION,
  })
})

afterEach(async () => {
  await world.close()
  await receiver.close()
})

function verify(index: number, secret = endpoint.secret ?? ''): Stripe.Event {
  const delivery = receiver.received[index]
  if (!delivery) throw new Error(`there is no delivery ${index}`)
  const { body, headers } = delivery
  return world.stripe.webhooks.constructEvent(
    body,
    String(headers['stripe-signature']),
    secret,
    300,
    undefined,
    world.clock.now().getTime(),
  )
}

async function control(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const response = await fetch(`${world.origin}/_emu/${path}`, {
    method,
    headers: { authorization: `Bearer ${KEY}` },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: response.status, ...((await response.json()) as object) }
}

async function deliveries(): Promise<Record<string, unknown>[]> {
  return (await control('GET', 'deliveries')).data as Record<string, unknown>[]
}

async function create(name: string): Promise<Stripe.Customer> {
  const customer = await world.stripe.customers.create({ name })
  await world.emulator.settle()
  return customer
}

function names(): string[] {
  return receiver.received.map(({ event }) => (event.data.object as Stripe.Customer).name ?? '')
}

describe('delivery', () => {
  test('the SDK accepts the signature, of chosen event types only, with who caused it', async () => {
    const { stripe } = world
    await stripe.products.create({ name: 'not subscribed' })
    const customer = await stripe.customers.create({ name: 'Ada' }, { idempotencyKey: 'mine' })
    await world.emulator.settle()
    expect(receiver.types()).toEqual(['customer.created'])
    const event = verify(0)
    expect(event).toMatchObject({
      api_version: Stripe.API_VERSION,
      livemode: false,
      pending_webhooks: 1,
      data: { object: { id: customer.id } },
      request: { id: customer.lastResponse.requestId, idempotency_key: 'mine' },
    })
    expect((await stripe.events.retrieve(event.id)).pending_webhooks).toBe(0)
  })

  test('an update says what it changed, nested fields by their path', async () => {
    const { stripe } = world
    const { id } = await create('Ada')
    await stripe.customers.update(id, { name: 'Ada L.', metadata: { a: '1' } })
    await world.emulator.settle()
    expect(verify(1).data.previous_attributes).toEqual({ name: 'Ada', metadata: { a: null } })
  })

  test('a disabled or deleted endpoint gets nothing more', async () => {
    const { stripe } = world
    await stripe.webhookEndpoints.update(endpoint.id, { disabled: true })
    await create('A')
    await stripe.webhookEndpoints.update(endpoint.id, { disabled: false })
    await create('B')
    await stripe.webhookEndpoints.del(endpoint.id)
    await create('C')
    expect(names()).toEqual(['B'])
    await expect(stripe.webhookEndpoints.retrieve(endpoint.id)).rejects.toMatchObject({ statusCode: 404 })
  })

  test('only the answer to its creation shows the secret', async () => {
    expect(endpoint.secret).toMatch(/^whsec_/)
    expect(await world.stripe.webhookEndpoints.retrieve(endpoint.id)).not.toHaveProperty('secret')
    expect(JSON.stringify(await world.stripe.webhookEndpoints.list())).not.toContain('whsec_')
  })

  test('while a secret is rolled, both verify; afterwards only the new one', async () => {
    const rolled = await control('POST', `webhook_endpoints/${endpoint.id}/roll`, { expires_in: 3600 })
    const fresh = String(rolled.secret)
    await create('A')
    expect(verify(0).id).toBe(verify(0, fresh).id)
    world.clock.set(new Date(world.clock.now().getTime() + 3601_000))
    await create('B')
    expect(() => verify(1)).toThrow(Stripe.errors.StripeSignatureVerificationError)
    expect(verify(1, fresh).type).toBe('customer.created')
  })

  test('an endpoint known beforehand is registered once and follows its address', async () => {
    const known = {
      id: 'we_portal',
      url: 'http://127.0.0.1:1/old',
      secret: 'whsec_known',
      enabledEvents: ['customer.created'],
    }
    await world.emulator.ensureEndpoint(known)
    await world.emulator.ensureEndpoint({ ...known, url: receiver.url })
    await world.stripe.webhookEndpoints.del(endpoint.id)
    await create('A')
    expect(names()).toEqual(['A'])
    expect(verify(0, 'whsec_known').type).toBe('customer.created')
  })
})

describe('retries', () => {
  test.each([500, 404, 302])(
    'status %i counts as failure: the same body comes again with a fresh signature',
    async (status) => {
      receiver.answers.push(status)
      await create('Ada')
      expect(receiver.received).toHaveLength(1)
      expect((await world.stripe.events.list({ delivery_success: false })).data).toHaveLength(1)
      await world.jump('2026-01-31T10:00:10Z')
      expect(receiver.received).toHaveLength(2)
      const [first, second] = receiver.received
      expect(second?.body).toBe(first?.body)
      expect(second?.headers['stripe-signature']).not.toBe(first?.headers['stripe-signature'])
      expect(verify(1).type).toBe('customer.created')
      expect((await world.stripe.events.list({ delivery_success: false })).data).toEqual([])
    },
  )

  test('they go on for three days with growing pauses, then end', async () => {
    const port = await closedPort()
    await world.stripe.webhookEndpoints.update(endpoint.id, { url: `http://127.0.0.1:${port}/` })
    await create('Ada')
    const pauses: number[] = []
    for (;;) {
      const [delivery] = await deliveries()
      if (delivery?.state !== 'pending') break
      const next = Number(delivery.next_attempt_ms)
      pauses.push(next - world.clock.now().getTime())
      await world.jump(new Date(next).toISOString())
    }
    expect(pauses.slice(0, 4)).toEqual([5_000, 20_000, 80_000, 320_000])
    expect(Math.max(...pauses)).toBe(12 * 3600_000)
    const hours = pauses.reduce((sum, pause) => sum + pause, 0) / 3600_000
    expect(hours).toBeGreaterThan(60)
    expect(hours).toBeLessThanOrEqual(72)
    expect(await deliveries()).toMatchObject([{ state: 'failed', attempts: pauses.length + 1 }])
    expect((await world.stripe.events.list({ delivery_success: false })).data).toHaveLength(1)
  })
})

test('events and finished deliveries are gone after 60 days, what is under way stays', async () => {
  await create('old')
  receiver.answers.push(500)
  await create('stuck')
  await world.emulator.advance(new Date('2026-01-31T10:00:01Z'))
  await control('POST', 'faults', { webhooks: [{ action: 'delay', ms: 100 * 24 * 3600_000 }] })
  await create('waiting')
  await world.jump('2026-04-20T00:00:00Z')
  const stored = async () => (await deliveries()).map(({ state }) => state)
  expect(await stored()).toEqual(['pending'])
  expect(names()).toEqual(['old', 'stuck', 'stuck'])
})

describe('faults', () => {
  test('drop: the event exists but never arrives', async () => {
    await control('POST', 'faults', { webhooks: [{ action: 'drop', count: 1 }] })
    await create('A')
    await create('B')
    await world.jump('2026-02-05T00:00:00Z')
    expect(names()).toEqual(['B'])
    expect((await world.stripe.events.list({ delivery_success: false })).data).toHaveLength(1)
  })

  test('duplicate: the same event arrives several times', async () => {
    await control('POST', 'faults', { webhooks: [{ action: 'duplicate', times: 3 }] })
    await create('A')
    expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(1)
    expect(receiver.received).toHaveLength(3)
  })

  test('delay: it arrives later by the clock', async () => {
    await control('POST', 'faults', { webhooks: [{ action: 'delay', ms: 60_000, count: 1 }] })
    await create('A')
    await create('B')
    expect(names()).toEqual(['B'])
    await world.jump('2026-01-31T10:01:00Z')
    expect(names()).toEqual(['B', 'A'])
  })

  test('shuffle: the seed decides the order', async () => {
    const order = async (seed: number): Promise<string[]> => {
      receiver.received.length = 0
      await world.stripe.webhookEndpoints.update(endpoint.id, { enabled_events: ['*'] })
      await control('DELETE', 'faults')
      await control('POST', 'faults', { webhooks: [{ action: 'shuffle', seed }] })
      const product = await world.stripe.products.create({ name: 'P' })
      const price = await world.stripe.prices.create({
        product: product.id,
        currency: 'usd',
        unit_amount: 100,
      })
      await world.emulator.settle()
      receiver.received.length = 0
      const session = await world.stripe.checkout.sessions.create({
        mode: 'payment',
        customer_email: 'a@example.com',
        line_items: [{ price: price.id, quantity: 1 }],
        success_url: 'https://shop.example/',
      })
      await fetch(session.url ?? '', {
        method: 'POST',
        body: new URLSearchParams({ card_number: '4242424242424242', expiry: '12/34', security_code: '123' }),
        redirect: 'manual',
      })
      await world.emulator.settle()
      return receiver.types()
    }
    const first = await order(7)
    expect(first).toHaveLength(4)
    expect(await order(7)).toEqual(first)
    const others = [await order(1), await order(2), await order(3)]
    expect(others.some((types) => types.join() !== first.join())).toBe(true)
  })

  test.each([
    ['stale', /timestamp/i],
    ['wrong_secret', /signature/i],
    ['altered_body', /signature/i],
  ])('%s: the SDK refuses it', async (action, message) => {
    await control('POST', 'faults', { webhooks: [{ action, count: 1 }] })
    await create('A')
    expect(() => verify(0)).toThrow(message)
  })

  test('future: the SDK lets it pass, a day ahead', async () => {
    await control('POST', 'faults', { webhooks: [{ action: 'future', types: ['customer.*'], count: 1 }] })
    await create('A')
    const stamp = Number(/t=(\d+)/.exec(String(receiver.received[0]?.headers['stripe-signature']))?.[1])
    expect(stamp - world.clock.now().getTime() / 1000).toBe(86_400)
    expect(verify(0).type).toBe('customer.created')
  })

  test('never_generated: there is no event at all', async () => {
    await control('POST', 'faults', {
      webhooks: [{ action: 'never_generated', types: ['customer.created'], count: 1 }],
    })
    await create('A')
    expect((await world.stripe.events.list()).data).toEqual([])
    expect((await world.stripe.customers.list()).data).toHaveLength(1)
  })

  test.each([
    ['500', 'StripeAPIError', 500],
    ['429', 'StripeRateLimitError', 429],
    ['409', 'StripeAPIError', 409],
    ['html_502', 'StripeAPIError', undefined],
    ['reset', 'StripeConnectionError', undefined],
  ])('API answer %s: nothing is written and the next request works', async (action, type, statusCode) => {
    await control('POST', 'faults', { api: [{ action, method: 'POST', path: '/v1/customers', count: 1 }] })
    const failed = await world.stripe.customers.create({ name: 'A' }).catch((error: unknown) => error)
    expect(failed).toMatchObject({ type, ...(statusCode && { statusCode }) })
    expect((await world.stripe.customers.list()).data).toEqual([])
    await create('B')
    expect(names()).toEqual(['B'])
  })

  test('hang: the client gives up by its own time limit', async () => {
    await control('POST', 'faults', { api: [{ action: 'hang', path: '/v1/cust*', count: 1 }] })
    await expect(world.stripe.customers.list({}, { timeout: 200 })).rejects.toBeInstanceOf(
      Stripe.errors.StripeConnectionError,
    )
  })

  test('a lost answer: the write happened, and the same key finds it', async () => {
    await control('POST', 'faults', {
      api: [{ action: 'reset', path: '/v1/customers', when: 'after', count: 1 }],
    })
    const options = { idempotencyKey: 'lost' }
    await expect(world.stripe.customers.create({ name: 'A' }, options)).rejects.toBeInstanceOf(
      Stripe.errors.StripeConnectionError,
    )
    const again = await world.stripe.customers.create({ name: 'A' }, options)
    expect((await world.stripe.customers.list()).data.map(({ id }) => id)).toEqual([again.id])
  })

  test('DELETE clears them; a fault that makes no sense is refused', async () => {
    await control('POST', 'faults', { api: [{ action: '500' }] })
    expect(await control('DELETE', 'faults')).toMatchObject({ status: 200, api: [], webhooks: [] })
    expect(await control('POST', 'faults', { api: [{ action: 'explode' }] })).toMatchObject({ status: 400 })
    expect(await control('POST', 'faults', { webhooks: [{ action: 'drop', cuont: 1 }] })).toMatchObject({
      status: 400,
    })
    await create('A')
  })
})
