import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parseEnv } from './env.ts'

const folder = mkdtempSync(join(tmpdir(), 'env-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const SECRET_KEY = 'x'.repeat(32)
const production = { DATABASE_URL: 'postgres://db/latchkey', SECRET_KEY, DATA_DIR: folder }

describe('an empty environment', () => {
  test('means: embedded database, loopback, simulated payments, a secret made once and kept private', () => {
    const values = parseEnv({ DATA_DIR: folder })
    expect(values).toMatchObject({
      embedded: true,
      HOST: '127.0.0.1',
      PORT: 3000,
      PUBLIC_URL: 'http://127.0.0.1:3000',
      BILLING_MODE: 'test',
      API_RATE_LIMIT: 100,
    })
    const file = join(folder, 'secret-key')
    expect(values.SECRET_KEY).toEqual([readFileSync(file, 'utf8').trim()])
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(parseEnv({ DATA_DIR: folder }).SECRET_KEY).toEqual(values.SECRET_KEY)
  })
  test('a name that is set to nothing counts as not set', () => {
    expect(parseEnv({ DATA_DIR: folder, PORT: '', DATABASE_URL: ' ' }).embedded).toBe(true)
  })
})

describe('a bad value stops the start with a sentence that names it', () => {
  test.each([
    ['PORT', { PORT: 'eighty' }],
    ['PUBLIC_URL', { PUBLIC_URL: 'licenses.example.com' }],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://db' }],
    ['DATABASE_REPLICA_URL', { ...production, DATABASE_REPLICA_URL: 'mysql://standby' }],
    ['DATABASE_REPLICA_URL', { DATABASE_REPLICA_URL: 'postgres://standby/latchkey' }],
    ['REDIS_URL', { REDIS_URL: 'http://cache:6379' }],
    ['REDIS_URL', { REDIS_URL: 'cache:6379' }],
    ['REDIS_URL', { REDIS_URL: 'redis://' }],
    ['REDIS_URL', { REDIS_URL: 'redis://cache/first' }],
    ['REDIS_URL', { REDIS_URL: 'redis://user:100%@cache' }],
    ['SECRET_KEY', { ...production, SECRET_KEY: undefined }],
    ['SECRET_KEY', { ...production, SECRET_KEY: 'short' }],
    ['SECRET_KEY', { ...production, SECRET_KEY: `${SECRET_KEY},short` }],
    ['BILLING_MODE', { BILLING_MODE: 'free' }],
    ['WORKER', { WORKER: 'maybe' }],
    ['STRIPE_SECRET_KEY', { ...production, BILLING_MODE: 'stripe' }],
    ['LICENSING_ACCESS_TOKEN', { ...production, STRIPE_SECRET_KEY: 'sk_test_1' }],
    ['STRIPE_SECRET_KEY', { BILLING_MODE: 'test', STRIPE_SECRET_KEY: 'sk_live_1' }],
    ['STRIPE_SECRET_KEY', { BILLING_MODE: 'test', STRIPE_SECRET_KEY: 'rk_live_1' }],
    ['STRIPE_API_BASE', { STRIPE_SECRET_KEY: 'sk_live_1', STRIPE_API_BASE: 'http://127.0.0.1:1' }],
  ])('%s %j', (name, values) => {
    expect(() => parseEnv({ DATA_DIR: folder, ...values })).toThrow(new RegExp(name))
  })
})

describe('what lies past one machine', () => {
  test('is not there unless it is named', () => {
    expect(parseEnv({ ...production, REDIS_URL: ' ', DATABASE_REPLICA_URL: '' })).toMatchObject({
      REDIS_URL: undefined,
      DATABASE_REPLICA_URL: undefined,
    })
  })
  test.each(['redis://cache', 'redis://:secret@cache:6379/2', 'rediss://user:secret@cache.example:6380'])(
    'throttles are shared on %s',
    (REDIS_URL) => {
      expect(parseEnv({ ...production, REDIS_URL }).REDIS_URL).toBe(REDIS_URL)
    },
  )
  test('a password is not repeated by the sentence that refuses its URL', () => {
    const refuse = () => parseEnv({ ...production, REDIS_URL: 'http://user:hidden-word@cache' })
    expect(refuse).toThrow(/^REDIS_URL (?!.*hidden-word)/)
  })
})

describe('billing', () => {
  test.each([
    ['off without a key outside embedded mode', production, 'off'],
    [
      'stripe with a key',
      { ...production, STRIPE_SECRET_KEY: 'sk_live_1', LICENSING_ACCESS_TOKEN: 'lk_pat_1' },
      'stripe',
    ],
    [
      'test only when asked for',
      { ...production, BILLING_MODE: 'test', LICENSING_ACCESS_TOKEN: 'lk_pat_1' },
      'test',
    ],
  ])('is %s', (_title, values, mode) => {
    expect(parseEnv(values).BILLING_MODE).toBe(mode)
  })
  test('secrets are trimmed lists: a trailing newline would fail every signature', () => {
    const values = parseEnv({ ...production, STRIPE_WEBHOOK_SECRET: ' whsec_a , whsec_b\n' })
    expect(values.STRIPE_WEBHOOK_SECRET).toEqual(['whsec_a', 'whsec_b'])
  })
})
