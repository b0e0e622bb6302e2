import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { asc, eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import { db } from '#db/client.ts'
import { orders, stripeCustomers } from '#db/schema/billing.ts'
import { stripe } from '#lib/billing/stripe-client.ts'
import { sweepPayments } from '#lib/billing/sweeps/sweep-payments.ts'
import { systemContext } from '#lib/core/system-context.ts'
import { fulfilments, licensesOf, orderOf, priceNamed } from '#tests/helpers/billing-state.ts'
import { type BillingWorld, type Customer, startBillingWorld } from '#tests/helpers/billing-world.ts'
import { runBilling } from '#tests/helpers/run-billing.ts'

// Clicks wait for each other, and processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 120_000 })

const SESSIONS = { path: '/v1/checkout/sessions', method: 'POST' }

let world: BillingWorld
beforeAll(async () => {
  world = await startBillingWorld()
})
afterAll(() => world.close())
afterEach(() => world.control({}))

function ordersOf(customer: Customer) {
  return db()
    .select()
    .from(orders)
    .where(eq(orders.userId, customer.id))
    .orderBy(asc(orders.createdAt), asc(orders.id))
}

/** What the provider has of a customer, newest first. */
async function sessionsOf(customer: Customer) {
  const [row] = await db().select().from(stripeCustomers).where(eq(stripeCustomers.userId, customer.id))
  if (!row) return []
  return (await stripe().checkout.sessions.list({ customer: row.customerId, limit: 100 })).data
}

async function settle() {
  await world.deliver()
  await world.work()
}

test('F-44: a click that fails while another one opens the payment page takes nothing away from it', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Perpetual license')
  await world.control({
    api: [
      { action: 'slow', ms: 3000, when: 'during', count: 1, ...SESSIONS },
      { action: '500', count: 3, ...SESSIONS },
    ],
  })
  const clicks = await Promise.allSettled([
    world.checkout(customer, price.id),
    world.checkout(customer, price.id),
  ])
  expect(clicks.map((click) => click.status).sort()).toEqual(['fulfilled', 'rejected'])
  const opened = clicks.flatMap((click) => (click.status === 'fulfilled' ? [click.value] : []))
  const [first] = opened
  expect(await ordersOf(customer)).toMatchObject([{ id: first?.orderId }])
  await world.pay(first?.url ?? '')
  await settle()
  expect(await licensesOf(customer.id)).toHaveLength(1)
  expect(await fulfilments(first?.orderId ?? '')).toHaveLength(1)
})

test('F-44: a second click waits for the page that the first one is opening, and leads to the same', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Yearly')
  await world.control({ api: [{ action: 'slow', ms: 4000, when: 'during', count: 1, ...SESSIONS }] })
  const clicks = await Promise.all(Array.from({ length: 2 }, () => world.checkout(customer, price.id)))
  expect(new Set(clicks.map(({ url }) => url)).size).toBe(1)
  expect(await sessionsOf(customer)).toHaveLength(1)
  expect(await ordersOf(customer)).toHaveLength(1)
})

test('F-44: ten clicks in ten tabs, with the provider failing now and then, are one order; what is paid is delivered', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Perpetual license')
  await world.control({
    api: [
      { action: 'reset', when: 'after', count: 2, ...SESSIONS },
      { action: '500', count: 4, ...SESSIONS },
      { action: '429', count: 2, ...SESSIONS },
    ],
  })
  await Promise.allSettled(Array.from({ length: 10 }, () => world.checkout(customer, price.id)))
  await world.control({})
  const { url, orderId } = await world.checkout(customer, price.id)
  expect(await ordersOf(customer)).toMatchObject([{ id: orderId }])
  const open = (await sessionsOf(customer)).filter((session) => session.status === 'open')
  expect(open.map((session) => session.url)).toEqual([url])
  await world.pay(url)
  await settle()
  expect(await licensesOf(customer.id)).toHaveLength(1)
})

test('F-44: two tabs that both came to be paid are two orders with a license each', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Perpetual license')
  const first = await world.checkout(customer, price.id)
  await world.advance(31 * 60)
  const second = await world.checkout(customer, price.id)
  expect(second.orderId).not.toBe(first.orderId)
  await world.pay(first.url)
  await world.pay(second.url)
  await settle()
  expect(await fulfilments(first.orderId)).toHaveLength(1)
  expect(await fulfilments(second.orderId)).toHaveLength(1)
  expect(await licensesOf(customer.id)).toHaveLength(2)
})

test('F-44: a page that was made without our hearing of it is closed before another one for the same subscription opens', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Monthly')
  await world.control({ api: [{ action: 'reset', when: 'after', ...SESSIONS }] })
  await expect(world.checkout(customer, price.id)).rejects.toMatchObject({
    code: 'PAYMENT_PROVIDER_UNAVAILABLE',
  })
  await world.control({})
  const [unheard] = await sessionsOf(customer)
  expect(unheard?.status).toBe('open')
  await world.advance(31 * 60)
  const { orderId } = await world.checkout(customer, price.id)
  expect(orderId).not.toBe(unheard?.metadata?.order_id)
  expect((await stripe().checkout.sessions.retrieve(unheard?.id ?? '')).status).toBe('expired')
  expect(await ordersOf(customer)).toHaveLength(2)
})

test.each([true, false])(
  'F-44: a process killed after the page was made, before it was written down, leaves an order that the page can pay (clicked again: %s)',
  async (clicksAgain) => {
    const customer = await world.customer()
    const price = await priceNamed('Perpetual license')
    const died = await runBilling(world, 'buy', 'after-session', {
      args: [world.accountId, customer.id, price.id],
    })
    expect(died).toMatchObject({ output: '', problems: '', signal: 'SIGKILL' })
    const [made] = await sessionsOf(customer)
    expect(await ordersOf(customer)).toMatchObject([
      { id: made?.metadata?.order_id, checkoutSessionId: null, paymentStatus: 'open' },
    ])
    if (clicksAgain) expect((await world.checkout(customer, price.id)).url).toBe(made?.url)
    await world.pay(made?.url ?? '')
    // Nobody tells us of it: the sweep finds it by the order that it names.
    await world.control({ webhooks: [{ action: 'never_generated' }] })
    await world.deliver()
    await sweepPayments(systemContext(world.accountId, 'test'))
    await world.work()
    expect(await licensesOf(customer.id)).toHaveLength(1)
    expect(await ordersOf(customer)).toHaveLength(1)
  },
)

test('F-44: a page that the provider closed meanwhile is not shown again; the next click means a new order', async () => {
  const customer = await world.customer()
  const price = await priceNamed('Yearly')
  const first = await world.checkout(customer, price.id)
  const { checkoutSessionId } = await orderOf(first.orderId)
  await stripe().checkout.sessions.expire(checkoutSessionId ?? '')
  const second = await world.checkout(customer, price.id)
  expect(second.orderId).not.toBe(first.orderId)
  expect(second.url).toContain('/c/pay/')
  await settle()
  expect(await ordersOf(customer)).toMatchObject([
    { id: first.orderId, paymentStatus: 'expired' },
    { id: second.orderId, paymentStatus: 'open' },
  ])
})

test('F-44: an order whose page could never be opened is closed by the sweep and stays readable', async () => {
  const customer = await world.customer()
  await world.control({ api: [{ action: '500', ...SESSIONS }] })
  const price = await priceNamed('Perpetual license')
  await expect(world.checkout(customer, price.id)).rejects.toMatchObject({
    code: 'PAYMENT_PROVIDER_UNAVAILABLE',
  })
  await world.control({})
  await world.advance(26 * 3600)
  await sweepPayments(systemContext(world.accountId, 'test'))
  await world.work()
  expect(await ordersOf(customer)).toMatchObject([{ paymentStatus: 'expired', checkoutSessionId: null }])
})

test('F-44: whatever clicks, failures and payments come to, everything that was paid has its order and its license', async () => {
  const price = await priceNamed('Perpetual license')
  const step = fc.oneof(
    fc.constant('click' as const),
    fc.constant('double click' as const),
    fc.constantFrom('reset before', 'reset after', '500 before', '500 after', '409 before', 'html_502 after'),
    fc.constant('pay all' as const),
    fc.constant('half an hour' as const),
    fc.constant('sweep' as const),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 7 }), async (steps) => {
      const customer = await world.customer()
      const click = () => world.checkout(customer, price.id).catch(() => undefined)
      for (const what of steps) {
        if (what === 'click') await click()
        else if (what === 'double click') await Promise.all([click(), click()])
        else if (what === 'pay all') {
          for (const { url } of await sessionsOf(customer)) if (url) await world.pay(url)
        } else if (what === 'half an hour') await world.advance(31 * 60)
        else if (what === 'sweep') await sweepPayments(systemContext(world.accountId, 'test'))
        else {
          const [action, when] = what.split(' ')
          await world.control({ api: [{ action, when, ...SESSIONS }] })
          await click()
          await world.control({})
        }
      }
      await settle()
      const paid = (await sessionsOf(customer)).filter((session) => session.payment_status === 'paid')
      const known = await ordersOf(customer)
      expect(known.map(({ id }) => id)).toEqual(
        expect.arrayContaining(paid.map((session) => session.metadata?.order_id)),
      )
      expect(await licensesOf(customer.id)).toHaveLength(paid.length)
      expect(known.filter((order) => order.attention)).toEqual([])
    }),
    { numRuns: 8 },
  )
})

test('F-44: nothing in the tree deletes an order, or what one has become', async () => {
  const deletions: string[] = []
  for (const folder of ['lib', 'app', 'server', 'bin']) {
    for await (const file of glob(`${folder}/**/*.{ts,tsx}`, { cwd: join(import.meta.dirname, '../..') })) {
      const source = await readFile(join(import.meta.dirname, '../..', file), 'utf8')
      if (/\.delete\(\s*(orders|orderLicenses)\b|delete\s+from\s+"?(orders|order_licenses)\b/i.test(source)) {
        deletions.push(file)
      }
    }
  }
  expect(deletions).toEqual([])
})
