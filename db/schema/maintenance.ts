import { foreignKey, pgTable, primaryKey, text, unique } from 'drizzle-orm/pg-core'
import { accounts } from './accounts.ts'
import { identity, timestamps } from './columns.ts'

/** For how long a license gets new releases, apart from how long it is valid. */
export const maintenancePolicies = pgTable(
  'maintenance_policies',
  {
    ...identity(),
    name: text('name').notNull(),
    description: text('description').notNull().default(''),
    /** ISO 8601 duration that one period lasts. */
    interval: text('interval').notNull(),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    unique('maintenance_policies_name').on(t.accountId, t.name),
  ],
)
