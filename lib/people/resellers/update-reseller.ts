import { resellers } from '#db/schema/organizations.ts'
import { requireVendor } from '#lib/access/calling-customer.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { uniqueName } from '#lib/core/name-taken.ts'
import { changedContact, changedKeys, lockContact, ofContact } from '../organizations/contact.ts'
import { loadReseller } from './load-resellers.ts'
import { type ResellerDto, toResellerDto } from './reseller-dto.ts'
import type { UpdateResellerInput } from './reseller-input.ts'

/**
 * Changes a reseller.
 * @throws NOT_FOUND, CONFLICT when the name is taken, INSUFFICIENT_SCOPE for customers
 */
export async function updateReseller(
  ctx: Authorized<'reseller:write'>,
  id: string,
  input: UpdateResellerInput,
): Promise<ResellerDto> {
  requireVendor(ctx)
  return uniqueName('reseller', 'resellers_name', () =>
    inTransaction(ctx, async (tx) => {
      const before = await lockContact(tx, 'reseller', id)
      await tx.db
        .update(resellers)
        .set(changedContact(tx, input, before))
        .where(ofContact(tx, 'reseller', id))
      recordEvent(tx, {
        event: 'reseller.updated',
        resource: 'reseller',
        resourceId: id,
        changes: {
          name: input.name,
          ...changedKeys(input.metadata),
        },
      })
      return toResellerDto(await loadReseller(tx.db, tx.accountId, id))
    }),
  )
}
