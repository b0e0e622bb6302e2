import { and, eq } from 'drizzle-orm'
import { features } from '#db/schema/entitlements.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { type FeatureDto, toFeatureDto } from './feature-dto.ts'

/**
 * One feature.
 * @throws NOT_FOUND
 */
export async function getFeature(ctx: Authorized<'feature:read'>, id: string): Promise<FeatureDto> {
  const [row] = await ctx.db
    .select()
    .from(features)
    .where(and(eq(features.accountId, ctx.accountId), eq(features.id, id)))
  if (!row) throw notFound('feature')
  return toFeatureDto(row)
}
