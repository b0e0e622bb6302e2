import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import { accounts } from './accounts.ts'
import { identity, instant, timestamps } from './columns.ts'

/** A URL of the vendor's that is called when something happens. */
export const webhooks = pgTable(
  'webhooks',
  {
    ...identity(),
    name: text('name').notNull(),
    url: text('url').notNull(),
    /** The secret that deliveries are signed with, sealed. */
    sealedToken: text('sealed_token').notNull(),
    active: boolean('active').notNull().default(true),
    events: text('events').array().notNull(),
    /** Set when deliveries kept failing; events are kept for replay meanwhile. */
    suspendedAt: instant('suspended_at'),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    unique('webhooks_name').on(t.accountId, t.name),
  ],
)

/**
 * One event for one webhook, written in the transaction of its cause. Deliveries of one resource go out in the order of
 * `seq`; the next one waits for the one before.
 */
export const webhookDeliveries = pgTable(
  'webhook_deliveries',
  {
    ...identity(),
    /** Its log goes with the webhook. */
    webhookId: uuid('webhook_id').notNull(),
    seq: bigint('seq', { mode: 'number' }).notNull().generatedAlwaysAsIdentity(),
    event: text('event').notNull(),
    resourceId: text('resource_id').notNull(),
    /** Whom the body speaks of: it is emptied when that user is erased. */
    userId: uuid('user_id'),
    /** A sample that an operator asked for: sent once, never again by itself. */
    isTest: boolean('is_test').notNull().default(false),
    /** The body, sealed; emptied by the purge. */
    sealedPayload: text('sealed_payload'),
    attempts: integer('attempts').notNull().default(0),
    /** When it is tried (again); null = no more. Neither delivered nor dead and null: held while its webhook is suspended. */
    nextAttemptAt: instant('next_attempt_at'),
    /** Its first failure since it was queued or replayed: three days from here it is given up. */
    failingSince: instant('failing_since'),
    deliveredAt: instant('delivered_at'),
    /** Given up after three days, or refused for good. */
    deadAt: instant('dead_at'),
    /** HTTP status of the last answer; null = there was none. */
    responseStatus: integer('response_status'),
    lastError: text('last_error'),
    lastAttemptAt: instant('last_attempt_at'),
    /** How long the last attempt took (milliseconds). */
    durationMs: integer('duration_ms'),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      columns: [t.accountId, t.webhookId],
      foreignColumns: [webhooks.accountId, webhooks.id],
    }).onDelete('cascade'),
    index('webhook_deliveries_due').on(t.accountId, t.nextAttemptAt).where(sql`next_attempt_at is not null`),
    index('webhook_deliveries_order')
      .on(t.accountId, t.webhookId, t.resourceId, t.seq)
      .where(sql`next_attempt_at is not null`),
    index('webhook_deliveries_created').on(t.accountId, t.createdAt, t.id),
    index('webhook_deliveries_user').on(t.accountId, t.userId).where(sql`user_id is not null`),
  ],
)

/** A mail that the vendor wrote, sent when something happens. */
export const automatedEmails = pgTable(
  'automated_emails',
  {
    ...identity(),
    name: text('name').notNull(),
    event: text('event').notNull(),
    fromName: text('from_name').notNull().default(''),
    fromEmail: text('from_email').notNull().default(''),
    replyTo: text('reply_to').notNull().default(''),
    cc: text('cc').notNull().default(''),
    bcc: text('bcc').notNull().default(''),
    /** Liquid templates. */
    subject: text('subject').notNull(),
    body: text('body').notNull(),
    enabled: boolean('enabled').notNull().default(true),
    custom: boolean('custom').notNull().default(true),
    /** Empty = every product. */
    productIds: uuid('product_ids').array().notNull().default([]),
    sent: integer('sent').notNull().default(0),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    unique('automated_emails_name').on(t.accountId, t.name),
    index('automated_emails_event').on(t.accountId, t.event),
  ],
)

/** Which automated mail went out for which event. The mail itself is in the outbox. */
export const automatedEmailLogs = pgTable(
  'automated_email_logs',
  {
    ...identity(),
    automatedEmailId: uuid('automated_email_id').notNull(),
    mailId: uuid('mail_id'),
    event: text('event').notNull(),
    resourceId: text('resource_id').notNull(),
    error: text('error'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      columns: [t.accountId, t.automatedEmailId],
      foreignColumns: [automatedEmails.accountId, automatedEmails.id],
    }).onDelete('cascade'),
    index('automated_email_logs_created').on(t.accountId, t.createdAt, t.id),
  ],
)

/** A sender's domain for mails, usable once it is verified by DNS. */
export const sendingDomains = pgTable(
  'sending_domains',
  {
    ...identity(),
    domain: text('domain').notNull(),
    /** The value of the TXT record `_latchkey.<domain>`. */
    verificationToken: text('verification_token').notNull(),
    verifiedAt: instant('verified_at'),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    unique('sending_domains_domain').on(t.accountId, t.domain),
  ],
)
