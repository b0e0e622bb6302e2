import { makeDataDir, removeDataDir, startRefused } from '../support/product.ts'
import { expect, test } from '../support/test.ts'

const SECRET_KEY = 'a'.repeat(32)
/** A port on which no PostgreSQL listens. */
const NOWHERE = 'postgres://latchkey@127.0.0.1:9/latchkey'

const REFUSED: { name: string; environment: Record<string, string>; says: RegExp }[] = [
  { name: 'PORT', environment: { PORT: 'http' }, says: /PORT is not usable: must be a whole number/ },
  { name: 'PUBLIC_URL', environment: { PUBLIC_URL: 'shop' }, says: /PUBLIC_URL is not usable/ },
  {
    name: 'DATABASE_URL',
    environment: { DATABASE_URL: 'mysql://x' },
    says: /DATABASE_URL is not usable: .*postgres:/,
  },
  { name: 'SECRET_KEY missing', environment: { DATABASE_URL: NOWHERE }, says: /SECRET_KEY is missing/ },
  {
    name: 'SECRET_KEY too short',
    environment: { SECRET_KEY: `${SECRET_KEY},short` },
    says: /SECRET_KEY is too short/,
  },
  { name: 'BILLING_MODE', environment: { BILLING_MODE: 'free' }, says: /BILLING_MODE is not usable/ },
  {
    name: 'STRIPE_SECRET_KEY missing',
    environment: { BILLING_MODE: 'stripe' },
    says: /STRIPE_SECRET_KEY is missing/,
  },
  {
    name: 'STRIPE_SECRET_KEY live in test mode',
    environment: { BILLING_MODE: 'test', STRIPE_SECRET_KEY: 'sk_live_x' },
    says: /STRIPE_SECRET_KEY is a live key/,
  },
  {
    name: 'STRIPE_API_BASE beside a live key',
    environment: { STRIPE_SECRET_KEY: 'sk_live_x', STRIPE_API_BASE: 'http://127.0.0.1:9' },
    says: /STRIPE_API_BASE may only be set in test mode/,
  },
  {
    name: 'LICENSING_ACCESS_TOKEN missing',
    environment: { DATABASE_URL: NOWHERE, SECRET_KEY, BILLING_MODE: 'test' },
    says: /LICENSING_ACCESS_TOKEN is missing/,
  },
  { name: 'WORKER', environment: { WORKER: 'maybe' }, says: /WORKER is not usable/ },
  { name: 'API_RATE_LIMIT', environment: { API_RATE_LIMIT: '-1' }, says: /API_RATE_LIMIT is not usable/ },
  { name: 'LOG_LEVEL', environment: { LOG_LEVEL: 'loud' }, says: /LOG_LEVEL is not usable/ },
]

for (const { name, environment, says } of REFUSED) {
  test(`a start with an unusable value stops with one sentence that names it: ${name}`, async () => {
    const dataDir = await makeDataDir()
    try {
      const { code, output } = await startRefused({ dataDir, environment })
      expect(code).toBe(1)
      expect(output.trim()).toMatch(says)
      expect(output.trim().split('\n'), 'one sentence, no stack').toHaveLength(1)
      expect(output).not.toContain('sk_live_x')
    } finally {
      await removeDataDir(dataDir)
    }
  })
}
