import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { sqlClient } from '#db/client.ts'
import { type Counted, countAttempt, forgiveAttempts } from '#lib/access/throttle/throttle.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { AppError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { clientFor, closeRedis } from '#lib/core/redis/client.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { hasRedis, type RedisServer, startRedis } from '#tests/helpers/redis.ts'

setUpTestDatabase()

/** Whether the attempt was let through. */
async function passes(attempts: readonly Counted[]): Promise<boolean> {
  try {
    await countAttempt(attempts)
    return true
  } catch (error) {
    if (error instanceof AppError && error.code === 'RATE_LIMITED') return false
    throw error
  }
}

const limit = (name: string, points: number, seconds: number) => (subject: string) => ({
  limit: { name, points, seconds },
  subject,
})

/** Guesses from `lanes` places at once, each as fast as it is answered, until `ms` have passed. */
async function burst(attempts: readonly Counted[], ms: number, lanes = 20) {
  const began = performance.now()
  let tried = 0
  let passed = 0
  const lane = async () => {
    while (performance.now() - began < ms) {
      tried += 1
      if (await passes(attempts)) passed += 1
    }
  }
  await Promise.all(Array.from({ length: lanes }, lane))
  return { tried, passed, tookMs: performance.now() - began }
}

const inPostgres = async () =>
  (await sqlClient()<{ points: number }[]>`select points from throttles`).map(({ points }) => points)

function guarantees(counters: () => Promise<number[]>) {
  test('F-54: guessing across the ends of windows lets through at most so many per window, and no counter falls below zero', async () => {
    const short = limit('burst-second', 5, 1)(newId())
    const address = limit('burst-address', 1_000_000, 60)(newId())
    const lowest: number[] = []
    const watched = burst([short, address], 2_500)
    const watch = (async () => {
      let going = true
      void watched.finally(() => {
        going = false
      })
      while (going) lowest.push(...(await counters()))
    })()
    const { tried, passed, tookMs } = await watched
    await watch
    expect(tried).toBeGreaterThan(passed)
    // A window begins with its first attempt: so many can have begun, and each lets five through.
    expect(passed).toBeLessThanOrEqual(5 * (Math.floor(tookMs / 1000) + 1))
    expect(passed).toBeGreaterThanOrEqual(10)
    expect(Math.min(...lowest)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...(await counters())), 'what was refused is charged to nobody').toBe(passed)
  })

  test('F-54: of many attempts at one moment exactly as many pass as the smallest limit allows', async () => {
    const own = limit('at-once-own', 7, 3600)
    const address = limit('at-once-address', 10, 3600)
    const [first, second, place] = [newId(), newId(), newId()]
    const passed = async (subject: string) =>
      (await Promise.all(Array.from({ length: 25 }, () => passes([own(subject), address(place)])))).filter(
        Boolean,
      ).length
    expect(await passed(first)).toBe(7)
    expect(await passed(second), 'three are left for that place').toBe(3)
    expect(await passes([own(second)]), 'the refused were not charged to the second one').toBe(true)
  })

  test('F-54: two attempts that count on the same limits in another order do not wait for each other for ever', async () => {
    const [a, b] = [limit('order-a', 1000, 3600)(newId()), limit('order-b', 1000, 3600)(newId())]
    const both = Array.from({ length: 40 }, (_, at) => passes(at % 2 === 0 ? [a, b] : [b, a]))
    expect(await Promise.all(both)).not.toContain(false)
  })

  test('F-54: forgetting while others guess leaves nothing below zero, and the limit holds again at once', async () => {
    const own = limit('forgotten', 4, 3600)(newId())
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, async (_, at) => {
        if (at % 20 !== 19) return passes([own])
        await forgiveAttempts([own])
        return false
      }),
    )
    // Forgotten three times: four windows' worth at most.
    expect(outcomes.filter(Boolean).length).toBeLessThanOrEqual(16)
    expect(Math.min(...(await counters()))).toBeGreaterThanOrEqual(0)
    await forgiveAttempts([own])
    for (let at = 0; at < 4; at += 1) expect(await passes([own])).toBe(true)
    expect(await passes([own])).toBe(false)
  })

  test('F-54: whatever comes in whatever order, an attempt passes exactly if none of its limits is used up', async () => {
    const limits = [limit('model-a', 2, 3600), limit('model-b', 3, 3600), limit('model-c', 5, 3600)]
    const subject = fc.nat({ max: 1 })
    const step = fc.oneof(
      {
        weight: 6,
        arbitrary: fc.tuple(
          fc.constant('count'),
          fc.uniqueArray(fc.nat({ max: 2 }), { minLength: 1 }),
          subject,
        ),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(
          fc.constant('forgive'),
          fc.uniqueArray(fc.nat({ max: 2 }), { minLength: 1 }),
          subject,
        ),
      },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const run = newId()
        const model = new Map<string, number>()
        for (const [what, which, whom] of steps) {
          const keys = which.map((at) => `${at} ${whom}`)
          const attempts = which.flatMap((at) => limits[at]?.(`${run} ${whom}`) ?? [])
          if (what === 'forgive') {
            await forgiveAttempts(attempts)
            for (const key of keys) model.delete(key)
            continue
          }
          const free = attempts.every(
            ({ limit: { points } }, at) => (model.get(keys[at] ?? '') ?? 0) < points,
          )
          expect(await passes(attempts)).toBe(free)
          if (free) for (const key of keys) model.set(key, (model.get(key) ?? 0) + 1)
        }
      }),
      { numRuns: 25 },
    )
  })
}

describe('counted in Postgres', () => {
  afterEach(() => sqlClient()`delete from throttles`)

  guarantees(inPostgres)

  test('F-54: the database itself refuses a counter below zero', async () => {
    await expect(sqlClient()`insert into throttles (key, points) values ('x', -1)`).rejects.toThrow(
      /throttles_points/,
    )
  })
})

describe.skipIf(!hasRedis)('counted in Redis', () => {
  let server: RedisServer
  let redis: ReturnType<typeof clientFor>

  beforeAll(async () => {
    server = await startRedis()
    overrideEnv({ REDIS_URL: server.url })
    redis = clientFor(server.url)
    await redis.connect()
  })
  afterAll(async () => {
    redis.destroy()
    closeRedis()
    overrideEnv({ REDIS_URL: undefined })
    await server.remove()
  })
  afterEach(async () => {
    expect(await inPostgres(), 'Postgres is not asked meanwhile').toEqual([])
    await redis.flushAll()
  })

  guarantees(async () => {
    const keys = await redis.keys('*')
    const values = await Promise.all(keys.map((key) => redis.get(key)))
    return values.flatMap((value) => (value === null ? [] : [Number(value)]))
  })

  test('F-54: a counter that an older version left below zero counts as none', async () => {
    const own = limit('left-over', 3, 3600)(newId())
    await passes([own])
    const [key = ''] = await redis.keys('latchkey:left-over:*')
    await redis.set(key, -62, { expiration: { type: 'EX', value: 60 } })
    const passed = await Promise.all(Array.from({ length: 20 }, () => passes([own])))
    expect(passed.filter(Boolean)).toHaveLength(3)
  })
})

test('F-54: no code gives a counted attempt back', () => {
  const root = join(import.meta.dirname, '../..')
  const offenders = ['lib', 'app', 'server', 'bin'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file))
      .map((file) => join(folder, file))
      .filter((file) => /\.(reward|penalty)\(/.test(readFileSync(join(root, file), 'utf8'))),
  )
  expect(offenders).toEqual([])
})
