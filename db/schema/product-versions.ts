import { foreignKey, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { identity, timestamps } from './columns.ts'
import { products } from './products.ts'

/** Names what a product version may switch on. Older form of features and entitlement sets (contract §3). */
export const featureFlags = pgTable(
  'feature_flags',
  {
    ...identity(),
    productId: uuid('product_id').notNull(),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      columns: [t.accountId, t.productId],
      foreignColumns: [products.accountId, products.id],
    }).onDelete('cascade'),
    unique('feature_flags_name').on(t.accountId, t.productId, t.name),
  ],
)

export interface VersionFeatureFlag {
  name: string
  enabled: boolean
  data: string
}

/** An edition of a product with its feature flags. */
export const productVersions = pgTable(
  'product_versions',
  {
    ...identity(),
    productId: uuid('product_id').notNull(),
    name: text('name').notNull(),
    displayName: text('display_name').notNull(),
    description: text('description').notNull().default(''),
    featureFlags: jsonb('feature_flags').$type<VersionFeatureFlag[]>().notNull().default([]),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      columns: [t.accountId, t.productId],
      foreignColumns: [products.accountId, products.id],
    }).onDelete('cascade'),
    unique('product_versions_name').on(t.accountId, t.productId, t.name),
  ],
)
