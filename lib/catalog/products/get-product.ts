import type { Authorized } from '#lib/core/authorize.ts'
import { loadProduct } from './load-products.ts'
import { type ProductDto, toProductDto } from './product-dto.ts'

/**
 * One product.
 * @throws NOT_FOUND
 */
export async function getProduct(ctx: Authorized<'product:read'>, id: string): Promise<ProductDto> {
  return toProductDto(await loadProduct(ctx.db, ctx.accountId, id))
}
