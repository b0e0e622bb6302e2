import { organizations } from '#db/schema/organizations.ts'
import { requireVendor } from '#lib/access/calling-customer.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { nameTaken } from '#lib/core/name-taken.ts'
import { lockReseller } from '../resellers/load-resellers.ts'
import { newContact } from './contact.ts'
import { loadOrganization } from './load-organizations.ts'
import { type OrganizationDto, toOrganizationDto } from './organization-dto.ts'
import type { CreateOrganizationInput } from './organization-input.ts'

/**
 * Makes an organization without users.
 * @throws CONFLICT when the name is taken, INVALID_INPUT for an unknown reseller, INSUFFICIENT_SCOPE for customers
 */
export async function createOrganization(
  ctx: Authorized<'organization:write'>,
  input: CreateOrganizationInput,
): Promise<OrganizationDto> {
  requireVendor(ctx)
  return inTransaction(ctx, async (tx) => {
    if (input.resellerId) await lockReseller(tx, input.resellerId)
    const contact = newContact(tx, input)
    const made = await tx.db
      .insert(organizations)
      .values({
        ...contact,
        address: input.address ?? null,
        allowedUsers: input.allowedUsers ?? -1,
        resellerId: input.resellerId ?? null,
      })
      .onConflictDoNothing({ target: [organizations.accountId, organizations.name] })
      .returning({ id: organizations.id })
    if (made.length === 0) throw nameTaken('organization')
    recordEvent(tx, {
      event: 'organization.created',
      resource: 'organization',
      resourceId: contact.id,
      changes: {
        name: input.name,
        allowedUsers: input.allowedUsers ?? -1,
        resellerId: input.resellerId ?? null,
      },
    })
    return toOrganizationDto(await loadOrganization(tx.db, tx.accountId, contact.id))
  })
}
