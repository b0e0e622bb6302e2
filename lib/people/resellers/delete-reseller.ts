import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { organizations, resellers } from '#db/schema/organizations.ts'
import { users } from '#db/schema/users.ts'
import { requireVendor } from '#lib/access/calling-customer.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import { lockContact, ofContact } from '../organizations/contact.ts'
import { loadReseller } from './load-resellers.ts'
import { toResellerDto } from './reseller-dto.ts'

/**
 * Deletes a reseller who brought nobody: with users, licenses or organizations it stays.
 * @throws NOT_FOUND, IN_USE, INSUFFICIENT_SCOPE for customers
 */
export async function deleteReseller(ctx: Authorized<'reseller:write'>, id: string): Promise<undefined> {
  requireVendor(ctx)
  return inTransaction(ctx, async (tx) => {
    const row = await lockContact(tx, 'reseller', id)
    for (const member of [users, licenses, organizations]) {
      const [use] = await tx.db
        .select({ id: member.id })
        .from(member)
        .where(and(eq(member.accountId, tx.accountId), eq(member.resellerId, id)))
        .limit(1)
      if (use)
        throw new AppError('IN_USE', 'This reseller has users, licenses or organizations: move them first.')
    }
    const snapshot = toResellerDto(await loadReseller(tx.db, tx.accountId, id))
    await tx.db.delete(resellers).where(ofContact(tx, 'reseller', id))
    recordEvent(tx, {
      event: 'reseller.deleted',
      resource: 'reseller',
      resourceId: id,
      changes: { name: row.name },
      snapshot,
    })
    return undefined
  })
}
