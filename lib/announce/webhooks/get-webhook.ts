import type { Authorized } from '#lib/core/authorize.ts'
import { findWebhook } from './find-webhook.ts'
import { toWebhookDto, type WebhookDto } from './webhook-dto.ts'

/**
 * One webhook, without its secret.
 * @throws NOT_FOUND
 */
export async function getWebhook(ctx: Authorized<'webhook:read'>, id: string): Promise<WebhookDto> {
  return toWebhookDto(await findWebhook(ctx.db, ctx.accountId, id))
}
