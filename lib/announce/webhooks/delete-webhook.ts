import { and, eq } from 'drizzle-orm'
import { webhooks } from '#db/schema/webhooks.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { lockChain } from '#lib/audit/lock-chain.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { findWebhook } from './get-webhook.ts'

/**
 * Deletes a webhook with its delivery log; what is on its way is not sent any more.
 * @throws NOT_FOUND
 */
export function deleteWebhook(ctx: Authorized<'webhook:write'>, id: string): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    await lockChain(tx)
    const row = await findWebhook(tx.db, tx.accountId, id, { lock: true })
    await tx.db.delete(webhooks).where(and(eq(webhooks.accountId, tx.accountId), eq(webhooks.id, id)))
    recordEvent(tx, {
      event: 'webhook.deleted',
      resource: 'webhook',
      resourceId: id,
      changes: { name: row.name },
    })
    return undefined
  })
}
