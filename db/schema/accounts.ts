import { sql } from 'drizzle-orm'
import { bigint, check, integer, jsonb, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { instant, timestamps } from './columns.ts'

export interface AccountSettings {
  /** Lifetime of a customer's access token, seconds; 10 hours if absent. Bounds 60 s to 31 days. */
  sessionDurationSeconds?: number
  /** Raises the least password length above 8. */
  passwordMinLength?: number
  /** Versions of the documents that customers accept. */
  termsVersion?: string
  privacyVersion?: string
  /** Origins whose browsers may call sign-in, `/v3/me`, validation and activation (`https://app.example.com`). */
  allowedOrigins?: string[]
  /** What the vendor shows of itself (contract §4.7). */
  email?: string
  website?: string
  logoUrl?: string
  faviconUrl?: string
  googleClientId?: string
  /** Days that activation logs are kept; 365 if absent. */
  activationLogDays?: number
}

/** The vendor. The first one is the installation's own. */
export const accounts = pgTable('accounts', {
  id: uuid('id').primaryKey(),
  alias: text('alias').notNull().unique(),
  name: text('name').notNull(),
  /** Host name that the portal serves this account under. */
  domain: text('domain').unique(),
  settings: jsonb('settings').$type<AccountSettings>().notNull().default({}),
  ...timestamps(),
})

/** One row: how far this installation's clock is moved, milliseconds. Only test mode writes it. */
export const testClock = pgTable(
  'test_clock',
  {
    id: integer('id').primaryKey().default(1),
    offsetMs: bigint('offset_ms', { mode: 'number' }).notNull().default(0),
  },
  (t) => [check('test_clock_single_row', sql`${t.id} = 1`)],
)

/** Counters for guessable things. Keys are HMACs: no address stands here in clear. */
export const throttles = pgTable(
  'throttles',
  {
    key: text('key').primaryKey(),
    points: integer('points').notNull().default(0),
    /** When the window ends, on real time. */
    expire: instant('expire'),
  },
  (t) => [check('throttles_points', sql`${t.points} >= 0`)],
)

/** Answers of writes that carried an `Idempotency-Key`, kept 24 hours, sealed. */
export const idempotencyKeys = pgTable(
  'idempotency_keys',
  {
    accountId: uuid('account_id')
      .notNull()
      .references(() => accounts.id),
    /** Whose key it is: the actor's name, so that two tokens never share one. */
    actor: text('actor').notNull(),
    key: text('key').notNull(),
    requestHash: text('request_hash').notNull(),
    /** Null while the first request is still running, or when the answer must not be kept. */
    status: integer('status'),
    answer: text('answer'),
    /** Ids of users who were erased while the first request was running: an answer that names one is not kept. */
    forgets: uuid('forgets').array().notNull().default([]),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
  },
  (t) => [primaryKey({ columns: [t.accountId, t.actor, t.key] })],
)
