import {
  bigint,
  foreignKey,
  index,
  jsonb,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import { accounts } from './accounts.ts'
import { identity, instant } from './columns.ts'

/**
 * Append-only and chained: every hash covers the row before it, the actor, the address and the change. Who writes the database
 * but has no SECRET_KEY cannot make such a hash; who has both can, and newest rows can be cut off: see decision 0027.
 */
export const eventLogs = pgTable(
  'event_logs',
  {
    ...identity(),
    seq: bigint('seq', { mode: 'number' }).notNull(),
    event: text('event').notNull(),
    resource: text('resource').notNull(),
    resourceId: text('resource_id').notNull(),
    /** Whose personal values `changes` may hold (sealed under that user's key). */
    userId: uuid('user_id'),
    actor: text('actor').notNull(),
    /** Whom an operator acted for. */
    onBehalfOf: text('on_behalf_of'),
    /** Sealed under the user's key where there is a user. */
    ip: text('ip'),
    requestId: text('request_id').notNull(),
    /** Field → value; personal values are sealed. */
    changes: jsonb('changes').$type<Record<string, unknown>>().notNull(),
    createdAt: instant('created_at').notNull(),
    previousHash: text('previous_hash').notNull(),
    hash: text('hash').notNull(),
    /** The lasting key that the hash was made with; null in rows from before the chain was keyed. */
    keyId: uuid('key_id'),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    unique('event_logs_seq').on(t.accountId, t.seq),
    index('event_logs_resource').on(t.accountId, t.resourceId, t.seq),
    index('event_logs_user').on(t.accountId, t.userId, t.seq),
  ],
)

/** The last link of each account's chain: locked as the last statement of a transaction, so it is held briefly. */
export const eventLogHeads = pgTable('event_log_heads', {
  accountId: uuid('account_id')
    .primaryKey()
    .references(() => accounts.id),
  seq: bigint('seq', { mode: 'number' }).notNull(),
  hash: text('hash').notNull(),
  /** The link that owners were last told by mail, and when; 0 and null until the first time. */
  mailedSeq: bigint('mailed_seq', { mode: 'number' }).notNull().default(0),
  mailedAt: instant('mailed_at'),
})
