import type { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { LICENSE_STATUSES } from '#lib/licensing/licenses/status.ts'

/** A status in words: `EXPIRING_SOON` is `Expiring soon`. */
export function statusText(status: string): string {
  const text = status.toLowerCase().replaceAll('_', ' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

export const STATUS_OPTIONS = LICENSE_STATUSES.map((status) => ({ value: status, label: statusText(status) }))

/** `2 of 3`, or `2` where the number of devices is not limited. */
export function devicesText(license: Pick<LicenseDto, 'totalActivations' | 'allowedActivations'>): string {
  const { totalActivations: used, allowedActivations: allowed } = license
  return allowed <= 0 ? `${used} (unlimited)` : `${used} of ${allowed}`
}
