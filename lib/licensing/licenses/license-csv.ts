import { csvForm } from '#lib/core/input/csv.ts'
import type { LicenseDto } from './license-dto.ts'

/** The columns of an export of licenses. */
export const licenseCsv = csvForm<LicenseDto>('licenses', {
  id: (license) => license.id,
  key: (license) => license.key,
  status: (license) => license.status,
  type: (license) => license.type,
  productId: (license) => license.productId,
  product: (license) => license.product.displayName,
  userId: (license) => license.user?.id,
  userName: (license) => license.user?.name,
  userEmail: (license) => license.user?.email,
  userCompany: (license) => license.user?.company,
  organizationId: (license) => license.organization?.id,
  organization: (license) => license.organization?.name,
  reseller: (license) => license.reseller?.name,
  productVersion: (license) => license.productVersion?.displayName,
  entitlements: (license) =>
    license.effectiveEntitlements.map(({ featureName, value }) =>
      value ? `${featureName}=${value}` : featureName,
    ),
  createdAt: (license) => license.createdAt,
  updatedAt: (license) => license.updatedAt,
  expiresAt: (license) => license.expiresAt,
  subscriptionInterval: (license) => license.subscriptionInterval,
  maintenanceExpiresAt: (license) => license.maintenanceExpiresAt,
  suspended: (license) => license.suspended,
  revoked: (license) => license.revoked,
  allowedActivations: (license) => license.allowedActivations,
  totalActivations: (license) => license.totalActivations,
  allowedDeactivations: (license) => license.allowedDeactivations,
  totalDeactivations: (license) => license.totalDeactivations,
  allowedFloatingClients: (license) => license.allowedFloatingClients,
  meterAttributes: (license) =>
    JSON.stringify(
      Object.fromEntries(license.meterAttributes.map(({ name, totalUses }) => [name, totalUses])),
    ),
  tags: (license) => license.tags,
  notes: (license) => license.notes,
  metadata: (license) =>
    JSON.stringify(Object.fromEntries(license.metadata.map(({ key, value }) => [key, value]))),
})
