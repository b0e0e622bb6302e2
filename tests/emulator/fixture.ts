import { createServer, type IncomingMessage } from 'node:http'
import { type AddressInfo, createServer as createTcp } from 'node:net'
import Stripe from 'stripe'
import { createEmulator, type Emulator, type EmulatorOptions } from '#emulator/server.ts'
import { memoryStorage } from '#emulator/storage/memory.ts'
import { checkExchange } from './contract.ts'

export const KEY = 'sk_test_emulator'
const START = new Date('2026-01-31T10:00:00Z')

export interface World {
  emulator: Emulator
  stripe: Stripe
  origin: string
  clock: { now(): Date; set(to: Date): void }
  /** Moves the clock and brings about everything due until then. */
  jump(to: string): Promise<void>
  close(): Promise<void>
}

/** An emulator on a free port, and the real SDK talking to it. Every API answer is checked against the contract. */
export async function startWorld(options: Partial<EmulatorOptions> = {}): Promise<World> {
  let time = START
  const clock = {
    now: () => time,
    set: (to: Date) => {
      time = to
    },
  }
  const emulator = createEmulator({
    storage: memoryStorage(),
    clock,
    secretKeys: [KEY],
    log: (level, message, details) => console.error(level, message, details),
    ...options,
  })
  const { port, close } = await emulator.listen()
  return {
    emulator,
    stripe: stripeOn(port),
    origin: `http://127.0.0.1:${port}`,
    clock,
    async jump(to) {
      clock.set(new Date(to))
      await emulator.tick()
    },
    close,
  }
}

export function stripeOn(port: number, config: Partial<Stripe.StripeConfig> = {}): Stripe {
  return new Stripe(KEY, {
    host: '127.0.0.1',
    port,
    protocol: 'http',
    telemetry: false,
    maxNetworkRetries: 0,
    timeout: 5000,
    httpClient: Stripe.createFetchHttpClient(async (input, init) => {
      const response = await fetch(input, init)
      await checkExchange(init?.method ?? 'GET', new URL(String(input)).pathname, response.clone())
      return response
    }),
    ...config,
  })
}

interface Received {
  event: Stripe.Event
  body: string
  headers: IncomingMessage['headers']
}

export interface Receiver {
  url: string
  received: Received[]
  types(): string[]
  /** What the next deliveries get, 200 when used up. */
  answers: number[]
  close(): Promise<void>
}

/** A webhook endpoint that writes down what it gets. */
export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const answers: number[] = []
  const server = createServer(async (req, res) => {
    let body = ''
    for await (const chunk of req) body += chunk
    received.push({ event: JSON.parse(body), body, headers: req.headers })
    const status = answers.shift() ?? 200
    res.writeHead(status, status >= 300 && status < 400 ? { location: '/elsewhere' } : {}).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/hook`,
    received,
    types: () => received.map(({ event }) => event.type),
    answers,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createTcp()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

export const GOOD_CARD = { card_number: '4242 4242 4242 4242', expiry: '12 / 34', security_code: '123' }

/** Fills in a hosted page as a browser would, without following the redirect. */
export function submit(url: string | null, fields: Record<string, string>): Promise<Response> {
  return fetch(url ?? '', { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
}

export interface Catalogue {
  product: Stripe.Product
  once: Stripe.Price
  monthly: Stripe.Price
  customer: Stripe.Customer
}

export async function seedCatalogue(stripe: Stripe): Promise<Catalogue> {
  const product = await stripe.products.create({ name: 'Drawing Board' })
  const once = await stripe.prices.create({ product: product.id, currency: 'usd', unit_amount: 4900 })
  const monthly = await stripe.prices.create({
    product: product.id,
    currency: 'usd',
    unit_amount: 1900,
    recurring: { interval: 'month' },
  })
  const customer = await stripe.customers.create({ email: 'ada@example.com', name: 'Ada' })
  return { product, once, monthly, customer }
}

/** A world with things to sell, and an endpoint that hears of all that happens. */
export async function startShop() {
  const world = await startWorld()
  const receiver = await startReceiver()
  const shop = await seedCatalogue(world.stripe)
  await world.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] })
  return {
    world,
    receiver,
    shop,
    async close() {
      await world.close()
      await receiver.close()
    },
  }
}

/** Buys a subscription with the given card and returns it. */
export async function subscribe(
  stripe: Stripe,
  { monthly, customer }: Catalogue,
  card: Record<string, string> = GOOD_CARD,
  params: Partial<Stripe.Checkout.SessionCreateParams> = {},
): Promise<Stripe.Subscription> {
  const session = await stripe.checkout.sessions.create({
    mode: 'subscription',
    customer: customer.id,
    line_items: [{ price: monthly.id, quantity: 1 }],
    success_url: 'https://shop.example/done?s={CHECKOUT_SESSION_ID}',
    ...params,
  })
  await submit(session.url, card)
  const done = await stripe.checkout.sessions.retrieve(session.id, { expand: ['subscription'] })
  if (done.subscription === null || typeof done.subscription === 'string') throw new Error('not subscribed')
  return done.subscription
}
