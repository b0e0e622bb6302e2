import { and, eq } from 'drizzle-orm'
import { productVersions } from '#db/schema/product-versions.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { type ProductVersionDto, toProductVersionDto } from './product-version-dto.ts'

/**
 * One product version.
 * @throws NOT_FOUND
 */
export async function getProductVersion(
  ctx: Authorized<'product:read'>,
  id: string,
): Promise<ProductVersionDto> {
  const [row] = await ctx.db
    .select()
    .from(productVersions)
    .where(and(eq(productVersions.accountId, ctx.accountId), eq(productVersions.id, id)))
  if (!row) throw notFound('product version')
  return toProductVersionDto(row)
}
