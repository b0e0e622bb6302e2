import { z } from 'zod'
import type { entitlementSets } from '#db/schema/entitlements.ts'
import { isoDate } from '#lib/core/input/fields.ts'

/** A named bundle of features (contract §4.7). */
export const EntitlementSetDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    name: z.string(),
    displayName: z.string(),
    features: z.array(
      z.object({
        featureId: z.uuid(),
        name: z.string(),
        displayName: z.string(),
        value: z.string(),
      }),
    ),
  })
  .meta({ id: 'EntitlementSet' })
export type EntitlementSetDto = z.output<typeof EntitlementSetDto>

/** A set with its features, sorted by name. */
export interface LoadedEntitlementSet {
  set: typeof entitlementSets.$inferSelect
  features: { featureId: string; name: string; displayName: string; value: string }[]
}

export function toEntitlementSetDto({ set, features }: LoadedEntitlementSet): EntitlementSetDto {
  return {
    id: set.id,
    createdAt: set.createdAt.toISOString(),
    updatedAt: set.updatedAt.toISOString(),
    name: set.name,
    displayName: set.displayName,
    features,
  }
}
