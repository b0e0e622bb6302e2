import {
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
import { licenses } from './licenses.ts'
import { prices } from './products.ts'

/** A user's customer at the payment provider. Never found by e-mail address. */
export const stripeCustomers = pgTable(
  'stripe_customers',
  {
    accountId: uuid('account_id').notNull(),
    userId: uuid('user_id').notNull(),
    livemode: boolean('livemode').notNull(),
    customerId: text('customer_id').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.userId, t.livemode] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    unique('stripe_customers_customer').on(t.accountId, t.customerId),
  ],
)

/** One purchase. `userId` is a bare id on purpose: orders outlive an erased user. */
export const orders = pgTable(
  'orders',
  {
    ...identity(),
    userId: uuid('user_id'),
    priceId: uuid('price_id').notNull(),
    quantity: integer('quantity').notNull().default(1),
    mode: text('mode', { enum: ['payment', 'subscription'] }).notNull(),
    livemode: boolean('livemode').notNull(),
    checkoutSessionId: text('checkout_session_id'),
    /** How often the provider refused to make a session: each try after that has an idempotency key of its own. */
    checkoutAttempt: integer('checkout_attempt').notNull().default(0),
    subscriptionId: text('subscription_id'),
    paymentIntentId: text('payment_intent_id'),
    currency: text('currency').notNull(),
    /** What was paid in the end, as the payment provider counts it; null until known. */
    amountTotal: integer('amount_total'),
    /** The provider's last seen word on it (`open`, `processing`, `active`, `past_due` …). Display only. */
    paymentStatus: text('payment_status').notNull().default('open'),
    /** A sentence for operators when something needs a person. */
    attention: text('attention'),
    paidAt: instant('paid_at'),
    failedAt: instant('failed_at'),
    expiredAt: instant('expired_at'),
    reconciledAt: instant('reconciled_at'),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId, t.priceId], foreignColumns: [prices.accountId, prices.id] }),
    unique('orders_session').on(t.accountId, t.checkoutSessionId),
    unique('orders_subscription').on(t.accountId, t.subscriptionId),
    index('orders_user').on(t.accountId, t.userId, t.createdAt),
    index('orders_created').on(t.accountId, t.createdAt, t.id),
    index('orders_payment_intent').on(t.accountId, t.paymentIntentId),
  ],
)

/** Which license an order's line and index became. */
export const orderLicenses = pgTable(
  'order_licenses',
  {
    accountId: uuid('account_id').notNull(),
    orderId: uuid('order_id').notNull(),
    line: integer('line').notNull(),
    index: integer('index').notNull(),
    licenseId: uuid('license_id').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.orderId, t.line, t.index] }),
    foreignKey({ columns: [t.accountId, t.orderId], foreignColumns: [orders.accountId, orders.id] }),
    foreignKey({
      columns: [t.accountId, t.licenseId],
      foreignColumns: [licenses.accountId, licenses.id],
    }).onDelete('cascade'),
    index('order_licenses_license').on(t.accountId, t.licenseId),
  ],
)

/** Every event the provider sent, once. No payload is kept: the object is fetched anew when it is handled. */
export const stripeEvents = pgTable(
  'stripe_events',
  {
    accountId: uuid('account_id').notNull(),
    /** The provider's event id. */
    id: text('id').notNull(),
    type: text('type').notNull(),
    /** `sub_…`, else `cs_…`, else `pi_…`; null when there is nothing to look at. */
    subject: text('subject'),
    objectId: text('object_id'),
    apiVersion: text('api_version'),
    livemode: boolean('livemode').notNull(),
    source: text('source', { enum: ['webhook', 'sweep'] }).notNull(),
    deliveries: integer('deliveries').notNull().default(1),
    status: text('status', { enum: ['pending', 'done', 'ignored', 'dead'] }).notNull(),
    note: text('note'),
    /** When the provider made it. */
    occurredAt: instant('occurred_at').notNull(),
    receivedAt: instant('received_at').notNull(),
    handledAt: instant('handled_at'),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    index('stripe_events_subject').on(t.accountId, t.subject, t.receivedAt),
    index('stripe_events_received').on(t.accountId, t.receivedAt),
  ],
)

/** Work owed on a subject. The due time is ours: the job runner's back-off is fixed and follows the database's clock. */
export const reconciliations = pgTable(
  'reconciliations',
  {
    accountId: uuid('account_id').notNull(),
    subject: text('subject').notNull(),
    state: text('state', { enum: ['due', 'done', 'dead', 'owner-erased'] }).notNull(),
    dueAt: instant('due_at').notNull(),
    attempts: integer('attempts').notNull().default(0),
    /** When the present run of failures began; three days later it is given up. */
    failingSince: instant('failing_since'),
    lastError: text('last_error'),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.subject] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    index('reconciliations_due').on(t.state, t.dueAt),
  ],
)

/** How far the hourly sweep has read the provider's events. */
export const sweepCursors = pgTable(
  'sweep_cursors',
  {
    accountId: uuid('account_id').notNull(),
    name: text('name').notNull(),
    readUntil: instant('read_until').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.name] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
  ],
)
