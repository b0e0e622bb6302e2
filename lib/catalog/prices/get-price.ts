import type { Authorized } from '#lib/core/authorize.ts'
import { findPrice } from './find-price.ts'
import type { PriceDto } from './price-dto.ts'

/**
 * One price.
 * @throws NOT_FOUND
 */
export async function getPrice(ctx: Authorized<'product:read'>, id: string): Promise<PriceDto> {
  return findPrice(ctx.db, ctx.accountId, id)
}
