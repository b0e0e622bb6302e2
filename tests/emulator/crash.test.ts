import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { postgresStorage } from '#server/emulator-storage/postgres.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts'
import {
  GOOD_CARD,
  KEY,
  seedCatalogue,
  startReceiver,
  startWorld,
  stripeOn,
  submit,
  subscribe,
} from './fixture.ts'

let database: TestDatabase
let sql: postgres.Sql

beforeAll(async () => {
  database = await createTestDatabase()
  sql = postgres(database.url, { onnotice: () => undefined })
})

afterAll(async () => {
  await sql.end()
  await database.drop()
})

async function spawnEmulator(): Promise<{ port: number; child: ChildProcess }> {
  const script = join(import.meta.dirname, 'process.ts')
  const args = [script, database.url, KEY, '2026-01-31T10:00:00Z']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) return { port: Number(line), child }
  throw new Error('the emulator did not start')
}

test('after kill -9 a paid session is paid, and its events, not delivered yet, still arrive with a good signature', async () => {
  const { port, child } = await spawnEmulator()
  const stripe = stripeOn(port)
  const receiver = await startReceiver()
  // Nobody answers with 2xx before the crash.
  receiver.answers.push(...Array(50).fill(500))
  const shop = await seedCatalogue(stripe)
  const endpoint = await stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['*'] })
  const session = await stripe.checkout.sessions.create(
    {
      mode: 'payment',
      customer: shop.customer.id,
      line_items: [{ price: shop.once.id, quantity: 1 }],
      success_url: 'https://shop.example/done',
    },
    { idempotencyKey: 'order:1' },
  )
  expect((await submit(session.url, GOOD_CARD)).status).toBe(303)
  child.kill('SIGKILL')
  await once(child, 'exit')

  receiver.answers.length = 0
  receiver.received.length = 0
  const world = await startWorld({ storage: postgresStorage({ sql, key: Buffer.alloc(32, 7) }) })
  try {
    expect((await world.stripe.checkout.sessions.retrieve(session.id)).payment_status).toBe('paid')
    await world.jump('2026-01-31T10:01:00Z')
    expect(receiver.types().sort()).toEqual([
      'charge.succeeded',
      'checkout.session.completed',
      'payment_intent.created',
      'payment_intent.succeeded',
    ])
    const [first] = receiver.received
    const signature = String(first?.headers['stripe-signature'])
    const seen = world.clock.now().getTime()
    const event = stripe.webhooks.constructEvent(
      first?.body ?? '',
      signature,
      endpoint.secret ?? '',
      300,
      undefined,
      seen,
    )
    expect(event.id).toBe(first?.event.id)
    expect((await world.stripe.events.list({ delivery_success: false })).data).toEqual([])

    const again = await world.stripe.checkout.sessions.create(
      {
        mode: 'payment',
        customer: shop.customer.id,
        line_items: [{ price: shop.once.id, quantity: 1 }],
        success_url: 'https://shop.example/done',
      },
      { idempotencyKey: 'order:1' },
    )
    expect(again.id).toBe(session.id)
  } finally {
    await world.close()
    await receiver.close()
  }
})

test('a delivery that was under way when the process died is taken up again at the next start', async () => {
  const storage = postgresStorage({ sql, key: Buffer.alloc(32, 7) })
  const receiver = await startReceiver()
  await sql`drop schema if exists stripe_emu cascade`
  const { port, child } = await spawnEmulator()
  const hanging = createServer(() => child.kill('SIGKILL'))
  await new Promise<void>((resolve) => hanging.listen(0, '127.0.0.1', resolve))
  const { port: hangingPort } = hanging.address() as AddressInfo
  const stripe = stripeOn(port)
  const { id } = await stripe.webhookEndpoints.create({
    url: `http://127.0.0.1:${hangingPort}/`,
    enabled_events: ['customer.created'],
  })
  const died = once(child, 'exit')
  await stripe.customers.create({ name: 'Ada' }).catch(() => undefined)
  await died
  hanging.close()
  const endpoint = await storage.get('webhook_endpoint', id)
  if (!endpoint) throw new Error('the endpoint is gone')
  await storage.transaction((tx) => tx.put('webhook_endpoint', { ...endpoint, url: receiver.url }))

  const world = await startWorld({ storage })
  try {
    await world.emulator.settle()
    expect(receiver.types()).toEqual(['customer.created'])
  } finally {
    await world.close()
    await receiver.close()
  }
})

test('two processes on one database renew each subscription once and deliver each event once', async () => {
  await sql`drop schema if exists stripe_emu cascade`
  const other = postgres(database.url, { onnotice: () => undefined })
  const receiver = await startReceiver()
  const storages = [sql, other].map((client) => postgresStorage({ sql: client, key: Buffer.alloc(32, 7) }))
  const worlds = await Promise.all(storages.map((storage) => startWorld({ storage })))
  try {
    const [first] = worlds
    if (!first) throw new Error('no emulator')
    const shop = await seedCatalogue(first.stripe)
    const subscriptions = await Promise.all([1, 2, 3].map(() => subscribe(first.stripe, shop)))
    await first.stripe.webhookEndpoints.create({ url: receiver.url, enabled_events: ['invoice.paid'] })
    await Promise.all(worlds.map((world) => world.jump('2026-04-30T10:00:00Z')))
    await Promise.all(worlds.map((world) => world.emulator.settle()))
    for (const { id } of subscriptions) {
      expect((await first.stripe.invoices.list({ subscription: id })).data).toHaveLength(4)
    }
    expect(receiver.received).toHaveLength(9)
    expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(9)
  } finally {
    await Promise.all(worlds.map((world) => world.close()))
    await receiver.close()
    await other.end()
  }
})

test('the database holds no card number, no security code and no webhook secret', async () => {
  const world = await startWorld({ storage: postgresStorage({ sql, key: Buffer.alloc(32, 7) }) })
  try {
    const shop = await seedCatalogue(world.stripe)
    const endpoint = await world.stripe.webhookEndpoints.create(
      { url: 'http://127.0.0.1:9/', enabled_events: ['invoice.paid'] },
      { idempotencyKey: 'endpoint' },
    )
    const session = await world.stripe.checkout.sessions.create({
      mode: 'subscription',
      customer: shop.customer.id,
      line_items: [{ price: shop.monthly.id, quantity: 1 }],
      success_url: 'https://shop.example/done',
    })
    await submit(session.url, { ...GOOD_CARD, card_number: '5555555555554444', security_code: '987' })
    const rows = await sql<{ doc: string }[]>`select doc::text from stripe_emu.document`
    const dump = rows.map(({ doc }) => doc).join('\n')
    expect(dump).toContain('"last4": "4444"')
    expect(dump).not.toContain('5555555555554444')
    expect(dump).not.toMatch(/"cvc"|"987"/)
    expect(dump).not.toContain(endpoint.secret)
    expect(dump).not.toContain('whsec_')
  } finally {
    await world.close()
  }
})
