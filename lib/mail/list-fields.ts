import { mails } from '#db/schema/mail.ts'
import type { ListFields } from '#lib/core/list/filter.ts'

/** What the mailbox may be filtered and sorted by. Addresses are sealed: the list cannot be searched by them. */
export const mailFields = {
  template: { kind: 'choice', column: mails.template },
  state: { kind: 'choice', column: mails.state },
  userId: { kind: 'id', column: mails.userId },
  createdAt: { kind: 'date', column: mails.createdAt },
} satisfies ListFields
