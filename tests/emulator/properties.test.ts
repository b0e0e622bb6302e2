import fc from 'fast-check'
import postgres from 'postgres'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { periodEnd } from '#emulator/billing/periods.ts'
import { postgresStorage } from '#server/emulator-storage/postgres.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts'
import { KEY, startWorld, type World } from './fixture.ts'

describe('billing periods', () => {
  const anchors = fc.integer({ min: Date.UTC(2020, 0) / 1000, max: Date.UTC(2040, 0) / 1000 })
  const recurring = fc.record({
    interval: fc.constantFrom('day', 'week', 'month', 'year'),
    interval_count: fc.integer({ min: 1, max: 12 }),
  })

  test('follow one another without gaps, at the time of day they began, never later than the day they began on', () => {
    fc.assert(
      fc.property(anchors, recurring, (anchor, rule) => {
        let start = anchor
        for (let step = 1; step <= 30; step++) {
          const end = periodEnd(anchor, start, rule)
          expect(end).toBeGreaterThan(start)
          expect((end - anchor) % 86_400).toBe(0)
          if (rule.interval === 'month' || rule.interval === 'year') {
            const from = new Date(anchor * 1000)
            const to = new Date(end * 1000)
            const months =
              (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth()
            expect(months).toBe(step * rule.interval_count * (rule.interval === 'year' ? 12 : 1))
            const lastDay = new Date(Date.UTC(to.getUTCFullYear(), to.getUTCMonth() + 1, 0)).getUTCDate()
            expect(to.getUTCDate()).toBe(Math.min(from.getUTCDate(), lastDay))
          }
          start = end
        }
      }),
    )
  })

  test('a moment inside a period gives that period its end', () => {
    fc.assert(
      fc.property(
        anchors,
        recurring,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (anchor, rule, part) => {
          const second = periodEnd(anchor, periodEnd(anchor, anchor, rule), rule)
          const first = periodEnd(anchor, anchor, rule)
          expect(periodEnd(anchor, first + Math.floor((second - first) * part), rule)).toBe(second)
        },
      ),
    )
  })
})

describe('whatever is sent', () => {
  let world: World
  let database: TestDatabase
  let sql: postgres.Sql

  // On PostgreSQL, which refuses more than memory does.
  beforeAll(async () => {
    database = await createTestDatabase()
    sql = postgres(database.url, { onnotice: () => undefined })
    world = await startWorld({ storage: postgresStorage({ sql, key: Buffer.alloc(32, 7) }) })
  })

  afterAll(async () => {
    await world.close()
    await sql.end()
    await database.drop()
  })

  const word = fc.constantFrom(
    'name',
    'metadata',
    'a',
    '0',
    '',
    '1',
    'line_items',
    'price',
    'created',
    'gte',
    'expand',
    'limit',
    '__proto__',
    'é',
    '\0',
  )
  const key = fc
    .tuple(word, fc.array(word, { maxLength: 4 }))
    .map(([head, rest]) => head + rest.map((part) => `[${part}]`).join(''))
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom('', 'true', '-1', '1e9', '99999999999999999999', 'price', 'data.customer'),
  )
  const form = fc.array(fc.tuple(fc.oneof(key, fc.string()), value), { maxLength: 6 })

  test('the API answers with a result or names the mistake, never with a failure of its own', async () => {
    const paths = fc.constantFrom(
      'customers',
      'products',
      'prices',
      'checkout/sessions',
      'webhook_endpoints',
      'subscriptions/sub_1',
      'events',
    )
    await fc.assert(
      fc.asyncProperty(
        paths,
        fc.constantFrom('GET', 'POST', 'DELETE'),
        form,
        async (path, method, fields) => {
          const body = new URLSearchParams(fields.map(([name, text]): [string, string] => [name, text]))
          const query = method === 'POST' ? '' : `?${body}`
          const answer = await fetch(`${world.origin}/v1/${path}${query}`, {
            method,
            headers: { authorization: `Bearer ${KEY}` },
            ...(method === 'POST' && { body }),
          })
          expect([200, 400, 404]).toContain(answer.status)
          if (answer.status !== 200)
            expect(await answer.json()).toMatchObject({ error: { message: expect.any(String) } })
        },
      ),
      { numRuns: 300 },
    )
  })

  test('the payment page shows itself again and charges nothing', async () => {
    const session = await world.stripe.checkout.sessions.create({
      mode: 'payment',
      line_items: [
        { price_data: { currency: 'usd', unit_amount: 100, product_data: { name: 'Thing' } }, quantity: 1 },
      ],
      success_url: 'https://shop.example/',
    })
    const names = fc.constantFrom('email', 'card_number', 'expiry', 'security_code', 'other')
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(names, fc.string({ unit: 'binary' })), { maxLength: 6 }),
        async (fields) => {
          const body = new URLSearchParams(fields.map(([name, text]): [string, string] => [name, text]))
          const answer = await fetch(session.url ?? '', { method: 'POST', body, redirect: 'manual' })
          expect(answer.status).toBe(200)
        },
      ),
      { numRuns: 100 },
    )
    expect((await world.stripe.charges.list()).data).toEqual([])
  })
})
