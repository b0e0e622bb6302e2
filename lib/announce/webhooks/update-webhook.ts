import { and, eq } from 'drizzle-orm'
import { webhooks } from '#db/schema/webhooks.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { lockChain } from '#lib/audit/lock-chain.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { seal } from '#lib/core/crypto/seal.ts'
import { uniqueName } from '#lib/core/name-taken.ts'
import { auditedUrl } from './create-webhook.ts'
import { findWebhook } from './get-webhook.ts'
import { pauseDeliveries } from './pause-deliveries.ts'
import { toWebhookDto, type WebhookDto } from './webhook-dto.ts'
import type { UpdateWebhookInput } from './webhook-input.ts'
import { readWebhookUrl } from './webhook-url.ts'

/**
 * Changes a webhook. What is still on its way goes to the new URL, signed with the new secret. `active: true` resumes a
 * suspended one; switching it off holds what was on its way.
 * @throws NOT_FOUND, INVALID_INPUT, CONFLICT when the name is taken
 */
export async function updateWebhook(
  ctx: Authorized<'webhook:write'>,
  id: string,
  input: UpdateWebhookInput,
): Promise<WebhookDto> {
  const url = input.url === undefined ? undefined : readWebhookUrl(input.url)
  return uniqueName('webhook', 'webhooks_name', () =>
    inTransaction(ctx, async (tx) => {
      await lockChain(tx)
      const before = await findWebhook(tx.db, tx.accountId, id, { lock: true })
      const resumes = input.active === true && before.suspendedAt !== null
      const [row] = await tx.db
        .update(webhooks)
        .set({
          ...(input.name !== undefined && { name: input.name }),
          ...(url !== undefined && { url }),
          ...(input.token !== undefined && { sealedToken: seal('webhook-token', input.token, id) }),
          ...(input.active !== undefined && { active: input.active }),
          ...(input.events && { events: input.events }),
          ...(resumes && { suspendedAt: null }),
          updatedAt: tx.clock.now(),
        })
        .where(and(eq(webhooks.accountId, tx.accountId), eq(webhooks.id, id)))
        .returning()
      if (!row) throw new Error('a webhook vanished though it was locked')
      if (!row.active) await pauseDeliveries(tx, id)
      recordEvent(tx, {
        event: 'webhook.updated',
        resource: 'webhook',
        resourceId: id,
        changes: {
          ...(input.name !== undefined && { name: input.name }),
          ...(url !== undefined && { url: auditedUrl(url) }),
          ...(input.token !== undefined && { token: 'changed' }),
          ...(input.active !== undefined && { active: input.active }),
          ...(input.events && { events: input.events }),
          ...(resumes && { suspendedAt: null }),
        },
      })
      return toWebhookDto(row)
    }),
  )
}
