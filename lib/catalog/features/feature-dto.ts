import { z } from 'zod'
import type { features } from '#db/schema/entitlements.ts'
import { isoDate } from '#lib/core/input/fields.ts'

/** A feature (contract §4.7). */
export const FeatureDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    name: z.string(),
    displayName: z.string(),
    description: z.string(),
  })
  .meta({ id: 'Feature' })
export type FeatureDto = z.output<typeof FeatureDto>

export function toFeatureDto(row: typeof features.$inferSelect): FeatureDto {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    name: row.name,
    displayName: row.displayName,
    description: row.description,
  }
}
