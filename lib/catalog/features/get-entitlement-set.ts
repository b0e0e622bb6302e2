import type { Authorized } from '#lib/core/authorize.ts'
import { type EntitlementSetDto, toEntitlementSetDto } from './entitlement-set-dto.ts'
import { loadEntitlementSet } from './load-entitlement-sets.ts'

/**
 * One entitlement set.
 * @throws NOT_FOUND
 */
export async function getEntitlementSet(
  ctx: Authorized<'entitlementSet:read'>,
  id: string,
): Promise<EntitlementSetDto> {
  return toEntitlementSetDto(await loadEntitlementSet(ctx.db, ctx.accountId, id))
}
