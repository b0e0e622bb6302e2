import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { mails } from '#db/schema/mail.ts'
import { replayOrder } from '#lib/billing/orders/replay-order.ts'
import { authorize } from '#lib/core/authorize.ts'
import { clock } from '#lib/core/clock.ts'
import { open } from '#lib/core/crypto/seal.ts'
import { env, overrideEnv } from '#lib/core/env.ts'
import { makeOperator } from '#tests/factories/operator.ts'
import {
  fulfilments,
  inbox,
  keyMails,
  licensesOf,
  orderOf,
  priceNamed,
  reconciliationOf,
} from '#tests/helpers/billing-state.ts'
import { type BillingWorld, type Dispatcher, startBillingWorld } from '#tests/helpers/billing-world.ts'
import { contextFor, operatorActor } from '#tests/helpers/context.ts'

let world: BillingWorld
let sound: Dispatcher
beforeAll(async () => {
  world = await startBillingWorld()
  const dispatcher = world.dispatcher.get()
  if (!dispatcher) throw new Error('no dispatcher')
  sound = dispatcher
})
afterAll(() => world.close())
afterEach(async () => {
  world.dispatcher.set(sound)
  await world.control({})
})

async function paid(offer: 'Perpetual license' | 'Yearly' = 'Perpetual license') {
  const customer = await world.customer()
  const { url, orderId } = await world.checkout(customer, (await priceNamed(offer)).id)
  await world.pay(url)
  await world.deliver()
  const order = await orderOf(orderId)
  return { customer, orderId, subject: order.checkoutSessionId ?? '' }
}

async function expectOnce({ customer, orderId, subject }: Awaited<ReturnType<typeof paid>>) {
  expect(await licensesOf(customer.id)).toHaveLength(1)
  expect(await fulfilments(orderId)).toHaveLength(1)
  expect(await keyMails(customer.id)).toHaveLength(1)
  expect(await reconciliationOf(subject)).toMatchObject({ state: 'done', attempts: 0, lastError: null })
  expect((await inbox()).filter((event) => event.subject === subject).map((event) => event.status)).toEqual([
    'done',
  ])
}

const answers: [string, () => Promise<Response>][] = [
  ['500', async () => Response.json({ code: 'INTERNAL', message: 'x' }, { status: 500 })],
  ['429', async () => Response.json({ code: 'RATE_LIMITED', message: 'x' }, { status: 429 })],
  ['401', async () => Response.json({ code: 'INVALID_TOKEN', message: 'x' }, { status: 401 })],
  ['403', async () => Response.json({ code: 'INSUFFICIENT_SCOPE', message: 'x' }, { status: 403 })],
  ['HTML', async () => new Response('<h1>Bad gateway</h1>', { status: 502 })],
  ['a broken answer', async () => new Response('{"id":', { status: 200 })],
  ['nothing', () => Promise.reject(new TypeError('fetch failed'))],
]

test.each(answers)(
  'the licensing API answers %s three times, then works: done once (#12)',
  async (_what, fail) => {
    let failures = 0
    world.dispatcher.set(async (request) => {
      if (request.method === 'POST' && failures < 3) {
        failures += 1
        return fail()
      }
      return sound(request)
    })
    const purchase = await paid()
    await world.work()
    for (const attempts of [1, 2, 3]) {
      expect(await licensesOf(purchase.customer.id)).toEqual([])
      expect(await reconciliationOf(purchase.subject)).toMatchObject({ state: 'due', attempts })
      expect((await inbox()).filter((event) => event.subject === purchase.subject)).toMatchObject([
        { status: 'pending' },
      ])
      await world.advance(30)
      await world.work()
    }
    expect(failures).toBe(3)
    await expectOnce(purchase)
  },
)

test('an answer that is lost after the license was made does not make a second one', async () => {
  let lost = 0
  world.dispatcher.set(async (request) => {
    const isCreate = request.method === 'POST'
    const answer = await sound(request)
    if (!isCreate || lost > 0) return answer
    lost += 1
    throw new TypeError('connection reset')
  })
  const purchase = await paid('Perpetual license')
  await world.work()
  expect(lost).toBe(1)
  expect(await fulfilments(purchase.orderId)).toEqual([])
  await world.advance(10)
  await world.work()
  await expectOnce(purchase)
})

test('what the API refuses for good is dead at once; operators are told by mail, and can replay it', async () => {
  const operator = await makeOperator(world.accountId)
  world.dispatcher.set(async (request) =>
    request.method === 'POST'
      ? Response.json(
          { code: 'INVALID_INPUT', message: 'productId: there is no such product' },
          { status: 400 },
        )
      : sound(request),
  )
  const purchase = await paid()
  await world.work()
  expect(await reconciliationOf(purchase.subject)).toMatchObject({ state: 'dead', attempts: 1 })
  expect((await inbox()).filter((event) => event.subject === purchase.subject)).toMatchObject([
    { status: 'dead' },
  ])
  expect(await licensesOf(purchase.customer.id)).toEqual([])
  const alerts = await db().select().from(mails).where(eq(mails.template, 'operator-alert'))
  expect(alerts.map((mail) => open('mail', mail.sealedTo, mail.id))).toEqual([operator.email])

  world.dispatcher.set(sound)
  await replayOrder(
    authorize({ ...contextFor(operatorActor(), world), clock }, 'order:write'),
    purchase.orderId,
  )
  await world.work()
  await expectOnce(purchase)
})

test('a failure that lasts three days is given up, and until then is tried at growing distances', async () => {
  const purchase = await paid()
  world.dispatcher.set(() => Promise.reject(new TypeError('fetch failed')))
  await world.work()
  let previous = 0
  let attempts = 0
  for (let hours = 0; hours < 80; hours += 7) {
    const row = await reconciliationOf(purchase.subject)
    if (row?.state === 'dead') break
    expect(row?.attempts ?? 0).toBeGreaterThan(attempts)
    attempts = row?.attempts ?? 0
    const wait = (row?.dueAt.getTime() ?? 0) - (row?.updatedAt.getTime() ?? 0)
    expect(wait).toBeGreaterThan(previous * 0.9)
    expect(wait).toBeLessThanOrEqual(6 * 3_600_000)
    previous = wait
    await world.advance(7 * 3600)
    await world.work()
  }
  expect(await reconciliationOf(purchase.subject)).toMatchObject({ state: 'dead' })
})

test('the database refusing to write the result leaves everything owed, and the next try ends in one license (#12)', async () => {
  const purchase = await paid()
  await db().execute(sql`alter table order_licenses rename to order_licenses_away`)
  try {
    await world.work()
  } finally {
    await db().execute(sql`alter table order_licenses_away rename to order_licenses`)
  }
  expect(await reconciliationOf(purchase.subject)).toMatchObject({ state: 'due', attempts: 1 })
  expect((await orderOf(purchase.orderId)).paidAt).toBeNull()
  expect(await keyMails(purchase.customer.id)).toEqual([])
  await world.advance(10)
  await world.work()
  await expectOnce(purchase)
})

test.each(['500', '429', '409', 'reset', 'html_502'])(
  'the payment provider answering %s for a while delays the license and nothing else',
  async (action) => {
    const purchase = await paid()
    await world.control({ api: [{ action, path: '/v1/checkout/sessions/*', method: 'GET', count: 4 }] })
    await world.work()
    await world.control({})
    const row = await reconciliationOf(purchase.subject)
    if (row?.state === 'due') {
      expect(await licensesOf(purchase.customer.id)).toEqual([])
      await world.advance(30)
      await world.work()
    }
    await expectOnce(purchase)
  },
)

test('without a token for the Web API the payment waits until there is one', async () => {
  const token = env().LICENSING_ACCESS_TOKEN
  overrideEnv({ LICENSING_ACCESS_TOKEN: undefined })
  const purchase = await paid()
  await world.work()
  expect(await reconciliationOf(purchase.subject)).toMatchObject({ state: 'due', attempts: 1 })
  overrideEnv({ LICENSING_ACCESS_TOKEN: token })
  await world.advance(10)
  await world.work()
  await expectOnce(purchase)
})
