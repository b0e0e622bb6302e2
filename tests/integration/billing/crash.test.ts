import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { db } from '#db/client.ts'
import { stripe } from '#lib/billing/stripe-client.ts'
import type { CrashPoint } from '#lib/core/crash-point.ts'
import { releaseDeadWorkers } from '#lib/ops/jobs/worker-presence.ts'
import {
  fulfilments,
  inbox,
  keyMails,
  licensesOf,
  orderOf,
  priceNamed,
} from '#tests/helpers/billing-state.ts'
import { type BillingWorld, startBillingWorld } from '#tests/helpers/billing-world.ts'
import { runBilling } from '#tests/helpers/run-billing.ts'
import { signatureOf } from '#tests/helpers/signed-webhook.ts'

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

let world: BillingWorld
beforeAll(async () => {
  world = await startBillingWorld()
})
afterAll(() => world.close())

const run = (what: 'work' | 'receive', crashAt: CrashPoint | undefined, input = '') =>
  runBilling(world, what, crashAt, { input })

async function paid(offer: 'Perpetual license' | 'Yearly') {
  const customer = await world.customer()
  const { url, orderId } = await world.checkout(customer, (await priceNamed(offer)).id)
  await world.pay(url)
  return { customer, orderId }
}

async function expectOnce({ customer, orderId }: Awaited<ReturnType<typeof paid>>) {
  expect(await licensesOf(customer.id)).toHaveLength(1)
  expect(await fulfilments(orderId)).toHaveLength(1)
  expect(await keyMails(customer.id)).toHaveLength(1)
  expect((await inbox()).filter((event) => event.status === 'pending')).toEqual([])
}

test.each([
  ['after-fetch', 0],
  ['after-license', 1],
  ['before-commit', 1],
] as const)(
  'a worker killed %s leaves its job to the next one, which ends in one license (#4)',
  async (point, madeBefore) => {
    const purchase = await paid('Yearly')
    await world.deliver()
    expect(await run('work', point)).toMatchObject({ signal: 'SIGKILL' })
    expect(await licensesOf(purchase.customer.id)).toHaveLength(madeBefore)
    expect(await fulfilments(purchase.orderId)).toEqual([])
    expect(await keyMails(purchase.customer.id)).toEqual([])
    // The database notices the broken connection in its own time.
    await expect.poll(() => releaseDeadWorkers(db(), 0), { timeout: 10_000 }).toBe(1)
    await world.work()
    await expectOnce(purchase)
  },
)

test('a web process killed after the inbox was written, before it answered, loses nothing and doubles nothing (#4)', async () => {
  await world.control({ webhooks: [{ action: 'drop' }] })
  const purchase = await paid('Perpetual license')
  await world.deliver()
  await world.control({})
  const order = await orderOf(purchase.orderId)
  const [body = ''] = await world.events(
    (event) => event.includes('checkout.session.completed') && event.includes(`"${order.checkoutSessionId}"`),
  )
  const input = `${signatureOf(body)}\n${body}`
  expect(await run('receive', 'after-insert', input)).toMatchObject({ signal: 'SIGKILL', output: '' })
  // The provider saw no answer and sends it again.
  expect(await run('receive', undefined, input)).toMatchObject({
    code: 0,
    output: 'answered 200\n',
    problems: '',
  })
  expect((await inbox()).filter((event) => event.subject === order.checkoutSessionId)).toMatchObject([
    { deliveries: 2, status: 'pending' },
  ])
  await world.work()
  await expectOnce(purchase)
})

test('a worker that is alive keeps its jobs, however long they take', async () => {
  const purchase = await paid('Yearly')
  await world.deliver()
  await world.control({ api: [{ action: 'slow', ms: 700, path: '/v1/subscriptions/*', method: 'GET' }] })
  const working = world.work()
  const isLocked = async () => {
    const rows = await db().execute(
      `select 1 from graphile_worker._private_jobs where locked_by is not null and key like 'reconcile:sub%'`,
    )
    return rows.length
  }
  await expect.poll(isLocked, { interval: 20, timeout: 5000 }).toBe(1)
  await expect.poll(() => releaseDeadWorkers(db(), 0.1), { timeout: 2000 }).toBe(0)
  await working
  await world.control({})
  await expectOnce(purchase)
})

test('outside test mode a crash point is nothing', async () => {
  const { checkoutSessionId } = await orderOf((await paid('Yearly')).orderId)
  expect((await stripe().checkout.sessions.retrieve(checkoutSessionId ?? '')).status).toBe('complete')
  const script =
    "import('#lib/core/crash-point.ts').then((m) => (m.crashPoint('after-fetch'), console.log('alive')))"
  const child = spawn(process.execPath, ['-e', script], {
    cwd: join(import.meta.dirname, '../../..'),
    env: { ...process.env, BILLING_MODE: 'stripe', CRASH_AT: 'after-fetch', STRIPE_API_BASE: '' },
  })
  expect(await text(child.stdout)).toBe('alive\n')
})
