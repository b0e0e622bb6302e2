import type { mails } from '#db/schema/mail.ts'
import { open } from '../crypto/seal.ts'
import type { MailContent } from './mail-props.ts'

/** One line of the mailbox. */
export interface MailSummary {
  id: string
  template: string
  to: string
  userId: string | null
  /** Null until it was rendered, and for mails that left over SMTP: those are not kept. */
  subject: string | null
  state: 'due' | 'sent' | 'failed'
  attempts: number
  lastError: string | null
  dueAt: string
  sentAt: string | null
  createdAt: string
}

export interface MailDto extends MailSummary {
  html: string | null
  text: string | null
}

export function toMailDto(row: typeof mails.$inferSelect): MailDto {
  const content: MailContent | null = row.sealedContent
    ? JSON.parse(open('mail', row.sealedContent, row.id))
    : null
  return {
    id: row.id,
    template: row.template,
    to: open('mail', row.sealedTo, row.id),
    userId: row.userId,
    subject: content?.subject ?? null,
    state: row.state,
    attempts: row.attempts,
    lastError: row.lastError,
    dueAt: row.dueAt.toISOString(),
    sentAt: row.sentAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    html: content?.html ?? null,
    text: content?.text ?? null,
  }
}
