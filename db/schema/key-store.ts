import { pgTable, text } from 'drizzle-orm/pg-core'
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
