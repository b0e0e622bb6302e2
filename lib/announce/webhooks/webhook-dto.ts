import { z } from 'zod'
import type { webhooks } from '#db/schema/webhooks.ts'
import { isoDate } from '#lib/core/input/fields.ts'

/** A webhook (contract §4.7). Its secret leaves at most once: see `NewWebhookDto`. */
export const WebhookDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    name: z.string(),
    url: z.string(),
    token: z.string().meta({
      description: 'Always empty: the secret is never answered again. Sent back empty, it stays what it is.',
    }),
    active: z.boolean(),
    events: z.array(z.string()),
    suspended: z.boolean().meta({
      description:
        'Nothing reached it for three days: events are kept for replay. `active: true` resumes it.',
    }),
    suspendedAt: isoDate().nullable(),
  })
  .meta({ id: 'Webhook' })
export type WebhookDto = z.infer<typeof WebhookDto>

/** What only the creating call answers: a secret that Latchkey made itself. One that the caller chose is not repeated. */
export const NewWebhookDto = WebhookDto.extend({
  token: z.string().meta({ description: 'The secret, if Latchkey made it; else empty. Not shown again.' }),
}).meta({ id: 'NewWebhook' })
export type NewWebhookDto = z.infer<typeof NewWebhookDto>

export function toWebhookDto(row: Omit<typeof webhooks.$inferSelect, 'sealedToken'>): WebhookDto {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    name: row.name,
    url: row.url,
    token: '',
    active: row.active,
    events: row.events,
    suspended: row.suspendedAt !== null,
    suspendedAt: row.suspendedAt?.toISOString() ?? null,
  }
}
