import { z } from 'zod'
import type { organizations } from '#db/schema/organizations.ts'
import type { Administered } from '#lib/core/actor.ts'
import { isoDate } from '#lib/core/input/fields.ts'
import { MetadataDto, toMetadataDto } from '#lib/core/metadata/metadata.ts'

/** An organization: a company whose users share its licenses. */
export const OrganizationDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    name: z.string(),
    email: z.string(),
    description: z.string(),
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
    id: organization.id,
    createdAt: organization.createdAt.toISOString(),
    updatedAt: organization.updatedAt.toISOString(),
    name: organization.name,
    email: organization.email,
    description: organization.description,
    address: organization.address,
    allowedUsers: organization.allowedUsers,
    totalUsers,
    totalLicenses,
    resellerId: organization.resellerId,
    metadata: toMetadataDto(organization.metadata).filter(
      (entry) => viewer === null || entry.viewPermissions.includes(viewer),
    ),
  }
}
