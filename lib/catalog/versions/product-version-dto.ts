import { z } from 'zod'
import type { productVersions } from '#db/schema/product-versions.ts'
import { isoDate } from '#lib/core/input/fields.ts'

/** An edition of a product with what it switches on. */
export const ProductVersionDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    name: z.string(),
    displayName: z.string(),
    description: z.string(),
    productId: z.uuid(),
    featureFlags: z.array(z.object({ name: z.string(), enabled: z.boolean(), data: z.string() })),
  })
  .meta({ id: 'ProductVersion' })
export type ProductVersionDto = z.output<typeof ProductVersionDto>

export function toProductVersionDto(row: typeof productVersions.$inferSelect): ProductVersionDto {
  return {
    id: row.id,
    createdAt: row.createdAt.toISOString(),
    updatedAt: row.updatedAt.toISOString(),
    name: row.name,
    displayName: row.displayName,
    description: row.description,
    productId: row.productId,
    featureFlags: row.featureFlags,
  }
}
