import { z } from 'zod'
import type { webhookDeliveries } from '#db/schema/webhooks.ts'
import { isoDate } from '#lib/core/input/fields.ts'

export const DELIVERY_STATES = ['pending', 'delivered', 'dead', 'held'] as const
export type DeliveryState = (typeof DELIVERY_STATES)[number]

/** One line of the delivery log. What was sent is not in it: it may say more than the reader of the log may read. */
export const DeliveryDto = z
  .object({
    id: z.uuid().meta({ description: 'Also the header `webhook-id` of every attempt.' }),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    webhookId: z.uuid(),
    event: z.string(),
    resourceId: z.string(),
    status: z.enum(DELIVERY_STATES).meta({
      description:
        'dead = given up after three days; held = it happened while the webhook was suspended or off.',
    }),
    test: z.boolean().meta({ description: 'A sample that somebody asked for.' }),
    attempts: z.int(),
    requestedAt: isoDate().nullable().meta({ description: 'When it was last sent.' }),
    responseStatus: z.int().nullable().meta({ description: 'HTTP status of the last answer; null = none.' }),
    durationMs: z.int().nullable(),
    error: z.string().nullable(),
    nextAttemptAt: isoDate().nullable(),
    deliveredAt: isoDate().nullable(),
    deadAt: isoDate().nullable(),
    replayable: z.boolean().meta({ description: 'What was to be sent is kept for 30 days.' }),
  })
  .meta({ id: 'WebhookEventLog' })
export type DeliveryDto = z.infer<typeof DeliveryDto>

export function toDeliveryDto(row: typeof webhookDeliveries.$inferSelect): DeliveryDto {
  const status = stateOf(row)
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    webhookId: row.webhookId,
    event: row.event,
    resourceId: row.resourceId,
    status,
    test: row.isTest,
    attempts: row.attempts,
    requestedAt: row.lastAttemptAt?.toISOString() ?? null,
    responseStatus: row.responseStatus,
    durationMs: row.durationMs,
    error: row.lastError,
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
    deadAt: row.deadAt?.toISOString() ?? null,
    replayable: status !== 'pending' && !row.isTest && row.sealedPayload !== null,
  }
}

function stateOf(row: typeof webhookDeliveries.$inferSelect): DeliveryState {
  if (row.deliveredAt) return 'delivered'
  if (row.deadAt) return 'dead'
  return row.nextAttemptAt ? 'pending' : 'held'
}
