import { and, eq } from 'drizzle-orm'
import { webhookDeliveries } from '#db/schema/webhooks.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { type DeliveryDto, toDeliveryDto } from './delivery-dto.ts'

/**
 * One line of the delivery log.
 * @throws NOT_FOUND
 */
export async function getDelivery(ctx: Authorized<'webhook:read'>, id: string): Promise<DeliveryDto> {
  const [row] = await ctx.db
    .select()
    .from(webhookDeliveries)
    .where(and(eq(webhookDeliveries.accountId, ctx.accountId), eq(webhookDeliveries.id, id)))
  if (!row) throw notFound('delivery')
  return toDeliveryDto(row)
}
