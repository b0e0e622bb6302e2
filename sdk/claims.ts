import { isJsonObject, type JsonObject } from './json.ts'

/** The claims every decision rests on. Times are unix seconds, durations seconds; 0 means none. */
export type TokenClaims = {
  issuedAt: number
  /** Of a trial: the trial's own id. */
  activationId: string
  /** A trial has neither license nor key: both are empty then. */
  licenseId: string
  productId: string
  key: string
  fingerprint: string
  /** A trial of the product, not a license. */
  trial: boolean
  suspended: boolean
  expiresAt: number
  leaseExpiresAt: number
  graceEndsAt: number
  syncInterval: number
  /** Seconds the computer's clock may be wrong; negative: not checked. */
  allowedClockOffset: number
  /** All claims as signed, for what this SDK does not name. */
  raw: JsonObject
}

const LAST_SECOND_OF_DATE = 8_640_000_000_000

/**
 * Reads the claims strictly: a missing `eat` or `suspended` would otherwise read as "never expires" or "not suspended".
 * Null when one is missing or of the wrong type.
 */
export function parseClaims(payload: unknown): TokenClaims | null {
  if (!isJsonObject(payload)) return null
  const { iat, aid, lid, pid, key, fp, suspended, eat, leat, ssgpeat, ssi, aco } = payload
  const trial = payload.trial === true
  if (!isText(aid) || !isText(pid) || !isText(fp)) return null
  // Empty in a trial's token alone, so that nothing takes a trial for a license.
  if (trial ? lid !== '' || key !== '' : !isText(lid) || !isText(key)) return null
  if (!isInstant(iat) || !isInstant(eat) || !isInstant(leat) || !isInstant(ssgpeat)) return null
  if (typeof suspended !== 'boolean' || !isSeconds(ssi) || !isSeconds(aco) || iat === 0) return null
  return {
    issuedAt: iat,
    activationId: aid,
    licenseId: trial ? '' : String(lid),
    productId: pid,
    key: trial ? '' : String(key),
    fingerprint: fp,
    trial,
    suspended,
    expiresAt: eat,
    leaseExpiresAt: leat,
    graceEndsAt: ssgpeat,
    syncInterval: ssi,
    allowedClockOffset: aco,
    raw: payload,
  }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value)
}

function isInstant(value: unknown): value is number {
  return isSeconds(value) && value >= 0 && value <= LAST_SECOND_OF_DATE
}
