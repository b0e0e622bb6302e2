import { z } from 'zod'
import type { featureFlags } from '#db/schema/product-versions.ts'
import { isoDate } from '#lib/core/input/fields.ts'

/** A name that versions of a product may switch on: the older form of features (contract §3). */
export const FeatureFlagDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    name: z.string(),
    description: z.string(),
    productId: z.uuid(),
  })
  .meta({ id: 'FeatureFlag' })
export type FeatureFlagDto = z.output<typeof FeatureFlagDto>

export function toFeatureFlagDto(row: typeof featureFlags.$inferSelect): FeatureFlagDto {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    name: row.name,
    description: row.description,
    productId: row.productId,
  }
}
