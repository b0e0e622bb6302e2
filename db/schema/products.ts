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
  uuid,
} from 'drizzle-orm/pg-core'
import { accounts } from './accounts.ts'
import { identity, instant, metadataColumn, timestamps } from './columns.ts'
import { entitlementSets } from './entitlements.ts'
import { maintenancePolicies } from './maintenance.ts'
import { trialPolicies } from './trial-policies.ts'

/** Everything a license takes over from its template, in one place so that both tables stay alike (licensing §1). */
export const licenseRuleColumns = () => ({
  type: text('type', { enum: ['node-locked', 'hosted-floating', 'on-premise-floating'] })
    .notNull()
    .default('node-locked'),
  fingerprintMatchingStrategy: text('fingerprint_matching_strategy', { enum: ['fuzzy', 'exact', 'loose'] })
    .notNull()
    .default('exact'),
  /** -1 and 0 mean unlimited. */
  allowedActivations: integer('allowed_activations').notNull().default(1),
  /** -1 means unlimited. */
  allowedDeactivations: integer('allowed_deactivations').notNull().default(-1),
  allowedFloatingClients: integer('allowed_floating_clients').notNull().default(0),
  /** ISO 8601 duration, calendar-correct; empty = perpetual. */
  subscriptionInterval: text('subscription_interval').notNull().default(''),
  subscriptionStartTrigger: text('subscription_start_trigger', { enum: ['creation', 'activation'] })
    .notNull()
    .default('creation'),
  /** Seconds; -1 and 0 mean unlimited. */
  leaseDuration: integer('lease_duration').notNull().default(-1),
  leasingStrategy: text('leasing_strategy', { enum: ['per-machine', 'per-instance'] })
    .notNull()
    .default('per-machine'),
  allowClientLeaseDuration: boolean('allow_client_lease_duration').notNull().default(false),
  /** Seconds between two syncs of an activation. */
  serverSyncInterval: integer('server_sync_interval').notNull().default(86_400),
  /** Seconds an application runs on without a sync; -1 = for ever. */
  serverSyncGracePeriod: integer('server_sync_grace_period').notNull().default(1_209_600),
  /** Seconds, at least 60; -1 = any. */
  allowedClockOffset: integer('allowed_clock_offset').notNull().default(3_600),
  disableClockValidation: boolean('disable_clock_validation').notNull().default(false),
  /** Seconds before expiry at which a license counts as expiring soon. */
  expiringSoonEventOffset: integer('expiring_soon_event_offset').notNull().default(1_209_600),
  /** Seconds after expiry during which a license is still valid (ours). */
  expiryGracePeriod: integer('expiry_grace_period').notNull().default(0),
  allowVmActivation: boolean('allow_vm_activation').notNull().default(true),
  allowContainerActivation: boolean('allow_container_activation').notNull().default(true),
  userLocked: boolean('user_locked').notNull().default(false),
  requireAuthentication: boolean('require_authentication').notNull().default(false),
  disableGeoLocation: boolean('disable_geo_location').notNull().default(false),
  allowedIpRanges: text('allowed_ip_ranges').array().notNull().default([]),
  allowedIpAddresses: text('allowed_ip_addresses').array().notNull().default([]),
  disallowedIpAddresses: text('disallowed_ip_addresses').array().notNull().default([]),
  allowedCountries: text('allowed_countries').array().notNull().default([]),
  disallowedCountries: text('disallowed_countries').array().notNull().default([]),
  /** Seconds of silence after which a device is freed; 0 = never. */
  heartbeatWindow: integer('heartbeat_window').notNull().default(0),
  /** Seconds between two swaps of a device; 0 = none. */
  deviceSwapCooldown: integer('device_swap_cooldown').notNull().default(0),
  /** Swaps in 365 days; -1 = any number. */
  deviceSwapsPerYear: integer('device_swaps_per_year').notNull().default(-1),
})

/** What licenses inherit when they are made. Changing it never touches existing licenses. */
export const licenseTemplates = pgTable(
  'license_templates',
  {
    ...identity(),
    name: text('name').notNull(),
    /** Regular expression that generated keys match. */
    keyPattern: text('key_pattern').notNull().default('^([A-F0-9]{6}-){5}[A-F0-9]{6}$'),
    ...licenseRuleColumns(),
    /** What every license made from it must be given. */
    requiredMetadataKeys: text('required_metadata_keys').array().notNull().default([]),
    requiredMeterAttributes: text('required_meter_attributes').array().notNull().default([]),
    entitlementSetId: uuid('entitlement_set_id'),
    maintenancePolicyId: uuid('maintenance_policy_id'),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    foreignKey({
      columns: [t.accountId, t.entitlementSetId],
      foreignColumns: [entitlementSets.accountId, entitlementSets.id],
    }),
    foreignKey({
      columns: [t.accountId, t.maintenancePolicyId],
      foreignColumns: [maintenancePolicies.accountId, maintenancePolicies.id],
    }),
    unique('license_templates_name').on(t.accountId, t.name),
    check(
      'license_templates_clock_offset',
      sql`${t.allowedClockOffset} = -1 or ${t.allowedClockOffset} >= 60`,
    ),
  ],
)

export const products = pgTable(
  'products',
  {
    ...identity(),
    name: text('name').notNull(),
    displayName: text('display_name').notNull(),
    description: text('description').notNull().default(''),
    licenseTemplateId: uuid('license_template_id').notNull(),
    /** Null = no trials. */
    trialPolicyId: uuid('trial_policy_id'),
    metadata: metadataColumn(),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      columns: [t.accountId, t.licenseTemplateId],
      foreignColumns: [licenseTemplates.accountId, licenseTemplates.id],
    }),
    foreignKey({
      columns: [t.accountId, t.trialPolicyId],
      foreignColumns: [trialPolicies.accountId, trialPolicies.id],
    }),
    unique('products_name').on(t.accountId, t.name),
  ],
)

/** RSA-2048 per product (activation tokens), Ed25519 per account (files, answers). Several at once; the newest signs. */
export const signingKeys = pgTable(
  'signing_keys',
  {
    ...identity(),
    /** Null for the account's own keys. */
    productId: uuid('product_id'),
    algorithm: text('algorithm', { enum: ['RS256', 'Ed25519'] }).notNull(),
    publicPem: text('public_pem').notNull(),
    /** PKCS #8 PEM, sealed. */
    sealedPrivatePem: text('sealed_private_pem').notNull(),
    retiredAt: instant('retired_at'),
    /** The end of the longest-lived thing it signed: it stays published until then. */
    publishedUntil: instant('published_until'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    foreignKey({
      columns: [t.accountId, t.productId],
      foreignColumns: [products.accountId, products.id],
    }).onDelete('cascade'),
    index('signing_keys_product').on(t.accountId, t.productId, t.createdAt),
  ],
)

/** Product + template + price: what anyone sees and a customer buys (an offer). */
export const prices = pgTable(
  'prices',
  {
    ...identity(),
    productId: uuid('product_id').notNull(),
    /** Null = the product's default template. */
    licenseTemplateId: uuid('license_template_id'),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    kind: text('kind', { enum: ['one_time', 'recurring'] }).notNull(),
    /** Of a recurring price. */
    interval: text('interval', { enum: ['month', 'year'] }),
    intervalCount: integer('interval_count').notNull().default(1),
    /** ISO 4217, lower case. */
    currency: text('currency').notNull(),
    /** As the payment provider counts it (`lib/catalog/prices/currency.ts`). */
    unitAmount: integer('unit_amount').notNull(),
    /** `seats`: one license with quantity × devices; `keys`: one license per unit. */
    fulfillment: text('fulfillment', { enum: ['seats', 'keys'] })
      .notNull()
      .default('seats'),
    /** Where it stands at the payment provider; null until it was published there. */
    stripeProductId: text('stripe_product_id'),
    stripePriceId: text('stripe_price_id'),
    publishedAt: instant('published_at'),
    archivedAt: instant('archived_at'),
    position: integer('position').notNull().default(0),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId, t.productId], foreignColumns: [products.accountId, products.id] }),
    foreignKey({
      columns: [t.accountId, t.licenseTemplateId],
      foreignColumns: [licenseTemplates.accountId, licenseTemplates.id],
    }),
    unique('prices_stripe').on(t.accountId, t.stripePriceId),
    check('prices_amount', sql`${t.unitAmount} >= 0`),
    check('prices_interval', sql`(${t.kind} = 'recurring') = (${t.interval} is not null)`),
  ],
)
