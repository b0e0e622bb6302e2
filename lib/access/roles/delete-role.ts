import { and, eq } from 'drizzle-orm'
import { operators, roles } from '#db/schema/operators.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import { lockRole } from './lock-role.ts'
import { toRoleDto } from './role-dto.ts'

/**
 * Deletes a role that no operator has.
 * @throws NOT_FOUND, RESERVED_ROLE, IN_USE
 */
export async function deleteRole(ctx: Authorized<'role:write'>, id: string): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    const role = await lockRole(tx, id)
    const [use] = await tx.db
      .select({ id: operators.id })
      .from(operators)
      .where(and(eq(operators.accountId, tx.accountId), eq(operators.roleId, id)))
      .limit(1)
    if (use) throw new AppError('IN_USE', 'Operators have this role: give them another one first.')
    await tx.db.delete(roles).where(and(eq(roles.accountId, tx.accountId), eq(roles.id, id)))
    recordEvent(tx, {
      event: 'role.deleted',
      resource: 'role',
      resourceId: id,
      changes: { name: role.name },
      snapshot: toRoleDto(role),
    })
    return undefined
  })
}
