import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import { accounts } from './accounts.ts'
import { identity, instant, metadataColumn, timestamps } from './columns.ts'
import { features } from './entitlements.ts'
import { activations, licenses } from './licenses.ts'

/** A license's own value of a feature: overrides its entitlement set, and may end before the license does. */
export const licenseEntitlements = pgTable(
  'license_entitlements',
  {
    accountId: uuid('account_id').notNull(),
    licenseId: uuid('license_id').notNull(),
    featureId: uuid('feature_id').notNull(),
    value: text('value').notNull().default(''),
    /** Null = as long as the license. */
    expiresAt: instant('expires_at'),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.licenseId, t.featureId] }),
    foreignKey({
      columns: [t.accountId, t.licenseId],
      foreignColumns: [licenses.accountId, licenses.id],
    }).onDelete('cascade'),
    foreignKey({ columns: [t.accountId, t.featureId], foreignColumns: [features.accountId, features.id] }),
    index('license_entitlements_feature').on(t.accountId, t.featureId),
  ],
)

/** A counter of a license. The counts are columns, so that one statement checks and increments. */
export const licenseMeterAttributes = pgTable(
  'license_meter_attributes',
  {
    ...identity(),
    licenseId: uuid('license_id').notNull(),
    name: text('name').notNull(),
    /** -1 = any number. */
    allowedUses: bigint('allowed_uses', { mode: 'number' }).notNull(),
    /** Uses that count against the limit. */
    totalUses: bigint('total_uses', { mode: 'number' }).notNull().default(0),
    /** Every use ever, resets and decrements aside. */
    grossUses: bigint('gross_uses', { mode: 'number' }).notNull().default(0),
    /** Uses are given back when their activation ends. */
    floating: boolean('floating').notNull().default(false),
    viewPermissions: text('view_permissions').array().notNull().default([]),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      columns: [t.accountId, t.licenseId],
      foreignColumns: [licenses.accountId, licenses.id],
    }).onDelete('cascade'),
    unique('license_meter_attributes_name').on(t.accountId, t.licenseId, t.name),
    check('license_meter_attributes_uses', sql`${t.totalUses} >= 0 and ${t.grossUses} >= 0`),
    check(
      'license_meter_attributes_limit',
      sql`${t.allowedUses} = -1 or (${t.allowedUses} >= 0 and ${t.totalUses} <= ${t.allowedUses})`,
    ),
  ],
)

/** How much of a license's counter one activation used. */
export const activationMeterAttributes = pgTable(
  'activation_meter_attributes',
  {
    ...identity(),
    activationId: uuid('activation_id').notNull(),
    name: text('name').notNull(),
    uses: bigint('uses', { mode: 'number' }).notNull().default(0),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      columns: [t.accountId, t.activationId],
      foreignColumns: [activations.accountId, activations.id],
    }).onDelete('cascade'),
    unique('activation_meter_attributes_name').on(t.accountId, t.activationId, t.name),
    check('activation_meter_attributes_uses', sql`${t.uses} >= 0`),
  ],
)

/** Keys that a license had before: known devices may go on using one until it ends. */
export const formerLicenseKeys = pgTable(
  'former_license_keys',
  {
    ...identity(),
    licenseId: uuid('license_id').notNull(),
    sealedKey: text('sealed_key').notNull(),
    keyHash: text('key_hash').notNull(),
    /** As that of `licenses`. */
    keyCanonicalHash: text('key_canonical_hash'),
    validUntil: instant('valid_until').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      columns: [t.accountId, t.licenseId],
      foreignColumns: [licenses.accountId, licenses.id],
    }).onDelete('cascade'),
    unique('former_license_keys_key').on(t.accountId, t.keyHash),
    index('former_license_keys_license').on(t.accountId, t.licenseId),
    index('former_license_keys_canonical').on(t.accountId, t.keyCanonicalHash),
    index('former_license_keys_forms_due').on(t.accountId, t.id).where(sql`${t.keyCanonicalHash} is null`),
  ],
)

/** Deleted licenses. The revocation list keeps naming them to applications that hold a file. */
export const deletedLicenses = pgTable(
  'deleted_licenses',
  {
    ...identity(),
    productId: uuid('product_id').notNull(),
    deletedAt: instant('deleted_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
  ],
)

/** What happened on a device, kept apart from the device, which may be gone. Purged by age. */
export const activationLogs = pgTable(
  'activation_logs',
  {
    ...identity(),
    /** `activate`, `sync`, `deactivate`, `increment`, `cull`, `swap` … */
    action: text('action').notNull(),
    activationId: uuid('activation_id').notNull(),
    licenseId: uuid('license_id').notNull(),
    productId: uuid('product_id').notNull(),
    os: text('os').notNull(),
    osVersion: text('os_version').notNull().default(''),
    /** Sealed under the owner's key where there is an owner. */
    hostname: text('hostname').notNull().default(''),
    vmName: text('vm_name').notNull().default(''),
    container: boolean('container').notNull().default(false),
    offline: boolean('offline').notNull().default(false),
    appVersion: text('app_version').notNull().default(''),
    releaseVersion: text('release_version').notNull().default(''),
    ip: text('ip'),
    countryCode: text('country_code'),
    userId: uuid('user_id'),
    metadata: metadataColumn(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    index('activation_logs_license').on(t.accountId, t.licenseId, t.createdAt, t.id),
    index('activation_logs_created').on(t.accountId, t.createdAt, t.id),
  ],
)
