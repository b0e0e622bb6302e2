import { resellers } from '#db/schema/organizations.ts'
import { requireVendor } from '#lib/access/calling-customer.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { nameTaken } from '#lib/core/name-taken.ts'
import { newContact } from '../organizations/contact.ts'
import { loadReseller } from './load-resellers.ts'
import { type ResellerDto, toResellerDto } from './reseller-dto.ts'
import type { CreateResellerInput } from './reseller-input.ts'

/**
 * Makes a reseller without users or licenses.
 * @throws CONFLICT when the name is taken, INSUFFICIENT_SCOPE for customers
 */
export async function createReseller(
  ctx: Authorized<'reseller:write'>,
  input: CreateResellerInput,
): Promise<ResellerDto> {
  requireVendor(ctx)
  return inTransaction(ctx, async (tx) => {
    const contact = newContact(tx, input)
    const made = await tx.db
      .insert(resellers)
      .values(contact)
      .onConflictDoNothing({ target: [resellers.accountId, resellers.name] })
      .returning({ id: resellers.id })
    if (made.length === 0) throw nameTaken('reseller')
    recordEvent(tx, {
      event: 'reseller.created',
      resource: 'reseller',
      resourceId: contact.id,
      changes: { name: input.name },
    })
    return toResellerDto(await loadReseller(tx.db, tx.accountId, contact.id))
  })
}
