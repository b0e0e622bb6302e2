import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { getRequestListener } from '@hono/node-server'
import { sql } from 'drizzle-orm'
import { Logger, runOnce } from 'graphile-worker'
import { POST as receiveWebhook } from '#app/api/webhooks/stripe/route.ts'
import { closeDatabase, configureDatabase, databaseUrl, db } from '#db/client.ts'
import { createEmulator, type Emulator } from '#emulator/server.ts'
import { memoryStorage } from '#emulator/storage/memory.ts'
import { startCheckout } from '#lib/billing/checkout/start-checkout.ts'
import { seedDemo } from '#lib/billing/seed-demo.ts'
import { authorize } from '#lib/core/authorize.ts'
import { clock } from '#lib/core/clock.ts'
import type { Ctx } from '#lib/core/context.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { processSlot } from '#lib/core/process-slot.ts'
import { systemContext } from '#lib/core/system-context.ts'
import { taskList } from '#lib/ops/jobs/tasks.ts'
import { withdrawWorkers } from '#lib/ops/jobs/worker-presence.ts'
import { moveClock } from '#lib/ops/test-clock/test-clock.ts'
import { afterJump } from '#server/after-jump.ts'
import { createV3Router } from '#server/v3-router.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeCustomer, makeMachineToken } from '#tests/factories/licensed.ts'
import { buildMail } from '../../scripts/build-mail.mjs'
import { contextFor, customerActor } from './context.ts'
import { createTestDatabase } from './database.ts'

export const STRIPE_KEY = 'sk_test_billing'
export const WEBHOOK_SECRET = 'whsec_billing'

export type Dispatcher = (request: Request) => Promise<Response>

export interface Customer {
  id: string
  email: string
}

/** The whole payment path: real database, real Web API, real job runner, real webhooks; the Stripe emulator at the other end. */
export interface BillingWorld {
  accountId: string
  emulator: Emulator
  /** Answers the Web API in this process; tests may put something faulty in front of it. */
  dispatcher: ReturnType<typeof processSlot<Dispatcher>>
  /** Where webhooks and the Web API are reached over HTTP. */
  origin: string
  webhookUrl: string
  customer(): Promise<Customer>
  /** That customer at a door, signed in. */
  as(customer: Customer): Ctx
  /** From *Buy* to the address of the payment page. */
  checkout(customer: Customer, priceId: string): Promise<{ url: string; orderId: string }>
  /** Fills in the hosted payment page. */
  pay(url: string, cardNumber?: string): Promise<Response>
  /** Has every webhook that is due delivered. */
  deliver(): Promise<void>
  /** Runs every job that is due, and those that follow from them. */
  work(): Promise<void>
  /** Moves application and emulator together and does what falls due. */
  advance(seconds: number): Promise<void>
  /** Sets faults of the emulator; an empty object clears them. */
  control(faults: object): Promise<void>
  /** The emulator's events of the last moments, oldest first, as it would send them. */
  events(isWanted: (text: string) => boolean): Promise<string[]>
  close(): Promise<void>
}

const silent = new Logger(() => () => undefined)

/** Starts it on a database of its own, with the demo catalogue on sale. */
export async function startBillingWorld(): Promise<BillingWorld> {
  const database = await createTestDatabase()
  configureDatabase(database.url, { max: 6 })
  overrideEnv({
    SECRET_KEY: 'a secret key for tests that is long enough',
    LOG_LEVEL: 'silent',
    BILLING_MODE: 'test',
    PUBLIC_URL: 'http://127.0.0.1:3000',
    STRIPE_SECRET_KEY: STRIPE_KEY,
    STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
    API_RATE_LIMIT: '0',
    SMTP_URL: undefined,
  })
  const { id: accountId } = await makeAccount()
  const token = await makeMachineToken(accountId, 'license:read', 'license:write')
  overrideEnv({ LICENSING_ACCESS_TOKEN: token })
  const router = await createV3Router(join(import.meta.dirname, '../../app'))
  const dispatcher = processSlot<Dispatcher>('dispatcher')
  dispatcher.set(async (request) => router.fetch(request))

  const emulator = createEmulator({ storage: memoryStorage(), clock, secretKeys: [STRIPE_KEY] })
  const paymentEmulator = await emulator.listen()
  const origin = `http://127.0.0.1:${paymentEmulator.port}`
  overrideEnv({ STRIPE_API_BASE: origin })
  const doors = (request: Request) =>
    new URL(request.url).pathname.startsWith('/v3/') ? router.fetch(request) : receiveWebhook(request)
  const door = createServer(getRequestListener(doors, { overrideGlobalObjects: false }))
  await new Promise<void>((resolve) => door.listen(0, '127.0.0.1', resolve))
  const ownOrigin = `http://127.0.0.1:${(door.address() as AddressInfo).port}`
  const webhookUrl = `${ownOrigin}/api/webhooks/stripe`
  await emulator.ensureEndpoint({ id: 'we_portal', url: webhookUrl, secret: WEBHOOK_SECRET })
  await Promise.all([seedDemo(systemContext(accountId, 'seed')), buildMail()])
  await emulator.settle()

  const world: BillingWorld = {
    accountId,
    emulator,
    dispatcher,
    origin: ownOrigin,
    webhookUrl,
    customer: () => makeCustomer(accountId),
    as: (customer) => ({ ...contextFor(customerActor(customer.id), { accountId }), clock }),
    checkout: (customer, priceId) => startCheckout(authorize(world.as(customer), 'me:buy'), { priceId }),
    async pay(url, cardNumber = '4242 4242 4242 4242') {
      const fields = { card_number: cardNumber, expiry: '12 / 40', security_code: '123' }
      return fetch(url, { method: 'POST', body: new URLSearchParams(fields), redirect: 'manual' })
    },
    deliver: () => emulator.settle(),
    work: () => runOnce({ connectionString: databaseUrl(), taskList, logger: silent, concurrency: 4 }),
    async advance(seconds) {
      await afterJump(emulator)(await moveClock(db(), { advanceSeconds: seconds }))
    },
    async control(faults) {
      const isClear = Object.keys(faults).length === 0
      const answer = await fetch(`${origin}/_emu/faults`, {
        method: isClear ? 'DELETE' : 'POST',
        headers: { authorization: `Bearer ${STRIPE_KEY}` },
        ...(!isClear && { body: JSON.stringify(faults) }),
      })
      if (!answer.ok) throw new Error(await answer.text())
    },
    async events(isWanted) {
      const headers = { authorization: `Bearer ${STRIPE_KEY}` }
      const answer = await fetch(`${origin}/v1/events?limit=100`, { headers })
      const { data }: { data: object[] } = await answer.json()
      return data
        .map((event) => JSON.stringify(event))
        .filter(isWanted)
        .reverse()
    },
    async close() {
      await paymentEmulator.close()
      door.closeAllConnections()
      await new Promise((resolve) => door.close(resolve))
      await withdrawWorkers()
      await othersGone()
      await closeDatabase()
      await database.drop()
    },
  }
  return world
}

/** The job runner does not wait for its connections to end; one that is cut by dropping the database is an error. */
async function othersGone(): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const [row] = await db().execute<{ count: number }>(sql`
      select count(*)::int as count from pg_stat_activity
      where datname = current_database() and application_name <> current_setting('application_name')`)
    if (row?.count === 0) return
    await delay(25)
  }
}
