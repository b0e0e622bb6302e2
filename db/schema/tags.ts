import { foreignKey, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core'
import { accounts } from './accounts.ts'
import { identity, timestamps } from './columns.ts'

/** A word that licenses and users may be marked with. */
export const tags = pgTable(
  'tags',
  {
    ...identity(),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    unique('tags_name').on(t.accountId, t.name),
  ],
)
