import { roles } from '#db/schema/operators.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { newId } from '#lib/core/ids.ts'
import { nameTaken } from '#lib/core/name-taken.ts'
import { requireHeld } from './require-held.ts'
import { type RoleDto, toRoleDto } from './role-dto.ts'
import type { CreateRoleInput } from './role-input.ts'

/**
 * Makes a role of operators. It holds at most what its maker holds.
 * @throws CONFLICT when the name is taken, INSUFFICIENT_SCOPE naming the claims that are not the maker's
 */
export async function createRole(ctx: Authorized<'role:write'>, input: CreateRoleInput): Promise<RoleDto> {
  requireHeld(ctx, input.claims)
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    const [role] = await tx.db
      .insert(roles)
      .values({
        accountId: tx.accountId,
        id: newId(),
        name: input.name,
        description: input.description ?? '',
        claims: input.claims,
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing({ target: [roles.accountId, roles.name] })
      .returning()
    if (!role) throw nameTaken('role')
    recordEvent(tx, {
      event: 'role.created',
      resource: 'role',
      resourceId: role.id,
      changes: { name: role.name, claims: role.claims },
    })
    return toRoleDto(role)
  })
}
