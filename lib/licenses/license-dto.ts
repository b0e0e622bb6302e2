import { z } from 'zod'
import type { licenses } from '#db/schema/licenses.ts'
import { isoDate } from '../http/fields.ts'
import { MetadataDto, toMetadataDto } from '../metadata/metadata.ts'
import { ruleDtoFields, toRulesDto } from '../templates/rules.ts'
import { toUserDto, UserDto, type UserWithEmail } from '../users/user-dto.ts'
import { openKey } from './license-key.ts'
import { isRevoked, isSuspended, LICENSE_STATUSES, licenseStatus } from './status.ts'

const causes = z.array(z.enum(['manual', 'billing']))

/** A license as operators and machines see it (contract §4.3). Parts that Latchkey does not have yet are empty. */
export const LicenseDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    key: z.string(),
    status: z.enum(LICENSE_STATUSES),
    revoked: z.boolean(),
    revokedBy: causes,
    suspended: z.boolean(),
    suspendedBy: causes,
    totalActivations: z.int(),
    totalDeactivations: z.int(),
    ...ruleDtoFields,
    expiresAt: isoDate().nullable(),
    effectiveAt: isoDate().nullable(),
    expiryHeldUntil: isoDate()
      .nullable()
      .meta({ description: 'Billing never shortens the expiry below this.' }),
    firstActivatedAt: isoDate().nullable(),
    notes: z.string(),
    productId: z.uuid(),
    product: z.object({ id: z.uuid(), name: z.string(), displayName: z.string() }),
    licenseTemplateId: z.uuid(),
    licensePolicyId: z.uuid(),
    productVersionId: z.uuid().nullable(),
    maintenancePolicyId: z.uuid().nullable(),
    maintenanceExpiresAt: isoDate().nullable(),
    currentReleaseVersion: z.string().nullable(),
    maxAllowedReleaseVersion: z.string().nullable(),
    entitlementSetId: z.uuid().nullable(),
    organization: z.null(),
    reseller: z.null(),
    user: UserDto.nullable(),
    additionalUserIds: z.array(z.uuid()),
    externalUserIds: z.array(z.string()),
    metadata: z.array(MetadataDto),
    meterAttributes: z.array(z.never()),
    tags: z.array(z.string()),
  })
  .meta({ id: 'License' })
export type LicenseDto = z.output<typeof LicenseDto>

/** A license with what its answers need besides its own row. */
export interface LoadedLicense {
  license: typeof licenses.$inferSelect
  product: { name: string; displayName: string }
  user: UserWithEmail | null
  totalActivations: number
}

export function toLicenseDto(
  { license, product, user, totalActivations }: LoadedLicense,
  now: Date,
): LicenseDto {
  return {
    ...toRulesDto(license),
    id: license.id,
    createdAt: license.createdAt.toISOString(),
    updatedAt: license.updatedAt.toISOString(),
    key: openKey(license),
    status: licenseStatus({ ...license, ownerBannedAt: user?.bannedAt ?? null }, now),
    revoked: isRevoked(license),
    revokedBy: causesOf(license.revokedManualAt, license.revokedBillingAt),
    suspended: isSuspended(license),
    suspendedBy: causesOf(license.suspendedManualAt, license.suspendedBillingAt),
    totalActivations,
    totalDeactivations: license.totalDeactivations,
    expiresAt: license.expiresAt?.toISOString() ?? null,
    effectiveAt: license.effectiveAt?.toISOString() ?? null,
    expiryHeldUntil: license.expiryHeldUntil?.toISOString() ?? null,
    firstActivatedAt: license.firstActivatedAt?.toISOString() ?? null,
    notes: license.notes,
    productId: license.productId,
    product: { id: license.productId, name: product.name, displayName: product.displayName },
    licenseTemplateId: license.licenseTemplateId,
    licensePolicyId: license.licenseTemplateId,
    productVersionId: null,
    maintenancePolicyId: null,
    maintenanceExpiresAt: null,
    currentReleaseVersion: null,
    maxAllowedReleaseVersion: null,
    entitlementSetId: null,
    organization: null,
    reseller: null,
    user: user && toUserDto(user),
    additionalUserIds: [],
    externalUserIds: [],
    metadata: toMetadataDto(license.metadata),
    meterAttributes: [],
    tags: license.tags,
  }
}

function causesOf(manual: Date | null, billing: Date | null): ('manual' | 'billing')[] {
  return [...(manual ? (['manual'] as const) : []), ...(billing ? (['billing'] as const) : [])]
}
