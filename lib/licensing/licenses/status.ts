/** Every state of a license, in the order of the checks: the first that holds is the status. */
export const LICENSE_STATUSES = [
  'REVOKED',
  'BANNED',
  'SUSPENDED',
  'NOT_EFFECTIVE',
  'EXPIRED',
  'GRACE',
  'EXPIRING_SOON',
  'ACTIVE',
] as const

export type LicenseStatus = (typeof LICENSE_STATUSES)[number]

/** The facts behind the status. A license's row has all of them but `ownerBannedAt`, which its user's row has. */
export interface StatusFacts {
  revokedManualAt: Date | null
  revokedBillingAt: Date | null
  suspendedManualAt: Date | null
  suspendedBillingAt: Date | null
  effectiveAt: Date | null
  expiresAt: Date | null
  /** Seconds after expiry during which it is still valid. */
  expiryGracePeriod: number
  /** Seconds before expiry from which it counts as expiring soon. */
  expiringSoonEventOffset: number
  ownerBannedAt: Date | null
}

/** The one answer to "is this license good?", for customer, operator, API and activation token alike (licensing §1). */
export function licenseStatus(facts: StatusFacts, now: Date): LicenseStatus {
  if (isRevoked(facts)) return 'REVOKED'
  if (facts.ownerBannedAt) return 'BANNED'
  if (isSuspended(facts)) return 'SUSPENDED'
  if (facts.effectiveAt && facts.effectiveAt > now) return 'NOT_EFFECTIVE'
  if (!facts.expiresAt) return 'ACTIVE'
  const secondsLeft = (facts.expiresAt.getTime() - now.getTime()) / 1000
  if (secondsLeft <= -facts.expiryGracePeriod) return 'EXPIRED'
  if (secondsLeft <= 0) return 'GRACE'
  if (secondsLeft <= facts.expiringSoonEventOffset) return 'EXPIRING_SOON'
  return 'ACTIVE'
}

/** Revoked for any cause. */
export function isRevoked(facts: Pick<StatusFacts, 'revokedManualAt' | 'revokedBillingAt'>): boolean {
  return facts.revokedManualAt !== null || facts.revokedBillingAt !== null
}

/** Suspended for any cause. */
export function isSuspended(facts: Pick<StatusFacts, 'suspendedManualAt' | 'suspendedBillingAt'>): boolean {
  return facts.suspendedManualAt !== null || facts.suspendedBillingAt !== null
}

/** Whether an application may run on a license in this state. */
export function isUsable(status: LicenseStatus): boolean {
  return status === 'ACTIVE' || status === 'EXPIRING_SOON' || status === 'GRACE'
}
