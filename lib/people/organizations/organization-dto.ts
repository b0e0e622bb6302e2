import { z } from 'zod'
import type { organizations } from '#db/schema/organizations.ts'
import type { Administered } from '#lib/core/actor.ts'
import { MetadataDto } from '#lib/core/metadata/metadata.ts'
import { contactDtoFields, metadataFor, toContactDto } from './contact.ts'

/** An organization: a company whose users share its licenses. */
export const OrganizationDto = z
  .object({
    ...contactDtoFields,
    address: z
      .object({
        addressLine1: z.string(),
        addressLine2: z.string(),
        city: z.string(),
        state: z.string(),
        country: z.string(),
        postalCode: z.string(),
      })
      .nullable(),
    allowedUsers: z.int().meta({ description: 'Seats; -1 = any number of users.' }),
    totalUsers: z.int(),
    totalLicenses: z.int(),
    resellerId: z.uuid().nullable(),
    metadata: z.array(MetadataDto),
  })
  .meta({ id: 'Organization' })
export type OrganizationDto = z.output<typeof OrganizationDto>

/** An organization with what its answers need besides its own row. */
export interface LoadedOrganization {
  organization: typeof organizations.$inferSelect
  totalUsers: number
  totalLicenses: number
}

/** `viewer` is null for the vendor, who sees all metadata. */
export function toOrganizationDto(
  { organization, totalUsers, totalLicenses }: LoadedOrganization,
  viewer: Administered['kind'] | null = null,
): OrganizationDto {
  return {
    ...toContactDto(organization),
    address: organization.address,
    allowedUsers: organization.allowedUsers,
    totalUsers,
    totalLicenses,
    resellerId: organization.resellerId,
    metadata: metadataFor(viewer, organization),
  }
}
