import { and, eq } from 'drizzle-orm'
import { sendingDomains } from '#db/schema/webhooks.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { findSendingDomain, refuseWhileSentFrom } from './get-sending-domain.ts'

/**
 * Removes a sending domain.
 * @throws NOT_FOUND, IN_USE while automated mails come from it
 */
export function deleteSendingDomain(ctx: Authorized<'automatedEmail:write'>, id: string): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    const row = await findSendingDomain(tx.db, tx.accountId, id, { lock: true })
    await refuseWhileSentFrom(tx.db, row)
    await tx.db
      .delete(sendingDomains)
      .where(and(eq(sendingDomains.accountId, tx.accountId), eq(sendingDomains.id, id)))
    recordEvent(tx, {
      event: 'sending-domain.deleted',
      resource: 'sending-domain',
      resourceId: id,
      changes: { domain: row.domain },
    })
    return undefined
  })
}
