import { z } from 'zod'
import type { resellers } from '#db/schema/organizations.ts'
import type { Administered } from '#lib/core/actor.ts'
import { isoDate } from '#lib/core/input/fields.ts'
import { MetadataDto, toMetadataDto } from '#lib/core/metadata/metadata.ts'

/** Somebody who sells the vendor's licenses. */
export const ResellerDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    name: z.string(),
    email: z.string(),
    description: z.string(),
    totalUsers: z.int(),
    totalOrganizations: z.int(),
    totalLicenses: z.int(),
    metadata: z.array(MetadataDto),
  })
  .meta({ id: 'Reseller' })
export type ResellerDto = z.output<typeof ResellerDto>

/** A reseller with what its answers need besides its own row. */
export interface LoadedReseller {
  reseller: typeof resellers.$inferSelect
  totalUsers: number
  totalOrganizations: number
  totalLicenses: number
}

/** `viewer` is null for the vendor, who sees all metadata. */
export function toResellerDto(
  { reseller, totalUsers, totalOrganizations, totalLicenses }: LoadedReseller,
  viewer: Administered['kind'] | null = null,
): ResellerDto {
  return {
    id: reseller.id,
    createdAt: reseller.createdAt.toISOString(),
    updatedAt: reseller.updatedAt.toISOString(),
    name: reseller.name,
    email: reseller.email,
    description: reseller.description,
    totalUsers,
    totalOrganizations,
    totalLicenses,
    metadata: toMetadataDto(reseller.metadata).filter(
      (entry) => viewer === null || entry.viewPermissions.includes(viewer),
    ),
  }
}
