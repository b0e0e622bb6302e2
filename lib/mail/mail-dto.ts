import type { mails } from '#db/schema/mail.ts'
import { tryOpen } from '#lib/core/crypto/seal.ts'
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

/** Shown for a value that no entry of SECRET_KEY opens. */
const UNREADABLE = '(unreadable)'

export function toMailDto(row: typeof mails.$inferSelect): MailDto {
  const read = (sealed: string) => tryOpen('mail', sealed, row.id)
  const text = row.sealedContent ? read(row.sealedContent) : undefined
  const content: MailContent | null = text === undefined ? null : JSON.parse(text)
  return {
    id: row.id,
    template: row.template,
    to: read(row.sealedTo) ?? UNREADABLE,
    userId: row.userId,
    subject: content?.subject ?? (row.sealedContent ? UNREADABLE : null),
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
