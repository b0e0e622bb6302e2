import { and, eq } from 'drizzle-orm'
import { resellers } from '#db/schema/organizations.ts'
import { requireVendor } from '#lib/access/calling-customer.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { storeMetadata } from '#lib/core/metadata/metadata.ts'
import { uniqueName } from '#lib/core/name-taken.ts'
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
  const { metadata, ...changes } = input
  return uniqueName('reseller', 'resellers_name', () =>
    inTransaction(ctx, async (tx) => {
      const now = tx.clock.now()
      const mine = and(eq(resellers.accountId, tx.accountId), eq(resellers.id, id))
      const [before] = await tx.db
        .select({ metadata: resellers.metadata })
        .from(resellers)
        .where(mine)
        .for('update')
      if (!before) throw notFound('reseller')
      await tx.db
        .update(resellers)
        .set({
          ...changes,
          ...(metadata && { metadata: storeMetadata(metadata, before.metadata, now) }),
          updatedAt: now,
        })
        .where(mine)
      recordEvent(tx, {
        event: 'reseller.updated',
        resource: 'reseller',
        resourceId: id,
        changes: {
          name: changes.name,
          ...(metadata && { metadata: metadata.map(({ key }) => key) }),
        },
      })
      return toResellerDto(await loadReseller(tx.db, tx.accountId, id))
    }),
  )
}
