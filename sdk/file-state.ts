import { type ClockWarning, clockWarning, isLargeJump } from './clock-guard.ts'
import { currentEntitlements, entitled } from './entitlements.ts'
import type { FileContent, FileRefusal } from './offline-file.ts'

/** What an application may do on a license or machine file. Run only on `ACTIVE`; `message` is a sentence to show. */
export type FileState =
  | { status: 'ACTIVE'; warning: ClockWarning | null; message: string; content: FileContent }
  | { status: Exclude<FileStatus, 'ACTIVE' | 'INVALID'>; message: string; content: FileContent }
  | { status: 'INVALID'; reason: FileRefusal; message: string; content: null }

export type FileStatus =
  | 'ACTIVE'
  | 'CLOCK_TAMPERED'
  | 'FILE_EXPIRED'
  | 'REVOKED'
  | 'EXPIRED'
  | 'NOT_EFFECTIVE'
  | 'SUSPENDED'
  | 'INVALID'

/** Seconds that a computer's clock may be wrong. */
const CLOCK_OFFSET = 3_600

const MESSAGES: Readonly<Record<Exclude<FileStatus, 'INVALID'>, string>> = {
  ACTIVE: 'The license is valid.',
  CLOCK_TAMPERED: 'The clock of this computer is set to an earlier time. Set it right.',
  FILE_EXPIRED: 'The license file has expired. Please get a new one.',
  REVOKED: 'The license has been revoked. Please contact the vendor.',
  EXPIRED: 'The license has expired.',
  NOT_EFFECTIVE: 'The license is not effective yet.',
  SUSPENDED: 'The license is suspended. Please contact the vendor.',
}

const REFUSALS: Readonly<Record<FileRefusal, string>> = {
  FILE_MALFORMED: 'This is not a license file, or it is damaged.',
  ALGORITHM_NOT_ALLOWED: 'The license file is not genuine.',
  SIGNATURE_INVALID: 'The license file is not genuine.',
  SECRET_WRONG: 'The license key does not open this file, or the file is for another computer.',
  CONTENT_INVALID: 'The license file is incomplete.',
  KEY_ID_MISMATCH: 'The license file is not genuine.',
  PRODUCT_MISMATCH: 'The license file is for another product.',
  LICENSE_KEY_MISMATCH: 'The license file is for another license key.',
  FINGERPRINT_MISMATCH: 'The license file is for another computer.',
}

/** Judges a genuine file at `now`; all times in unix seconds. A deadline's own second still counts as before it. */
export function judgeFile(
  content: FileContent,
  {
    now,
    latestSeen,
    isRevoked,
    features = null,
  }: { now: number; latestSeen: number; isRevoked: boolean; features?: readonly string[] | null },
): FileState {
  const status = statusOf(content, now, latestSeen, isRevoked)
  const entitlements = currentEntitlements(content.entitlements, Math.max(now, latestSeen))
  const told = { message: MESSAGES[status], content: entitled({ ...content, entitlements }, features) }
  if (status !== 'ACTIVE') return { status, ...told }
  return { status, warning: clockWarning(now, latestSeen, CLOCK_OFFSET), ...told }
}

/** The state of a file that proves nothing here. */
export function invalidFile(reason: FileRefusal): FileState {
  return { status: 'INVALID', reason, message: REFUSALS[reason], content: null }
}

function statusOf(
  { issuedAt, expiresAt, license }: FileContent,
  now: number,
  latestSeen: number,
  isRevoked: boolean,
) {
  if (issuedAt - now > CLOCK_OFFSET || isLargeJump(now, latestSeen, CLOCK_OFFSET)) return 'CLOCK_TAMPERED'
  // A deadline that was seen to pass stays passed.
  const at = Math.max(now, latestSeen)
  if (at > expiresAt) return 'FILE_EXPIRED'
  if (isRevoked || license.status === 'REVOKED') return 'REVOKED'
  if (license.suspended || ['SUSPENDED', 'BANNED'].includes(license.status)) return 'SUSPENDED'
  if (license.effectiveAt > now) return 'NOT_EFFECTIVE'
  if (license.expiresAt > 0 && at > license.expiresAt) return 'EXPIRED'
  return 'ACTIVE'
}
