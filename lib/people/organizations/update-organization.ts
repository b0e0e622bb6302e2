import { and, eq } from 'drizzle-orm'
import { organizations } from '#db/schema/organizations.ts'
import { requireVendor } from '#lib/access/calling-customer.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { fieldError, notFound } from '#lib/core/errors.ts'
import { storeMetadata } from '#lib/core/metadata/metadata.ts'
import { uniqueName } from '#lib/core/name-taken.ts'
import { lockReseller } from '../resellers/load-resellers.ts'
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
  const { metadata, ...changes } = input
  return uniqueName('organization', 'organizations_name', () =>
    inTransaction(ctx, async (tx) => {
      const now = tx.clock.now()
      const mine = and(eq(organizations.accountId, tx.accountId), eq(organizations.id, id))
      const [before] = await tx.db
        .select({ metadata: organizations.metadata })
        .from(organizations)
        .where(mine)
        .for('update')
      if (!before) throw notFound('organization')
      if (changes.resellerId) await lockReseller(tx, changes.resellerId)
      if (changes.allowedUsers !== undefined) await requireSeatsFor(tx, id, changes.allowedUsers)
      await tx.db
        .update(organizations)
        .set({
          ...changes,
          ...(metadata && { metadata: storeMetadata(metadata, before.metadata, now) }),
          updatedAt: now,
        })
        .where(mine)
      recordEvent(tx, {
        event: 'organization.updated',
        resource: 'organization',
        resourceId: id,
        changes: {
          name: changes.name,
          allowedUsers: changes.allowedUsers,
          resellerId: changes.resellerId,
          ...(metadata && { metadata: metadata.map(({ key }) => key) }),
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
