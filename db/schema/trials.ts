import { sql } from 'drizzle-orm'
import { boolean, foreignKey, index, pgTable, primaryKey, text, uniqueIndex, uuid } from 'drizzle-orm/pg-core'
import { fingerprintHashOf, identity, instant, metadataColumn, timestamps } from './columns.ts'
import { products } from './products.ts'

/** One device's trial of a product; a second one it never gets. */
export const trialActivations = pgTable(
  'trial_activations',
  {
    ...identity(),
    productId: uuid('product_id').notNull(),
    fingerprint: text('fingerprint').notNull(),
    /** Hashes of the parts that a structured fingerprint names: a computer that lost one is found by the others. */
    fingerprintMembers: text('fingerprint_members').array().notNull().default([]),
    userHash: text('user_hash').notNull().default(''),
    os: text('os').notNull(),
    osVersion: text('os_version').notNull().default(''),
    hostname: text('hostname').notNull(),
    vmName: text('vm_name').notNull().default(''),
    container: boolean('container').notNull().default(false),
    offline: boolean('offline').notNull().default(false),
    appVersion: text('app_version').notNull().default(''),
    releaseVersion: text('release_version').notNull().default(''),
    clientVersion: text('client_version').notNull().default(''),
    ip: text('ip'),
    countryCode: text('country_code'),
    expiresAt: instant('expires_at').notNull(),
    metadata: metadataColumn(),
    /** The expiry that an "expired" event was sent for. */
    expiredEventFor: instant('expired_event_for'),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId, t.productId], foreignColumns: [products.accountId, products.id] }),
    uniqueIndex('trial_activations_device').on(
      t.accountId,
      t.productId,
      fingerprintHashOf(t.fingerprint),
      t.userHash,
    ),
    index('trial_activations_members').using('gin', t.fingerprintMembers),
    index('trial_activations_created').on(t.accountId, t.createdAt, t.id),
    index('trial_activations_due')
      .on(t.accountId, t.expiresAt)
      .where(sql`expired_event_for is distinct from expires_at`),
  ],
)
