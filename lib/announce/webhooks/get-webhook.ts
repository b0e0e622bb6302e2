import { and, eq } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { webhooks } from '#db/schema/webhooks.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { toWebhookDto, type WebhookDto } from './webhook-dto.ts'

/**
 * One webhook, without its secret.
 * @throws NOT_FOUND
 */
export async function getWebhook(ctx: Authorized<'webhook:read'>, id: string): Promise<WebhookDto> {
  return toWebhookDto(await findWebhook(ctx.db, ctx.accountId, id))
}

/**
 * One webhook of the account; `lock` keeps it as it is until the transaction ends.
 * @throws NOT_FOUND
 */
export async function findWebhook(
  db: Executor,
  accountId: string,
  id: string,
  { lock = false }: { lock?: boolean } = {},
): Promise<typeof webhooks.$inferSelect> {
  const query = db
    .select()
    .from(webhooks)
    .where(and(eq(webhooks.accountId, accountId), eq(webhooks.id, id)))
  const [row] = lock ? await query.for('update') : await query
  if (!row) throw notFound('webhook')
  return row
}
