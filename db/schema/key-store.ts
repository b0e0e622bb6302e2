import { integer, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import { instant } from './columns.ts'

/**
 * Known texts, sealed once under each entry of SECRET_KEY that may seal values of this database. They prove that a SECRET_KEY
 * belongs to it. They belong to the installation, not to an account.
 */
export const secretKeyCanaries = pgTable('secret_key_canaries', {
  /** Which entry: the id that its sealed values begin with. */
  kid: text('kid').primaryKey(),
  sealed: text('sealed').notNull(),
  createdAt: instant('created_at').notNull(),
})

/**
 * Keys for hashes of values that are not stored (bans of erased people, answered requests). They are sealed under SECRET_KEY
 * and outlive its rotation. They belong to the installation.
 */
export const lastingKeys = pgTable(
  'lasting_keys',
  {
    id: uuid('id').primaryKey(),
    purpose: text('purpose').notNull(),
    /** 0 makes new hashes; the others find older ones. */
    position: integer('position').notNull(),
    /** 256 bits, base64url, sealed. */
    sealedKey: text('sealed_key').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [unique('lasting_keys_position').on(t.purpose, t.position)],
)
