import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { inTransaction, recordEvent } from '../audit/in-transaction.ts'
import type { Authorized } from '../auth/authorize.ts'
import { storeMetadata } from '../metadata/metadata.ts'
import { rulesFromInput } from '../templates/rules.ts'
import { type LicenseDto, toLicenseDto } from './license-dto.ts'
import type { UpdateLicenseInput } from './license-input.ts'
import { holdOwner } from './license-origin.ts'
import { loadLicense, lockLicense } from './load-licenses.ts'

type Row = typeof licenses.$inferSelect

/**
 * Changes what a request names: limits and rules, owner, notes, tags, metadata, and the caller's own suspension or
 * revocation (`cause`). Expiry has verbs of its own.
 * @throws NOT_FOUND, INVALID_INPUT
 */
export function updateLicense(
  ctx: Authorized<'license:write'>,
  id: string,
  input: UpdateLicenseInput,
): Promise<LicenseDto> {
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    const before = await lockLicense(tx.db, tx.accountId, id)
    if (input.userId && input.userId !== before.userId) await holdOwner(tx.db, tx.accountId, input.userId)
    const changed: Partial<Row> = {
      ...rulesFromInput(input),
      ...standing(before, input, now),
      ...(input.userId !== undefined && { userId: input.userId }),
      ...(input.notes !== undefined && { notes: input.notes }),
      ...(input.tags && { tags: [...new Set(input.tags)] }),
      ...(input.metadata && { metadata: storeMetadata(input.metadata, before.metadata, now) }),
    }
    await tx.db
      .update(licenses)
      .set({ ...changed, updatedAt: now })
      .where(and(eq(licenses.accountId, tx.accountId), eq(licenses.id, id)))
    recordEvent(tx, {
      event: 'license.updated',
      resource: 'license',
      resourceId: id,
      userId: changed.userId === undefined ? before.userId : changed.userId,
      changes: auditable(changed),
    })
    return toLicenseDto(await loadLicense(tx.db, tx.accountId, id, now), now)
  })
}

/** What the trail says of a change: times as text; of what people write freely only that it changed, because it may be personal. */
function auditable(changed: Partial<Row>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(changed).map(([field, value]) => {
      if (field === 'notes' || field === 'metadata') return [field, 'changed']
      return [field, value instanceof Date ? value.toISOString() : value]
    }),
  )
}

/** Sets or lifts suspension and revocation of the caller's cause; the first time it was set stays. */
function standing(before: Row, input: UpdateLicenseInput, now: Date): Partial<Row> {
  const since = (wanted: boolean | undefined, at: Date | null) =>
    wanted === undefined ? at : wanted ? (at ?? now) : null
  const { suspended, revoked } = input
  if (suspended === undefined && revoked === undefined) return {}
  return input.cause === 'billing'
    ? {
        suspendedBillingAt: since(suspended, before.suspendedBillingAt),
        revokedBillingAt: since(revoked, before.revokedBillingAt),
      }
    : {
        suspendedManualAt: since(suspended, before.suspendedManualAt),
        revokedManualAt: since(revoked, before.revokedManualAt),
      }
}
