import { comparePartially, parseVersion } from '#lib/core/version.ts'
import { isUsable, type LicenseStatus } from '../licenses/status.ts'

/** The facts of a license that decide which releases it may get. `status` is that of `lib/licensing/licenses/status.ts`. */
export interface LicenseForReleases {
  productId: string
  status: LicenseStatus
  /** It may not get releases that were published later; null = no such limit. */
  maintenanceExpiresAt: Date | null
  /** Highest version; empty = any. */
  maxAllowedReleaseVersion: string
}

/** The facts of a release that decide. */
export interface ReleaseForLicenses {
  productId: string
  /** Null = not published. */
  publishedAt: Date | null
  versionParts: readonly number[]
}

export type ReleaseRefusal =
  | 'NOT_PUBLISHED'
  | 'OTHER_PRODUCT'
  | 'LICENSE_NOT_USABLE'
  | 'MAINTENANCE_EXPIRED'
  | 'VERSION_NOT_ALLOWED'

/** Why the license may not get the release; null when it may. Pages, downloads and update checks all use this rule. */
export function releaseRefusal(
  license: LicenseForReleases,
  release: ReleaseForLicenses,
): ReleaseRefusal | null {
  if (!release.publishedAt) return 'NOT_PUBLISHED'
  if (release.productId !== license.productId) return 'OTHER_PRODUCT'
  if (!isUsable(license.status)) return 'LICENSE_NOT_USABLE'
  if (license.maintenanceExpiresAt && release.publishedAt > license.maintenanceExpiresAt) {
    return 'MAINTENANCE_EXPIRED'
  }
  if (!isVersionWithin(release.versionParts, license.maxAllowedReleaseVersion)) return 'VERSION_NOT_ALLOWED'
  return null
}

/** Whether a version lies within a license's highest one; `2.1` holds every `2.1.x`. Empty = any. */
export function isVersionWithin(parts: readonly number[], maxAllowedReleaseVersion: string): boolean {
  if (maxAllowedReleaseVersion === '') return true
  const limit = parseVersion(maxAllowedReleaseVersion)
  // An unreadable limit forbids every release, because it was meant to forbid some.
  return limit !== undefined && comparePartially(parts, limit) <= 0
}
