import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { organizations } from '#db/schema/organizations.ts'
import { users } from '#db/schema/users.ts'
import { requireVendor } from '#lib/access/calling-customer.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
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
    const mine = and(eq(organizations.accountId, tx.accountId), eq(organizations.id, id))
    const [row] = await tx.db
      .select({ name: organizations.name })
      .from(organizations)
      .where(mine)
      .for('update')
    if (!row) throw notFound('organization')
    for (const member of [users, licenses]) {
      const [use] = await tx.db
        .select({ id: member.id })
        .from(member)
        .where(and(eq(member.accountId, tx.accountId), eq(member.organizationId, id)))
        .limit(1)
      if (use) throw new AppError('IN_USE', 'This organization has users or licenses: move them first.')
    }
    const snapshot = toOrganizationDto(await loadOrganization(tx.db, tx.accountId, id))
    await tx.db.delete(organizations).where(mine)
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
