import { z } from 'zod'
import type { sendingDomains } from '#db/schema/webhooks.ts'
import { isoDate } from '#lib/core/input/fields.ts'

/** A sender's domain for automated mails, usable once it is verified by DNS. */
export const SendingDomainDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    domain: z.string(),
    verified: z.boolean(),
    verifiedAt: isoDate().nullable(),
    dnsRecord: z
      .object({ type: z.literal('TXT'), name: z.string(), value: z.string() })
      .meta({ description: 'What must stand in the DNS of the domain.' }),
  })
  .meta({ id: 'SendingDomain' })
export type SendingDomainDto = z.infer<typeof SendingDomainDto>

type Row = typeof sendingDomains.$inferSelect

/** Name and value of the DNS record. */
export function proofOf(row: Pick<Row, 'domain' | 'verificationToken'>): { name: string; value: string } {
  return { name: `_latchkey.${row.domain}`, value: `latchkey-verification=${row.verificationToken}` }
}

export function toSendingDomainDto(row: Row): SendingDomainDto {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    domain: row.domain,
    verified: row.verifiedAt !== null,
    verifiedAt: row.verifiedAt?.toISOString() ?? null,
    dnsRecord: { type: 'TXT', ...proofOf(row) },
  }
}
