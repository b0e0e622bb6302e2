import type { TokenClaims } from './claims.ts'
import { type ClockFault, type ClockWarning, clockWarning, findClockFault } from './clock-guard.ts'
import { type Allowed, type License, toLicense } from './license.ts'
import type { TokenRefusal } from './verify-token.ts'

export type NotActivatedReason = 'NO_TOKEN' | 'DEACTIVATED' | 'ACTIVATION_NOT_FOUND' | 'REVOKED_LICENSE'

/**
 * What the application may do now. Run only on `ACTIVE`, and on `TRIAL` if there is to be a trial; `message` is a sentence to
 * show.
 */
export type LicenseState =
  | { status: 'ACTIVE'; reason: 'VALID'; warning: ClockWarning | null; message: string; license: License }
  | { status: 'TRIAL'; reason: 'TRIAL_RUNS'; warning: ClockWarning | null; message: string; license: License }
  | { status: 'EXPIRED'; reason: 'LICENSE_EXPIRED' | 'TRIAL_OVER'; message: string; license: License }
  | { status: 'SUSPENDED'; reason: 'LICENSE_SUSPENDED'; message: string; license: License }
  | { status: 'GRACE_PERIOD_OVER'; reason: 'SYNC_OVERDUE'; message: string; license: License }
  | { status: 'LEASE_EXPIRED'; reason: 'LEASE_NOT_RENEWED'; message: string; license: License }
  | { status: 'CLOCK_TAMPERED'; reason: ClockFault; message: string; license: License }
  | { status: 'INVALID'; reason: TokenRefusal; message: string; license: null }
  | { status: 'NOT_ACTIVATED'; reason: NotActivatedReason; message: string; license: null }

/**
 * Judges verified claims at `now` in the protocol's order: clock, lease, grace, expiry, suspension. A deadline's own
 * second still counts as before it, and one that was seen to pass stays passed when the clock is turned back. Times in unix
 * seconds.
 */
export function evaluateLicense(
  claims: TokenClaims,
  { now, latestSeen, ...allowed }: Allowed & { now: number; latestSeen: number },
): LicenseState {
  const { allowedClockOffset: offset } = claims
  const at = offset < 0 ? now : Math.max(now, latestSeen)
  const license = toLicense(claims, at, allowed)
  const clockFault = findClockFault(claims, now, latestSeen)
  if (clockFault) {
    const message =
      'The clock of this computer is set to an earlier time. Set it right, then synchronize or take a fresh response.'
    return { status: 'CLOCK_TAMPERED', reason: clockFault, message, license }
  }
  if (isPast(claims.leaseExpiresAt, at)) {
    const message = 'The place held by this computer has run out. Synchronize to take one again.'
    return { status: 'LEASE_EXPIRED', reason: 'LEASE_NOT_RENEWED', message, license }
  }
  if (isPast(claims.graceEndsAt, at)) {
    const message =
      'The license has not been confirmed by the license server for too long. Connect and synchronize.'
    return { status: 'GRACE_PERIOD_OVER', reason: 'SYNC_OVERDUE', message, license }
  }
  if (isPast(claims.expiresAt, at) && claims.trial) {
    return { status: 'EXPIRED', reason: 'TRIAL_OVER', message: 'The trial is over.', license }
  }
  if (isPast(claims.expiresAt, at)) {
    return { status: 'EXPIRED', reason: 'LICENSE_EXPIRED', message: 'The license has expired.', license }
  }
  if (claims.suspended) {
    const message = 'The license is suspended. Please contact the vendor.'
    return { status: 'SUSPENDED', reason: 'LICENSE_SUSPENDED', message, license }
  }
  const warning = clockWarning(now, latestSeen, offset)
  const words = warning ? ' The clock of this computer is set to an earlier time than before.' : ''
  if (claims.trial) {
    return { status: 'TRIAL', reason: 'TRIAL_RUNS', warning, message: `This is a trial.${words}`, license }
  }
  return { status: 'ACTIVE', reason: 'VALID', warning, message: `The license is valid.${words}`, license }
}

function isPast(deadline: number, now: number): boolean {
  return deadline > 0 && now > deadline
}

const INVALID_MESSAGES: Readonly<Record<TokenRefusal, string>> = {
  TOKEN_MALFORMED: 'The stored license is damaged. Activate again with the license key.',
  ALGORITHM_NOT_ALLOWED: 'The stored license is not genuine. Activate again with the license key.',
  SIGNATURE_INVALID: 'The stored license is not genuine. Activate again with the license key.',
  CLAIMS_INVALID: 'The stored license is incomplete. Activate again with the license key.',
  PRODUCT_MISMATCH: 'The stored license belongs to another product.',
  FINGERPRINT_MISMATCH:
    'The stored license belongs to another computer. Activate this one with the license key.',
}

/** The state of a token that proves nothing here. */
export function invalidState(reason: TokenRefusal): LicenseState {
  return { status: 'INVALID', reason, message: INVALID_MESSAGES[reason], license: null }
}

const NOT_ACTIVATED_MESSAGES: Readonly<Record<NotActivatedReason, string>> = {
  NO_TOKEN: 'This computer is not activated.',
  DEACTIVATED: 'This computer has been deactivated.',
  ACTIVATION_NOT_FOUND: 'This computer was removed from the license. Activate it again with the license key.',
  REVOKED_LICENSE: 'The license has been revoked. Please contact the vendor.',
}

/** The state of a computer that holds no token. */
export function notActivatedState(reason: NotActivatedReason): LicenseState {
  return { status: 'NOT_ACTIVATED', reason, message: NOT_ACTIVATED_MESSAGES[reason], license: null }
}
