import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import postgres from 'postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { postgresStorage } from '#emulator/storage/postgres.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts'
import { GOOD_CARD, KEY, seedCatalogue, startReceiver, startWorld, stripeOn, submit } from './fixture.ts'

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
