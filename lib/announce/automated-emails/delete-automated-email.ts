import { and, eq } from 'drizzle-orm'
import { automatedEmails } from '#db/schema/webhooks.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { lockChain } from '#lib/audit/lock-chain.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { findAutomatedEmail } from './get-automated-email.ts'

/**
 * Deletes an automated mail with its log. Mails that are already in the outbox go out.
 * @throws NOT_FOUND
 */
export function deleteAutomatedEmail(
  ctx: Authorized<'automatedEmail:write'>,
  id: string,
): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    await lockChain(tx)
    const row = await findAutomatedEmail(tx.db, tx.accountId, id, { lock: true })
    await tx.db
      .delete(automatedEmails)
      .where(and(eq(automatedEmails.accountId, tx.accountId), eq(automatedEmails.id, id)))
    recordEvent(tx, {
      event: 'automated-email.deleted',
      resource: 'automated-email',
      resourceId: id,
      changes: { name: row.name },
    })
    return undefined
  })
}
