import { randomBytes } from 'node:crypto'
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { z } from 'zod'
import {
  baseUrl,
  host,
  isDecodable,
  list,
  mailbox,
  optional,
  origin,
  smtpUrl,
  token,
  wholeNumber,
} from './env-values.ts'
import { ownOrigin } from './http-origin.ts'
import { processSlot } from './process-slot.ts'

function isRedisUrl(value: string): boolean {
  const known = URL.canParse(value) ? new URL(value) : undefined
  return (
    known !== undefined &&
    ['redis:', 'rediss:'].includes(known.protocol) &&
    known.hostname !== '' &&
    /^(\/\d*)?$/.test(known.pathname) &&
    isDecodable(known.username + known.password)
  )
}

const Schema = z.object({
  PORT: wholeNumber(3000, { min: 1, max: 65_535 }),
  HOST: host,
  PUBLIC_URL: origin,
  DATABASE_URL: optional.pipe(
    z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
      .optional(),
  ),
  DATABASE_REPLICA_URL: optional.pipe(
    z
      .string()
      .regex(/^postgres(ql)?:\/\//, 'must start with postgres://')
      .optional(),
  ),
  REDIS_URL: optional.pipe(
    z
      .string()
      .refine(
        isRedisUrl,
        'must be redis://… or, with TLS, rediss://…, as in redis://user:password@host:6379/0',
      )
      .optional(),
  ),
  DATA_DIR: optional.transform((value) => resolve(/* turbopackIgnore: true */ value ?? '.data')),
  SECRET_KEY: list,
  LICENSING_API_URL: baseUrl.refine(
    (value) => !value?.endsWith('/v3'),
    'must be the address without /v3 at its end',
  ),
  LICENSING_ACCESS_TOKEN: token,
  BILLING_MODE: optional.pipe(z.enum(['stripe', 'test', 'off']).optional()),
  STRIPE_SECRET_KEY: token.refine(
    (value) => value === undefined || /^(sk|rk)_(live|test)_./.test(value),
    'must be a secret or restricted key, which starts with sk_live_, sk_test_, rk_live_ or rk_test_',
  ),
  STRIPE_WEBHOOK_SECRET: list.refine(
    (secrets) => secrets.every((secret) => /^whsec_[\x21-\x7e]+$/.test(secret)),
    'must hold signing secrets of webhooks, which start with whsec_',
  ),
  STRIPE_API_BASE: origin,
  SMTP_URL: smtpUrl,
  MAIL_FROM: mailbox('Latchkey <licenses@localhost>'),
  WORKER: optional.pipe(z.enum(['inline', 'off']).default('inline')),
  API_RATE_LIMIT: wholeNumber(100),
  TRUST_PROXY: wholeNumber(0, { max: 16 }),
  METRICS_TOKEN: token,
  TEST_TOOLS: optional.pipe(z.enum(['on', 'off']).default('off')),
  FAST_PATH: optional.pipe(z.enum(['on', 'off']).default('on')),
  TUNING: optional.pipe(z.enum(['on', 'off']).default('on')),
  LOG_LEVEL: optional.pipe(
    z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
  ),
  NODE_ENV: optional,
  NEXTAUTH_URL: optional,
  LATCHKEY_API_ORIGIN: optional,
  CRASH_AT: optional,
})

type Parsed = z.infer<typeof Schema>

export interface Env extends Omit<Parsed, 'BILLING_MODE' | 'PUBLIC_URL' | 'HOST' | 'SECRET_KEY'> {
  /** True when `DATABASE_URL` is empty: Latchkey brings its own PostgreSQL. */
  embedded: boolean
  HOST: string
  PUBLIC_URL: string
  BILLING_MODE: 'stripe' | 'test' | 'off'
  /** The first entry is current. The others are tried for reading. */
  SECRET_KEY: string[]
}

/** A configuration that cannot be used. The message is a sentence that names the variable. */
export class EnvError extends Error {}

const slot = processSlot<Env>('env')

/**
 * The configuration, parsed once per process on first use.
 * @throws {EnvError} naming the variable that is bad or missing
 */
export function env(): Env {
  const known = slot.get()
  if (known) return known
  const parsed = parseEnv(process.env)
  slot.set(parsed)
  return parsed
}

/** Forgets the parsed configuration and lays values over the process environment (start order and tests). */
export function overrideEnv(values: Record<string, string | undefined>): void {
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined) delete process.env[name]
    else process.env[name] = value
  }
  slot.set(undefined)
}

/** Parses a configuration without keeping it. */
export function parseEnv(source: Record<string, string | undefined>): Env {
  const result = Schema.safeParse(source)
  if (!result.success) {
    const issue = result.error.issues[0]
    throw new EnvError(`${issue?.path.join('.')} is not usable: ${issue?.message}.`)
  }
  const values = result.data
  const embedded = values.DATABASE_URL === undefined
  const HOST = values.HOST ?? (embedded ? '127.0.0.1' : '0.0.0.0')
  const PUBLIC_URL = values.PUBLIC_URL ?? ownOrigin(HOST, values.PORT)
  const BILLING_MODE =
    values.BILLING_MODE ?? (values.STRIPE_SECRET_KEY ? 'stripe' : embedded ? 'test' : 'off')
  const complete: Env = { ...values, embedded, HOST, PUBLIC_URL, BILLING_MODE, SECRET_KEY: values.SECRET_KEY }
  if (complete.SECRET_KEY.length === 0) {
    if (!embedded) throw new EnvError('SECRET_KEY is missing: set it to at least 32 random characters.')
    complete.SECRET_KEY = [embeddedSecret(values.DATA_DIR)]
  }
  const short = complete.SECRET_KEY.find((key) => key.length < 32)
  if (short !== undefined)
    throw new EnvError('SECRET_KEY is too short: every key in it needs at least 32 characters.')
  if (embedded && values.DATABASE_REPLICA_URL)
    throw new EnvError(
      'DATABASE_REPLICA_URL is a standby of DATABASE_URL, which is empty: set both or neither.',
    )
  checkBilling(complete)
  return complete
}

function checkBilling(values: Env): void {
  const live = /^(sk|rk)_live_/.test(values.STRIPE_SECRET_KEY ?? '')
  if (values.BILLING_MODE === 'test' && live)
    throw new EnvError(
      'BILLING_MODE is test, but STRIPE_SECRET_KEY is a live key: refuse to simulate payments with it.',
    )
  if (live && values.STRIPE_API_BASE) throw new EnvError('STRIPE_API_BASE may only be set in test mode.')
  if (values.BILLING_MODE === 'stripe' && !values.STRIPE_SECRET_KEY)
    throw new EnvError('STRIPE_SECRET_KEY is missing although BILLING_MODE is stripe.')
  if (!values.embedded && values.BILLING_MODE !== 'off' && !values.LICENSING_ACCESS_TOKEN)
    throw new EnvError(
      'LICENSING_ACCESS_TOKEN is missing: make one with "latchkey pat create --name portal --scopes license:read,license:write", or set BILLING_MODE=off.',
    )
}

/** In embedded mode the secret is generated once and kept beside the data it protects; the README says to keep it. */
function embeddedSecret(dataDir: string): string {
  const file = join(/* turbopackIgnore: true */ dataDir, 'secret-key')
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 })
    accessSync(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
    if (!existsSync(file)) writeNew(file, `${randomBytes(32).toString('base64url')}\n`)
    const secret = readFileSync(file, 'utf8').trim()
    if (secret.length >= 32) return secret
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause)) throw cause
    throw new EnvError(
      `DATA_DIR ${dataDir} is not usable: it must be a folder that this user can read and write (${cause.code}).`,
    )
  }
  throw new EnvError(
    `DATA_DIR ${dataDir} is not usable: its file secret-key does not hold the key that was made for it.`,
  )
}

/** Two processes may start at once: the first one's file stays. */
function writeNew(file: string, text: string): void {
  try {
    writeFileSync(file, text, { mode: 0o600, flag: 'wx' })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  }
}
