import { z } from 'zod'
import type { licenses } from '#db/schema/licenses.ts'
import type { organizations, resellers } from '#db/schema/organizations.ts'
import { type EffectiveEntitlement, mergeEntitlements } from '#lib/catalog/features/effective-entitlements.ts'
import { ruleDtoFields, toRulesDto } from '#lib/catalog/templates/rules.ts'
import { isoDate } from '#lib/core/input/fields.ts'
import { MetadataDto, toMetadataDto } from '#lib/core/metadata/metadata.ts'
import { toUserDto, UserDto, type UserWithEmail } from '#lib/people/users/user-dto.ts'
import { keyUnreadableField, shownKey } from './license-key.ts'
import type { LicenseParts } from './load-parts.ts'
import { LicenseMeterDto, toLicenseMeterDto } from './meter-dto.ts'
import { isRevoked, isSuspended, LICENSE_STATUSES, licenseStatus } from './status.ts'

const causes = z.array(z.enum(['manual', 'billing']))

const Named = z.object({ id: z.uuid(), name: z.string(), displayName: z.string() })

/** A license as operators and machines see it (contract §4.3). */
export const LicenseDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    key: z.string(),
    keyUnreadable: keyUnreadableField,
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
    product: Named,
    licenseTemplateId: z.uuid(),
    licensePolicyId: z.uuid(),
    productVersionId: z.uuid().nullable(),
    productVersion: Named.nullable(),
    maintenancePolicyId: z.uuid().nullable(),
    maintenanceExpiresAt: isoDate().nullable(),
    currentReleaseVersion: z.string().nullable(),
    maxAllowedReleaseVersion: z.string().nullable(),
    entitlementSetId: z.uuid().nullable(),
    entitlementSet: Named.nullable(),
    entitlements: z
      .array(
        z.object({
          featureId: z.uuid(),
          name: z.string(),
          displayName: z.string(),
          value: z.string(),
          expiresAt: isoDate().nullable(),
        }),
      )
      .meta({ description: "The license's own." }),
    effectiveEntitlements: z
      .array(
        z.object({
          featureName: z.string(),
          featureDisplayName: z.string(),
          value: z.string(),
          expiresAt: isoDate().nullable(),
        }),
      )
      .meta({ description: "What it allows now: its own that have not ended, over its entitlement set's." }),
    organization: z.object({ id: z.uuid(), name: z.string(), email: z.string() }).nullable(),
    reseller: z.object({ id: z.uuid(), name: z.string(), email: z.string() }).nullable(),
    user: UserDto.nullable(),
    additionalUserIds: z.array(z.uuid()),
    externalUserIds: z.array(z.string()),
    userGroupIds: z.array(z.uuid()),
    metadata: z.array(MetadataDto),
    meterAttributes: z.array(LicenseMeterDto),
    tags: z.array(z.string()),
  })
  .meta({ id: 'License' })
export type LicenseDto = z.output<typeof LicenseDto>

/** A license with what its answers need besides its own row. */
export interface LoadedLicense extends LicenseParts {
  license: typeof licenses.$inferSelect
  product: { name: string; displayName: string }
  productVersion: { id: string; name: string; displayName: string } | null
  entitlementSet: { id: string; name: string; displayName: string } | null
  organization: typeof organizations.$inferSelect | null
  reseller: typeof resellers.$inferSelect | null
  user: UserWithEmail | null
  totalActivations: number
}

export function toLicenseDto(loaded: LoadedLicense, now: Date): LicenseDto {
  const { license, product, user, totalActivations, organization, reseller } = loaded
  return {
    ...toRulesDto(license),
    id: license.id,
    createdAt: license.createdAt.toISOString(),
    updatedAt: license.updatedAt.toISOString(),
    ...shownKey(license),
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
    productVersionId: license.productVersionId,
    productVersion: loaded.productVersion,
    maintenancePolicyId: license.maintenancePolicyId,
    maintenanceExpiresAt: license.maintenanceExpiresAt?.toISOString() ?? null,
    currentReleaseVersion: license.currentReleaseVersion || null,
    maxAllowedReleaseVersion: license.maxAllowedReleaseVersion || null,
    entitlementSetId: license.entitlementSetId,
    entitlementSet: loaded.entitlementSet,
    entitlements: loaded.entitlements.map(({ featureId, name, displayName, value, expiresAt }) => ({
      featureId,
      name,
      displayName,
      value,
      expiresAt: expiresAt?.toISOString() ?? null,
    })),
    effectiveEntitlements: entitlementsAt(loaded, now).map((entry) => ({
      ...entry,
      expiresAt: entry.expiresAt?.toISOString() ?? null,
    })),
    organization: organization && {
      id: organization.id,
      name: organization.name,
      email: organization.email,
    },
    reseller: reseller && { id: reseller.id, name: reseller.name, email: reseller.email },
    user: user && toUserDto(user),
    additionalUserIds: license.additionalUserIds,
    externalUserIds: license.externalUserIds,
    userGroupIds: loaded.userGroupIds,
    metadata: toMetadataDto(license.metadata),
    meterAttributes: loaded.meters.map(toLicenseMeterDto),
    tags: license.tags,
  }
}

/** What a loaded license allows at that moment. */
export function entitlementsAt(
  { entitlements, inherited }: Pick<LicenseParts, 'entitlements' | 'inherited'>,
  at: Date,
): EffectiveEntitlement[] {
  const effective = (entry: LicenseParts['inherited'][number], expiresAt: Date | null) => ({
    featureName: entry.name,
    featureDisplayName: entry.displayName,
    value: entry.value,
    expiresAt,
  })
  return mergeEntitlements(
    inherited.map((entry) => effective(entry, null)),
    entitlements.map((entry) => effective(entry, entry.expiresAt)),
    at,
  )
}

function causesOf(manual: Date | null, billing: Date | null): ('manual' | 'billing')[] {
  return [...(manual ? (['manual'] as const) : []), ...(billing ? (['billing'] as const) : [])]
}
