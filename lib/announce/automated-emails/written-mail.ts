import type { automatedEmails } from '#db/schema/webhooks.ts'
import type { MailProps } from '#lib/mail/mail-props.ts'

/** An automated mail in the outbox: its templates as they were, and their variables. */
export function toWrittenMail(
  mail: typeof automatedEmails.$inferSelect,
  variables: Record<string, unknown>,
): MailProps['automated'] {
  const { id, subject, body, fromName, fromEmail, replyTo } = mail
  return {
    automatedEmailId: id,
    subject,
    body,
    fromName,
    fromEmail,
    replyTo,
    cc: listed(mail.cc),
    bcc: listed(mail.bcc),
    variables,
  }
}

function listed(addresses: string): string[] {
  return addresses
    .split(',')
    .map((part) => part.trim())
    .filter(Boolean)
}
