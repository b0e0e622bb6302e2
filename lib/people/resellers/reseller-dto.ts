import { z } from 'zod'
import type { resellers } from '#db/schema/organizations.ts'
import type { Administered } from '#lib/core/actor.ts'
import { MetadataDto } from '#lib/core/metadata/metadata.ts'
import { contactDtoFields, metadataFor, toContactDto } from '../organizations/contact.ts'

/** Somebody who sells the vendor's licenses. */
export const ResellerDto = z
  .object({
    ...contactDtoFields,
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
    ...toContactDto(reseller),
    totalUsers,
    totalOrganizations,
    totalLicenses,
    metadata: metadataFor(viewer, reseller),
  }
}
