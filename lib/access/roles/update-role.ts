import { and, eq } from 'drizzle-orm'
import { roles } from '#db/schema/operators.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { uniqueName } from '#lib/core/name-taken.ts'
import { lockRole } from './lock-role.ts'
import { requireHeld } from './require-held.ts'
import { type RoleDto, toRoleDto } from './role-dto.ts'
import type { UpdateRoleInput } from './role-input.ts'

/**
 * Changes a role, from the next request of its holders on. The caller must hold the claims that are added; existing ones may
 * stay.
 * @throws NOT_FOUND, RESERVED_ROLE, CONFLICT when the name is taken, INSUFFICIENT_SCOPE naming the claims
 */
export async function updateRole(
  ctx: Authorized<'role:write'>,
  id: string,
  input: UpdateRoleInput,
): Promise<RoleDto> {
  return uniqueName('role', 'roles_name', () =>
    inTransaction(ctx, async (tx) => {
      const before = await lockRole(tx, id)
      requireHeld(
        tx,
        (input.claims ?? []).filter((claim) => !before.claims.includes(claim)),
      )
      const [role] = await tx.db
        .update(roles)
        .set({ ...input, updatedAt: tx.clock.now() })
        .where(and(eq(roles.accountId, tx.accountId), eq(roles.id, id)))
        .returning()
      if (!role) throw notFound('role')
      recordEvent(tx, {
        event: 'role.updated',
        resource: 'role',
        resourceId: id,
        changes: { name: input.name, claims: input.claims },
      })
      return toRoleDto(role)
    }),
  )
}
