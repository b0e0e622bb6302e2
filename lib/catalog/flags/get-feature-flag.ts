import { and, eq } from 'drizzle-orm'
import { featureFlags } from '#db/schema/product-versions.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { type FeatureFlagDto, toFeatureFlagDto } from './feature-flag-dto.ts'

/**
 * One feature flag.
 * @throws NOT_FOUND
 */
export async function getFeatureFlag(ctx: Authorized<'product:read'>, id: string): Promise<FeatureFlagDto> {
  const [row] = await ctx.db
    .select()
    .from(featureFlags)
    .where(and(eq(featureFlags.accountId, ctx.accountId), eq(featureFlags.id, id)))
  if (!row) throw notFound('feature flag')
  return toFeatureFlagDto(row)
}
