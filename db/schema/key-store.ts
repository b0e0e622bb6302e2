import { integer, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core'
import { instant } from './columns.ts'

/**
 * What shows that a SECRET_KEY is this database's: a known text, sealed once under each entry of SECRET_KEY that values of this
 * database may be sealed under. They belong to the installation, not to an account.
 */
export const secretKeyCanaries = pgTable('secret_key_canaries', {
  /** Which entry: the id that its sealed values begin with. */
  kid: text('kid').primaryKey(),
  sealed: text('sealed').notNull(),
  createdAt: instant('created_at').notNull(),
})

/**
 * Keys for what is hashed and can never be read again (bans of erased people, requests that were answered): they outlive a
 * rotation of SECRET_KEY, under which they are only sealed. Belong to the installation.
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
