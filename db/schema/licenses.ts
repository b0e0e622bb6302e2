import { sql } from 'drizzle-orm'
import {
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core'
import { fingerprintHashOf, identity, instant, metadataColumn, timestamps } from './columns.ts'
import { entitlementSets } from './entitlements.ts'
import { maintenancePolicies } from './maintenance.ts'
import { organizations, resellers } from './organizations.ts'
import { productVersions } from './product-versions.ts'
import { licenseRuleColumns, licenseTemplates, products } from './products.ts'
import { users } from './users.ts'

/** A right to use a product. Its status is derived (`lib/licensing/licenses/status.ts`), never stored. */
export const licenses = pgTable(
  'licenses',
  {
    ...identity(),
    productId: uuid('product_id').notNull(),
    licenseTemplateId: uuid('license_template_id').notNull(),
    userId: uuid('user_id'),
    organizationId: uuid('organization_id'),
    resellerId: uuid('reseller_id'),
    /** Who may use it besides its owner. */
    additionalUserIds: uuid('additional_user_ids').array().notNull().default([]),
    /** Users as another system names them. */
    externalUserIds: text('external_user_ids').array().notNull().default([]),
    entitlementSetId: uuid('entitlement_set_id'),
    productVersionId: uuid('product_version_id'),
    maintenancePolicyId: uuid('maintenance_policy_id'),
    /** Releases published later are not its own; null = every one. */
    maintenanceExpiresAt: instant('maintenance_expires_at'),
    /** Highest release version a device may run; empty = any. */
    maxAllowedReleaseVersion: text('max_allowed_release_version').notNull().default(''),
    /** Highest release version a device has run; empty = none told. */
    currentReleaseVersion: text('current_release_version').notNull().default(''),
    /** The key, sealed; shown only to its owner and to operators. */
    sealedKey: text('sealed_key').notNull(),
    /** The look-up column of equality filters and activations. */
    keyHash: text('key_hash').notNull(),
    /** HMAC of the key as people type it, any case, blanks and dashes; null = not computed yet, empty = it has no such form. */
    keyCanonicalHash: text('key_canonical_hash'),
    /** A few bits of an HMAC of the key's last four characters; null where telling them would leave too little hidden. */
    keyTail: text('key_tail'),
    /** First characters in clear, for people and prefix search; fewer, or none, of a short key. */
    keyPrefix: text('key_prefix').notNull(),
    ...licenseRuleColumns(),
    expiresAt: instant('expires_at'),
    /** Null = at once. */
    effectiveAt: instant('effective_at'),
    /** Billing never shortens an expiry below this: an operator renewed by hand. */
    expiryHeldUntil: instant('expiry_held_until'),
    /** Suspension and revocation are kept per cause: a caller sets and lifts only its own. */
    suspendedManualAt: instant('suspended_manual_at'),
    suspendedBillingAt: instant('suspended_billing_at'),
    revokedManualAt: instant('revoked_manual_at'),
    revokedBillingAt: instant('revoked_billing_at'),
    firstActivatedAt: instant('first_activated_at'),
    totalDeactivations: integer('total_deactivations').notNull().default(0),
    /** The moments for which the events of time were already sent: each is sent once per moment. */
    expiredEventFor: instant('expired_event_for'),
    expiringSoonEventFor: instant('expiring_soon_event_for'),
    maintenanceExpiredEventFor: instant('maintenance_expired_event_for'),
    maintenanceExpiringSoonEventFor: instant('maintenance_expiring_soon_event_for'),
    notes: text('notes').notNull().default(''),
    tags: text('tags').array().notNull().default([]),
    metadata: metadataColumn(),
    /** HMAC of the request that made it, where the caller chose the id: tells a repetition from another license. */
    creationHash: text('creation_hash'),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId, t.productId], foreignColumns: [products.accountId, products.id] }),
    foreignKey({
      columns: [t.accountId, t.licenseTemplateId],
      foreignColumns: [licenseTemplates.accountId, licenseTemplates.id],
    }),
    /** Deleting a user leaves the license without an owner: orders keep pointing at it. */
    foreignKey({ columns: [t.accountId, t.userId], foreignColumns: [users.accountId, users.id] }),
    foreignKey({
      columns: [t.accountId, t.organizationId],
      foreignColumns: [organizations.accountId, organizations.id],
    }),
    foreignKey({ columns: [t.accountId, t.resellerId], foreignColumns: [resellers.accountId, resellers.id] }),
    foreignKey({
      columns: [t.accountId, t.entitlementSetId],
      foreignColumns: [entitlementSets.accountId, entitlementSets.id],
    }),
    foreignKey({
      columns: [t.accountId, t.productVersionId],
      foreignColumns: [productVersions.accountId, productVersions.id],
    }),
    foreignKey({
      columns: [t.accountId, t.maintenancePolicyId],
      foreignColumns: [maintenancePolicies.accountId, maintenancePolicies.id],
    }),
    /** Activation and validation look licenses up by key. */
    unique('licenses_key').on(t.accountId, t.keyHash),
    /** "My licenses", in their default order. */
    index('licenses_user').on(t.accountId, t.userId, t.createdAt, t.id),
    index('licenses_organization').on(t.accountId, t.organizationId, t.createdAt, t.id),
    index('licenses_reseller').on(t.accountId, t.resellerId, t.createdAt, t.id),
    index('licenses_expiry').on(t.accountId, t.expiresAt, t.id),
    index('licenses_maintenance_expiry').on(t.accountId, t.maintenanceExpiresAt),
    /** Licenses whose time events are still due. A license leaves each index with its event. */
    index('licenses_expired_due')
      .on(t.accountId, t.expiresAt)
      .where(sql`${t.expiresAt} is not null and ${t.expiredEventFor} is distinct from ${t.expiresAt}`),
    index('licenses_expiring_soon_due')
      .on(
        t.accountId,
        sql`((${t.expiresAt} at time zone 'UTC') - make_interval(secs => ${t.expiringSoonEventOffset}))`,
      )
      .where(sql`${t.expiresAt} is not null and ${t.expiringSoonEventFor} is distinct from ${t.expiresAt}`),
    index('licenses_maintenance_due')
      .on(
        t.accountId,
        sql`((${t.maintenanceExpiresAt} at time zone 'UTC') - make_interval(secs => ${t.expiringSoonEventOffset}))`,
      )
      .where(
        sql`${t.maintenanceExpiresAt} is not null and (${t.maintenanceExpiredEventFor} is distinct from ${t.maintenanceExpiresAt} or ${t.maintenanceExpiringSoonEventFor} is distinct from ${t.maintenanceExpiresAt})`,
      ),
    /** Whose silent devices are freed. */
    index('licenses_heartbeat').on(t.accountId, t.id).where(sql`${t.heartbeatWindow} > 0`),
    /** What the revocation list names. */
    index('licenses_revoked')
      .on(t.accountId, t.id)
      .where(sql`${t.revokedManualAt} is not null or ${t.revokedBillingAt} is not null`),
    index('licenses_product').on(t.accountId, t.productId, t.createdAt, t.id),
    /**
     * The default list order. What follows the id is what lists are filtered by: they are answered, and counted, without the
     * wide rows. It holds nothing that activating or syncing a device changes.
     */
    index('licenses_created').on(
      t.accountId,
      t.createdAt,
      t.id,
      t.productId,
      t.userId,
      t.licenseTemplateId,
      t.type,
      t.suspendedManualAt,
      t.suspendedBillingAt,
      t.revokedManualAt,
      t.revokedBillingAt,
      t.effectiveAt,
      t.expiresAt,
      t.expiryGracePeriod,
      t.expiringSoonEventOffset,
      t.subscriptionInterval,
      t.subscriptionStartTrigger,
      t.allowedActivations,
      t.allowedDeactivations,
      t.allowVmActivation,
      t.userLocked,
    ),
    index('licenses_updated').on(t.accountId, t.updatedAt, t.id),
    /** Keys as people type them. Not unique: keys from before that differ only in case or dashes stay. */
    index('licenses_key_canonical').on(t.accountId, t.keyCanonicalHash),
    index('licenses_key_tail').on(t.accountId, t.keyTail).where(sql`${t.keyTail} is not null`),
    /** Rows whose canonical form is still to be computed. */
    index('licenses_key_forms_due').on(t.accountId, t.id).where(sql`${t.keyCanonicalHash} is null`),
    /** Beginnings of keys, in any case, with and without dashes. */
    index('licenses_key_prefix').on(
      t.accountId,
      sql`translate(lower(${t.keyPrefix}), '-"''\`', '') text_pattern_ops`,
    ),
    index('licenses_tags').using('gin', t.tags).where(sql`${t.tags} <> '{}'`),
    /** The same for licenses that are not suspended, so that counting them does not read the wide rows. */
    index('licenses_tags_unsuspended')
      .using('gin', t.tags)
      .where(sql`${t.tags} <> '{}' and ${t.suspendedManualAt} is null and ${t.suspendedBillingAt} is null`),
    index('licenses_metadata').using('gin', sql`${t.metadata} jsonb_path_ops`),
    /** Licenses shared with a user. */
    index('licenses_additional_users')
      .using('gin', t.additionalUserIds)
      .where(sql`${t.additionalUserIds} <> '{}'`),
    /** Checked before something that they refer to is deleted. */
    index('licenses_template').on(t.accountId, t.licenseTemplateId),
    index('licenses_entitlement_set')
      .on(t.accountId, t.entitlementSetId)
      .where(sql`${t.entitlementSetId} is not null`),
    index('licenses_product_version')
      .on(t.accountId, t.productVersionId)
      .where(sql`${t.productVersionId} is not null`),
    index('licenses_maintenance_policy')
      .on(t.accountId, t.maintenancePolicyId)
      .where(sql`${t.maintenancePolicyId} is not null`),
    check('licenses_deactivations', sql`${t.totalDeactivations} >= 0`),
  ],
)

/** One device of one license. Freed by deleting the row. */
export const activations = pgTable(
  'activations',
  {
    ...identity(),
    licenseId: uuid('license_id').notNull(),
    productId: uuid('product_id').notNull(),
    /** As the device sent it last: up to 4,096 characters, so it is found by its hash. */
    fingerprint: text('fingerprint').notNull(),
    /** SHA-256 of the one before, where the same computer showed another one; empty = never. Two that take turns are two computers. */
    formerFingerprintHash: text('former_fingerprint_hash').notNull().default(''),
    userHash: text('user_hash').notNull().default(''),
    /** Tells two runs on one computer apart where the license counts instances; empty = the computer is meant. */
    instanceId: text('instance_id').notNull().default(''),
    /** What the customer calls the device; empty = its host name. */
    name: text('name').notNull().default(''),
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
    expiresAt: instant('expires_at'),
    leaseExpiresAt: instant('lease_expires_at'),
    lastSyncedAt: instant('last_synced_at').notNull(),
    /** The lease's end that an event was sent for. */
    leaseExpiredEventFor: instant('lease_expired_event_for'),
    metadata: metadataColumn(),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      columns: [t.accountId, t.licenseId],
      foreignColumns: [licenses.accountId, licenses.id],
    }).onDelete('cascade'),
    foreignKey({ columns: [t.accountId, t.productId], foreignColumns: [products.accountId, products.id] }),
    /** The same device never takes two places. */
    uniqueIndex('activations_device').on(
      t.accountId,
      t.licenseId,
      fingerprintHashOf(t.fingerprint),
      t.userHash,
      t.instanceId,
    ),
    index('activations_created').on(t.accountId, t.createdAt, t.id),
    index('activations_lease_due')
      .on(t.accountId, t.leaseExpiresAt)
      .where(
        sql`${t.leaseExpiresAt} is not null and ${t.leaseExpiredEventFor} is distinct from ${t.leaseExpiresAt}`,
      ),
    // No index on lastSyncedAt: every sync writes it, and would then have to write every index of the row.
  ],
)
