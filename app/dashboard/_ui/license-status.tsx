import { StatusBadge } from '#app/_ui/badge.tsx'
import type { LicenseStatus } from '#lib/licensing/licenses/status.ts'

const TONES: Record<LicenseStatus, 'success' | 'warning' | 'error' | 'info'> = {
  ACTIVE: 'success',
  EXPIRING_SOON: 'warning',
  GRACE: 'warning',
  EXPIRED: 'warning',
  NOT_EFFECTIVE: 'info',
  SUSPENDED: 'warning',
  BANNED: 'error',
  REVOKED: 'error',
}

export function LicenseStatusBadge({ status }: { status: LicenseStatus }) {
  return <StatusBadge status={status.toLowerCase()} tone={TONES[status]} />
}
