import { resellers } from '#db/schema/organizations.ts'
import { requireVendor } from '#lib/access/calling-customer.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { newId } from '#lib/core/ids.ts'
import { storeMetadata } from '#lib/core/metadata/metadata.ts'
import { nameTaken } from '#lib/core/name-taken.ts'
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
    const now = tx.clock.now()
    const id = newId()
    const made = await tx.db
      .insert(resellers)
      .values({
        accountId: tx.accountId,
        id,
        name: input.name,
        email: input.email ?? '',
        description: input.description ?? '',
        metadata: storeMetadata(input.metadata ?? [], [], now),
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing({ target: [resellers.accountId, resellers.name] })
      .returning({ id: resellers.id })
    if (made.length === 0) throw nameTaken('reseller')
    recordEvent(tx, {
      event: 'reseller.created',
      resource: 'reseller',
      resourceId: id,
      changes: { name: input.name },
    })
    return toResellerDto(await loadReseller(tx.db, tx.accountId, id))
  })
}
