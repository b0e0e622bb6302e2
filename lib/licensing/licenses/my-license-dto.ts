import { z } from 'zod'
import { intervalSeconds } from '#lib/catalog/templates/interval.ts'
import { isoDate } from '#lib/core/input/fields.ts'
import { visibleMetadata } from '#lib/core/metadata/metadata.ts'
import { entitlementsAt, type LoadedLicense } from './license-dto.ts'
import { keyUnreadableField, shownKey } from './license-key.ts'
import { isRevoked, isSuspended, LICENSE_STATUSES, licenseStatus } from './status.ts'

/** A license as those who use it see it (contract §4.2), with status and product besides. */
export const MyLicenseDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    key: z.string(),
    keyUnreadable: keyUnreadableField,
    status: z.enum(LICENSE_STATUSES),
    revoked: z.boolean(),
    suspended: z.boolean(),
    type: z.string(),
    validity: z.int(),
    subscriptionInterval: z.string().nullable(),
    totalActivations: z.int(),
    totalDeactivations: z.int(),
    allowedActivations: z.int(),
    allowedDeactivations: z.int(),
    allowedFloatingClients: z.int(),
    leaseDuration: z.int(),
    expiresAt: isoDate().nullable(),
    expiryGracePeriod: z.int(),
    notes: z.string(),
    productId: z.uuid(),
    product: z.object({ displayName: z.string() }),
    productVersion: z.object({ name: z.string(), displayName: z.string() }).nullable(),
    maintenanceExpiresAt: isoDate()
      .nullable()
      .meta({ description: 'Releases published later are not part of it; null: every release is.' }),
    owned: z.boolean().meta({ description: 'False where it is shared with the user by its owner.' }),
    meterAttributes: z.array(
      z.object({
        name: z.string(),
        allowedUses: z.int(),
        totalUses: z.int(),
        grossUses: z.int(),
        floating: z.boolean(),
      }),
    ),
    entitlements: z.array(
      z.object({
        featureName: z.string(),
        featureDisplayName: z.string(),
        value: z.string(),
        expiresAt: isoDate().nullable(),
      }),
    ),
    metadata: z.array(z.object({ key: z.string(), value: z.string() })),
  })
  .meta({ id: 'MyLicense' })
export type MyLicenseDto = z.output<typeof MyLicenseDto>

export function toMyLicenseDto(loaded: LoadedLicense, viewerId: string, now: Date): MyLicenseDto {
  const { license, product, productVersion, user, totalActivations } = loaded
  return {
    id: license.id,
    createdAt: license.createdAt.toISOString(),
    updatedAt: license.updatedAt.toISOString(),
    ...shownKey(license),
    status: licenseStatus({ ...license, ownerBannedAt: user?.bannedAt ?? null }, now),
    revoked: isRevoked(license),
    suspended: isSuspended(license),
    type: license.type,
    validity: intervalSeconds(license.subscriptionInterval),
    subscriptionInterval: license.subscriptionInterval || null,
    totalActivations,
    totalDeactivations: license.totalDeactivations,
    allowedActivations: license.allowedActivations,
    allowedDeactivations: license.allowedDeactivations,
    allowedFloatingClients: license.allowedFloatingClients,
    leaseDuration: license.leaseDuration,
    expiresAt: license.expiresAt?.toISOString() ?? null,
    expiryGracePeriod: license.expiryGracePeriod,
    notes: license.notes,
    productId: license.productId,
    product: { displayName: product.displayName },
    productVersion: productVersion && {
      name: productVersion.name,
      displayName: productVersion.displayName,
    },
    maintenanceExpiresAt: license.maintenanceExpiresAt?.toISOString() ?? null,
    owned: license.userId === viewerId,
    meterAttributes: loaded.meters
      .filter((meter) => meter.viewPermissions.includes('user'))
      .map(({ name, allowedUses, totalUses, grossUses, floating }) => ({
        name,
        allowedUses,
        totalUses,
        grossUses,
        floating,
      })),
    entitlements: entitlementsAt(loaded, now).map((entry) => ({
      ...entry,
      expiresAt: entry.expiresAt?.toISOString() ?? null,
    })),
    metadata: visibleMetadata(license.metadata, 'user'),
  }
}
