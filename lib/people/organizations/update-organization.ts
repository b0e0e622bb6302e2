import { organizations } from '#db/schema/organizations.ts'
import { requireVendor } from '#lib/access/calling-customer.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { fieldError } from '#lib/core/errors.ts'
import { uniqueName } from '#lib/core/name-taken.ts'
import { lockReseller } from '../resellers/load-resellers.ts'
import { changedContact, changedKeys, lockContact, ofContact } from './contact.ts'
import { loadOrganization } from './load-organizations.ts'
import { type OrganizationDto, toOrganizationDto } from './organization-dto.ts'
import type { UpdateOrganizationInput } from './organization-input.ts'
import { seatsTaken } from './take-seat.ts'

/**
 * Changes an organization. Seats cannot be fewer than its users.
 * @throws NOT_FOUND, CONFLICT when the name is taken, INVALID_INPUT, INSUFFICIENT_SCOPE for customers
 */
export async function updateOrganization(
  ctx: Authorized<'organization:write'>,
  id: string,
  input: UpdateOrganizationInput,
): Promise<OrganizationDto> {
  requireVendor(ctx)
  return uniqueName('organization', 'organizations_name', () =>
    inTransaction(ctx, async (tx) => {
      const before = await lockContact(tx, 'organization', id)
      if (input.resellerId) await lockReseller(tx, input.resellerId)
      if (input.allowedUsers !== undefined) await requireSeatsFor(tx, id, input.allowedUsers)
      await tx.db
        .update(organizations)
        .set(changedContact(tx, input, before))
        .where(ofContact(tx, 'organization', id))
      recordEvent(tx, {
        event: 'organization.updated',
        resource: 'organization',
        resourceId: id,
        changes: {
          name: input.name,
          allowedUsers: input.allowedUsers,
          resellerId: input.resellerId,
          ...changedKeys(input.metadata),
        },
      })
      return toOrganizationDto(await loadOrganization(tx.db, tx.accountId, id))
    }),
  )
}

async function requireSeatsFor(ctx: Ctx, id: string, allowedUsers: number): Promise<void> {
  if (allowedUsers < 0) return
  const taken = await seatsTaken(ctx, id)
  if (taken > allowedUsers) {
    throw fieldError('allowedUsers', `this organization has ${taken} users already`)
  }
}
