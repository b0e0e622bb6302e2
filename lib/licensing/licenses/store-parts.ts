import { and, eq } from 'drizzle-orm'
import { licenseEntitlements } from '#db/schema/license-parts.ts'
import { licenseUserGroups } from '#db/schema/user-groups.ts'
import { lockFeatures } from '#lib/catalog/features/lock-features.ts'
import type { EntitlementsInput } from '#lib/catalog/templates/parts-input.ts'
import type { Ctx } from '#lib/core/context.ts'

/**
 * Gives a license these entitlements of its own instead of those it had.
 * @throws INVALID_INPUT naming the feature that is unknown
 */
export async function storeEntitlements(tx: Ctx, licenseId: string, input: EntitlementsInput): Promise<void> {
  const { accountId } = tx
  const featureIds = await lockFeatures(tx.db, accountId, input, 'entitlements')
  await tx.db
    .delete(licenseEntitlements)
    .where(and(eq(licenseEntitlements.accountId, accountId), eq(licenseEntitlements.licenseId, licenseId)))
  if (featureIds.length === 0) return
  await tx.db.insert(licenseEntitlements).values(
    featureIds.map((featureId, index) => ({
      accountId,
      licenseId,
      featureId,
      value: input[index]?.value ?? '',
      expiresAt: input[index]?.expiresAt ?? null,
    })),
  )
}

/** Shows a license to these user groups instead of the previous ones. The groups must be locked. */
export async function storeUserGroups(tx: Ctx, licenseId: string, ids: readonly string[]): Promise<void> {
  const { accountId } = tx
  await tx.db
    .delete(licenseUserGroups)
    .where(and(eq(licenseUserGroups.accountId, accountId), eq(licenseUserGroups.licenseId, licenseId)))
  if (ids.length === 0) return
  await tx.db
    .insert(licenseUserGroups)
    .values([...new Set(ids)].map((userGroupId) => ({ accountId, licenseId, userGroupId })))
}
