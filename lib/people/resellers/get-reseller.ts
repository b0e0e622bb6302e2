import { metadataViewer, requireOwn } from '#lib/access/calling-customer.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { loadReseller } from './load-resellers.ts'
import { type ResellerDto, toResellerDto } from './reseller-dto.ts'

/**
 * One reseller.
 * @throws NOT_FOUND, for another one than their own to those who run one
 */
export async function getReseller(ctx: Authorized<'reseller:read'>, id: string): Promise<ResellerDto> {
  requireOwn(ctx, 'reseller', id)
  return toResellerDto(await loadReseller(ctx.db, ctx.accountId, id), metadataViewer(ctx))
}
