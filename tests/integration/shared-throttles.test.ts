import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { databaseUrl, sqlClient } from '#db/client.ts'
import { countRequest } from '#lib/access/throttle/rate-limit.ts'
import { countAttempt, forgiveAttempts } from '#lib/access/throttle/throttle.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { newId } from '#lib/core/ids.ts'
import { clientFor, closeRedis, type RedisClient } from '#lib/core/redis/client.ts'
import { checkRedis } from '#lib/ops/doctor/checks.ts'
import { checkReadiness } from '#lib/ops/readiness/check-readiness.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { hasRedis, REDIS_PASSWORD, type RedisServer, startRedis } from '#tests/helpers/redis.ts'
import { refusalOf } from '#tests/helpers/refusal.ts'

const exec = promisify(execFile)
const otherProcess = join(import.meta.dirname, '..', 'helpers', 'throttle-process.ts')
const API_RATE_LIMIT = '10'
const IP = '198.51.100.77'

describe.skipIf(!hasRedis)('with REDIS_URL', () => {
  let server: RedisServer
  let email: string

  setUpTestDatabase()
  beforeEach(async () => {
    server = await startRedis()
    overrideEnv({ REDIS_URL: server.url, API_RATE_LIMIT })
    email = `${newId()}@example.com`
  })
  afterEach(async () => {
    closeRedis()
    overrideEnv({ REDIS_URL: undefined, API_RATE_LIMIT: undefined })
    await server.remove()
    await sqlClient()`delete from throttles`
  })

  const six = () => [{ limit: { name: 'test-minute', points: 6, seconds: 60 }, subject: email }]
  const guess = () => countAttempt(six())
  const guessTimes = async (times: number) => {
    for (let n = 0; n < times; n++) await guess()
  }
  const request = () => countRequest({ kind: 'visitor' }, IP)
  const remaining = async () => Number((await request()).headers['x-rate-limit-remaining'])
  const rows = async () =>
    sqlClient()<{ key: string; points: number }[]>`select key, points from throttles order by key`

  async function elsewhere(attempts: number, requests: number, env: Record<string, string> = {}) {
    const args = [otherProcess, databaseUrl(), email, String(attempts), IP, String(requests)]
    const { stdout, stderr } = await exec(process.execPath, args, { env: { ...process.env, ...env } })
    return { counts: JSON.parse(stdout) as { tried: number; answered: number }, stderr }
  }

  async function inRedis<T>(ask: (client: RedisClient) => Promise<T>): Promise<T> {
    const client = clientFor(server.url)
    await client.connect()
    try {
      return await ask(client)
    } finally {
      client.destroy()
    }
  }

  test('two processes share what may be guessed at: four attempts there leave two here', async () => {
    expect((await elsewhere(4, 0)).counts.tried).toBe(4)
    await guessTimes(2)
    const refusal = await refusalOf(guess())
    expect(refusal.code).toBe('RATE_LIMITED')
    expect(refusal.retryAfterSeconds).toBeGreaterThan(0)
    expect(refusal.retryAfterSeconds).toBeLessThanOrEqual(60)
    expect((await elsewhere(3, 0)).counts.tried).toBe(0)
    expect(await rows(), 'Postgres is not asked meanwhile').toEqual([])
  })

  test('two processes share the API burst limit', async () => {
    expect(await remaining()).toBe(9)
    expect((await elsewhere(0, 20)).counts.answered).toBe(9)
    expect((await request()).refusal?.code).toBe('RATE_LIMITED')
  })

  test('a refused attempt is charged to nobody, and a proven one is forgotten', async () => {
    const [own] = six()
    if (!own) throw new Error('no limit')
    const shared = { limit: { name: 'test-address', points: 100, seconds: 60 }, subject: IP }
    for (let n = 0; n < 6; n++) await countAttempt([own, shared])
    expect((await refusalOf(countAttempt([own, shared]))).code).toBe('RATE_LIMITED')
    const charged = await inRedis(async (client) => {
      const [key] = await client.keys('latchkey:test-address:*')
      return key && client.get(key)
    })
    expect(charged).toBe('6')
    await forgiveAttempts([own])
    await expect(countAttempt([own, shared])).resolves.toBeUndefined()
  })

  test('attempts that come all at once are let through at most as often as allowed', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 30 }, guess))
    const through = outcomes.filter(({ status }) => status === 'fulfilled').length
    expect(through).toBeGreaterThan(0)
    expect(through).toBeLessThanOrEqual(6)
  })

  test('Redis holds hashes that expire, and nobody’s address or name', async () => {
    await guess()
    await request()
    await countRequest({ kind: 'pat', tokenId: newId(), name: 'ci', scopes: [] }, IP)
    const found = await inRedis(async (client) => {
      const keys = await client.keys('*')
      return Promise.all(
        keys.map(async (key) => ({ key, value: await client.get(key), ttl: await client.ttl(key) })),
      )
    })
    expect(found.map(({ key }) => key.replace(/[0-9a-f]{64}$/, 'HMAC')).sort()).toEqual([
      'latchkey:api-machines:HMAC',
      'latchkey:api-people:HMAC',
      'latchkey:test-minute:HMAC',
    ])
    for (const { value, ttl } of found) {
      expect(value).toBe('1')
      expect(ttl).toBeGreaterThan(0)
      expect(ttl).toBeLessThanOrEqual(60)
    }
  })

  test('when Redis is killed, guessing is counted and refused in Postgres, and comes back to Redis with it', async () => {
    await guessTimes(6)
    expect((await refusalOf(guess())).code).toBe('RATE_LIMITED')
    await server.kill()
    await guessTimes(6)
    expect((await refusalOf(guess())).code).toBe('RATE_LIMITED')
    expect(await rows()).toEqual([{ key: expect.stringMatching(/^test-minute:[0-9a-f]{64}$/), points: 6 }])

    await server.start()
    const counted = () => inRedis((client) => client.keys('latchkey:test-minute:*'))
    await vi.waitFor(
      async () => {
        await guess().catch(() => undefined)
        expect(await counted()).toHaveLength(1)
      },
      { timeout: 10_000, interval: 100 },
    )
  })

  test('when Redis is killed, the API answers and limits each process by itself, and it is still ready', async () => {
    expect(await remaining()).toBe(9)
    await server.kill()
    expect(await remaining()).toBe(9)
    for (let n = 0; n < 9; n++) await request()
    expect((await request()).refusal?.code).toBe('RATE_LIMITED')
    expect((await checkReadiness()).checks).toMatchObject({ database: 'ok', migrations: 'ok', worker: 'off' })
  })

  test('when Redis freezes, nobody waits for it longer than a moment, and guessing is still refused', async () => {
    await guess()
    server.freeze()
    try {
      for (let n = 0; n < 6; n++) {
        const began = performance.now()
        await guess()
        expect(performance.now() - began).toBeLessThan(3_000)
      }
      expect((await refusalOf(guess())).code).toBe('RATE_LIMITED')
      expect((await rows())[0]?.points).toBe(6)
      expect((await request()).refusal).toBeUndefined()
    } finally {
      server.thaw()
    }
  })

  test('a Redis that is not there at the start is told of once, without its password', async () => {
    await server.kill()
    const { counts, stderr } = await elsewhere(8, 12, { LOG_LEVEL: 'info' })
    expect(counts).toEqual({ tried: 6, answered: 10 })
    expect(stderr.match(/Redis is away/g)).toHaveLength(1)
    expect(stderr).toContain('127.0.0.1')
    expect(stderr).not.toContain(REDIS_PASSWORD)
  })

  test('the doctor says whether Redis answers and keeps its counters', async () => {
    expect(await checkRedis()).toMatchObject({ ok: true })
    await inRedis((client) => client.configSet({ maxmemory: '100mb', 'maxmemory-policy': 'allkeys-lru' }))
    expect(await checkRedis()).toMatchObject({ ok: false, detail: expect.stringContaining('noeviction') })
    overrideEnv({ REDIS_URL: server.url.replace(REDIS_PASSWORD, 'another-password') })
    const refused = await checkRedis()
    expect(refused).toMatchObject({ ok: false, detail: expect.stringContaining('WRONGPASS') })
    overrideEnv({ REDIS_URL: server.url })
    await server.kill()
    const away = await checkRedis()
    expect(away).toMatchObject({ ok: false, detail: expect.stringContaining('ECONNREFUSED') })
    expect(JSON.stringify([refused, away])).not.toMatch(/(hidden|another)-password/)
  })
})
