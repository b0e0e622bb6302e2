import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { organizations } from '#db/schema/organizations.ts'
import { users } from '#db/schema/users.ts'
import { requireVendor } from '#lib/access/calling-customer.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import { lockContact, ofContact } from './contact.ts'
import { loadOrganization } from './load-organizations.ts'
import { toOrganizationDto } from './organization-dto.ts'

/**
 * Deletes an organization with its user groups. One that has users or licenses stays.
 * @throws NOT_FOUND, IN_USE, INSUFFICIENT_SCOPE for customers
 */
export async function deleteOrganization(
  ctx: Authorized<'organization:write'>,
  id: string,
): Promise<undefined> {
  requireVendor(ctx)
  return inTransaction(ctx, async (tx) => {
    const row = await lockContact(tx, 'organization', id)
    for (const member of [users, licenses]) {
      const [use] = await tx.db
        .select({ id: member.id })
        .from(member)
        .where(and(eq(member.accountId, tx.accountId), eq(member.organizationId, id)))
        .limit(1)
      if (use) throw new AppError('IN_USE', 'This organization has users or licenses: move them first.')
    }
    const snapshot = toOrganizationDto(await loadOrganization(tx.db, tx.accountId, id))
    await tx.db.delete(organizations).where(ofContact(tx, 'organization', id))
    recordEvent(tx, {
      event: 'organization.deleted',
      resource: 'organization',
      resourceId: id,
      changes: { name: row.name },
      snapshot,
    })
    return undefined
  })
}
