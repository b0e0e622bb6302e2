import { foreignKey, index, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { accounts } from './accounts.ts'
import { identity, timestamps } from './columns.ts'

/** Something that an application can do and a license may allow. */
export const features = pgTable(
  'features',
  {
    ...identity(),
    name: text('name').notNull(),
    displayName: text('display_name').notNull(),
    description: text('description').notNull().default(''),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    unique('features_name').on(t.accountId, t.name),
  ],
)

/** A named bundle of features: an edition. */
export const entitlementSets = pgTable(
  'entitlement_sets',
  {
    ...identity(),
    name: text('name').notNull(),
    displayName: text('display_name').notNull(),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    unique('entitlement_sets_name').on(t.accountId, t.name),
  ],
)

/** A feature of a set, with the value that its licenses get. */
export const entitlementSetFeatures = pgTable(
  'entitlement_set_features',
  {
    accountId: uuid('account_id').notNull(),
    entitlementSetId: uuid('entitlement_set_id').notNull(),
    featureId: uuid('feature_id').notNull(),
    value: text('value').notNull().default(''),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.entitlementSetId, t.featureId] }),
    foreignKey({
      columns: [t.accountId, t.entitlementSetId],
      foreignColumns: [entitlementSets.accountId, entitlementSets.id],
    }).onDelete('cascade'),
    foreignKey({ columns: [t.accountId, t.featureId], foreignColumns: [features.accountId, features.id] }),
    index('entitlement_set_features_feature').on(t.accountId, t.featureId),
  ],
)
