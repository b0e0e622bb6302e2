import { z } from 'zod'
import { isoDate } from '../http/fields.ts'
import { visibleMetadata } from '../metadata/metadata.ts'
import { intervalSeconds } from './interval.ts'
import type { LoadedLicense } from './license-dto.ts'
import { openKey } from './license-key.ts'
import { isRevoked, isSuspended, LICENSE_STATUSES, licenseStatus } from './status.ts'

/** A license as its owner sees it (contract §4.2), with status and product besides. */
export const MyLicenseDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    key: z.string(),
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
    productVersion: z.null(),
    meterAttributes: z.array(z.never()),
    metadata: z.array(z.object({ key: z.string(), value: z.string() })),
  })
  .meta({ id: 'MyLicense' })
export type MyLicenseDto = z.output<typeof MyLicenseDto>

export function toMyLicenseDto(loaded: LoadedLicense, now: Date): MyLicenseDto {
  const { license, product, user, totalActivations } = loaded
  return {
    id: license.id,
    createdAt: license.createdAt.toISOString(),
    updatedAt: license.updatedAt.toISOString(),
    key: openKey(license),
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
    productVersion: null,
    meterAttributes: [],
    metadata: visibleMetadata(license.metadata, 'user'),
  }
}
