import { foreignKey, integer, jsonb, pgTable, primaryKey, text, unique, uuid } from 'drizzle-orm/pg-core'
import { accounts } from './accounts.ts'
import { identity, metadataColumn, timestamps } from './columns.ts'

export interface PostalAddress {
  addressLine1: string
  addressLine2: string
  city: string
  state: string
  country: string
  postalCode: string
}

/** Somebody who sells the vendor's licenses: sees the licenses, users and organizations that it brought. */
export const resellers = pgTable(
  'resellers',
  {
    ...identity(),
    name: text('name').notNull(),
    email: text('email').notNull().default(''),
    description: text('description').notNull().default(''),
    metadata: metadataColumn(),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    unique('resellers_name').on(t.accountId, t.name),
  ],
)

/** A company that users belong to and that licenses may be given to as a whole. */
export const organizations = pgTable(
  'organizations',
  {
    ...identity(),
    name: text('name').notNull(),
    email: text('email').notNull().default(''),
    description: text('description').notNull().default(''),
    address: jsonb('address').$type<PostalAddress | null>(),
    /** Users it may have; -1 = any number. */
    allowedUsers: integer('allowed_users').notNull().default(-1),
    /** Who brought it. */
    resellerId: uuid('reseller_id'),
    metadata: metadataColumn(),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    foreignKey({ columns: [t.accountId, t.resellerId], foreignColumns: [resellers.accountId, resellers.id] }),
    unique('organizations_name').on(t.accountId, t.name),
  ],
)
