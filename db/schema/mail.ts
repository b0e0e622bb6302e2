import { foreignKey, index, integer, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core'
import { accounts } from './accounts.ts'
import { identity, instant } from './columns.ts'

/** Every mail goes through here, written in the transaction of its cause. Address, subject and body are sealed. */
export const mails = pgTable(
  'mails',
  {
    ...identity(),
    userId: uuid('user_id'),
    template: text('template').notNull(),
    sealedTo: text('sealed_to').notNull(),
    /** JSON of the template's props, sealed; rendered when it is sent. */
    sealedProps: text('sealed_props').notNull(),
    /** JSON `{ subject, html, text }` once rendered, sealed. */
    sealedContent: text('sealed_content'),
    state: text('state', { enum: ['due', 'sent', 'failed'] }).notNull(),
    dueAt: instant('due_at').notNull(),
    attempts: integer('attempts').notNull().default(0),
    lastError: text('last_error'),
    sentAt: instant('sent_at'),
    createdAt: instant('created_at').notNull(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
    index('mails_due').on(t.state, t.dueAt),
    index('mails_created').on(t.accountId, t.createdAt, t.id),
  ],
)
