import { sql } from 'drizzle-orm'
import { boolean, check, foreignKey, integer, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core'
import { accounts } from './accounts.ts'
import { identity, timestamps } from './columns.ts'

/** What a trial of a product allows and how long it lasts. */
export const trialPolicies = pgTable(
  'trial_policies',
  {
    ...identity(),
    name: text('name').notNull(),
    /** Seconds. */
    trialLength: integer('trial_length').notNull(),
    fingerprintMatchingStrategy: text('fingerprint_matching_strategy', { enum: ['fuzzy', 'exact', 'loose'] })
      .notNull()
      .default('exact'),
    allowVmActivation: boolean('allow_vm_activation').notNull().default(true),
    allowContainerActivation: boolean('allow_container_activation').notNull().default(true),
    userLocked: boolean('user_locked').notNull().default(false),
    disableGeoLocation: boolean('disable_geo_location').notNull().default(false),
    allowedIpRanges: text('allowed_ip_ranges').array().notNull().default([]),
    allowedIpAddresses: text('allowed_ip_addresses').array().notNull().default([]),
    disallowedIpAddresses: text('disallowed_ip_addresses').array().notNull().default([]),
    allowedCountries: text('allowed_countries').array().notNull().default([]),
    disallowedCountries: text('disallowed_countries').array().notNull().default([]),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    unique('trial_policies_name').on(t.accountId, t.name),
    check('trial_policies_length', sql`${t.trialLength} > 0`),
  ],
)
