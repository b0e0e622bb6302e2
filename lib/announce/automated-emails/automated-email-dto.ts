import { z } from 'zod'
import type { automatedEmails } from '#db/schema/webhooks.ts'
import { isoDate } from '#lib/core/input/fields.ts'

/** A mail that the vendor wrote (contract: EmailTemplateDto). `productIds` is ours. */
export const AutomatedEmailDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    name: z.string(),
    fromName: z.string(),
    fromEmail: z.string().meta({ description: "Empty = the installation's own address." }),
    cc: z.string().meta({ description: 'Addresses, separated by commas.' }),
    bcc: z.string(),
    subject: z.string().meta({ description: 'A Liquid template.' }),
    body: z.string().meta({ description: 'A Liquid template of HTML; what variables hold is escaped.' }),
    replyTo: z.string(),
    event: z.string(),
    enabled: z.boolean(),
    custom: z.boolean(),
    productIds: z.array(z.uuid()).meta({ description: 'Only for licenses of these products; empty = all.' }),
    sent: z.int().meta({ description: 'How often it was sent.' }),
  })
  .meta({ id: 'AutomatedEmail' })
export type AutomatedEmailDto = z.infer<typeof AutomatedEmailDto>

export function toAutomatedEmailDto(row: typeof automatedEmails.$inferSelect): AutomatedEmailDto {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    name: row.name,
    fromName: row.fromName,
    fromEmail: row.fromEmail,
    cc: row.cc,
    bcc: row.bcc,
    subject: row.subject,
    body: row.body,
    replyTo: row.replyTo,
    event: row.event,
    enabled: row.enabled,
    custom: row.custom,
    productIds: row.productIds,
    sent: row.sent,
  }
}
