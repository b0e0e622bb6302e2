import { lastValidMoment } from '../activations/activation-token.ts'
import { entitlementsOf } from '../activations/license-facts.ts'
import { deviceLimit } from '../activations/rules.ts'
import { isRevoked, isSuspended } from '../licenses/status.ts'
import { FAILURES, type Failure, type ValidationDto, type ValidationInput } from './validation-dto.ts'
import type { ValidationFacts } from './validation-facts.ts'

type Check = ValidationDto['checks'][number]

export interface Judged {
  facts: ValidationFacts
  input: ValidationInput
  /** Why the license does not cover this release; null if it does. */
  releaseRefusal: string | null
  at: Date
}

/** Every check in its fixed order, with a sentence about its result. */
export function runChecks(judged: Judged): Check[] {
  return FAILURES.map((name) => {
    const failure = failureOf[name](judged)
    return { name, passed: failure === null, detail: failure ?? passedDetail(name, judged) }
  })
}

/** The checks where there is no license to judge. */
export function checksOfNothing(reason: string): Check[] {
  return FAILURES.map((name) => ({
    name,
    passed: false,
    detail: name === 'NOT_FOUND' ? reason : 'Not judged: there is no license.',
  }))
}

/** The problem as a sentence; null if there is none. */
const failureOf: Record<Failure, (judged: Judged) => string | null> = {
  NOT_FOUND: () => null,
  REVOKED: ({ facts }) => (isRevoked(facts.license) ? 'The license has been revoked.' : null),
  BANNED: ({ facts }) => (facts.ownerBannedAt ? 'The license’s owner is banned.' : null),
  SUSPENDED: ({ facts: { license } }) => {
    if (!isSuspended(license)) return null
    return license.suspendedManualAt
      ? 'The license is suspended.'
      : 'The license is suspended because a payment is due.'
  },
  NOT_EFFECTIVE: ({ facts: { license }, at }) =>
    license.effectiveAt && license.effectiveAt > at
      ? `The license is effective from ${license.effectiveAt.toISOString()}.`
      : null,
  EXPIRED: ({ facts: { license }, at }) => {
    const until = lastValidMoment(license)
    return until && until <= at ? `The license ended on ${until.toISOString()}.` : null
  },
  PRODUCT_MISMATCH: ({ facts, input }) =>
    facts.license.productId === input.productId.toLowerCase() ? null : 'The license is for another product.',
  ENTITLEMENT_MISSING: ({ facts, input, at }) => {
    const allowed = new Set(entitlementsOf(facts, at)?.map(({ featureName }) => featureName))
    const missing = (input.entitlements ?? []).filter((name) => !allowed.has(name))
    return missing.length > 0 ? `The license does not allow: ${missing.join(', ')}.` : null
  },
  VERSION_NOT_ALLOWED: ({ releaseRefusal }) => releaseRefusal,
  NO_ACTIVATION: ({ facts, input }) =>
    input.fingerprint && facts.places.known === 0 ? 'No device has activated the license yet.' : null,
  FINGERPRINT_MISMATCH: ({ facts, input }) => {
    if (!input.fingerprint || facts.places.known === 0 || devicesOf(facts, input).length > 0) return null
    return facts.places.own.length > 0
      ? 'The license is activated on this computer for another user.'
      : 'The license is activated on other computers, not on this one.'
  },
  LEASE_EXPIRED: ({ facts, input, at }) => {
    const [device] = devicesOf(facts, input)
    if (!device?.leaseExpiresAt || new Date(device.leaseExpiresAt) > at) return null
    return `The lease of this computer ended on ${new Date(device.leaseExpiresAt).toISOString()}.`
  },
  TOO_MANY_ACTIVATIONS: ({ facts }) => {
    const limit = deviceLimit(facts.license)
    return limit !== null && facts.places.inUse > limit
      ? `The license is for ${limit} devices, and ${facts.places.inUse} use it.`
      : null
  },
}

function devicesOf(facts: ValidationFacts, { userHash }: ValidationInput) {
  return facts.license.userLocked
    ? facts.places.own.filter((device) => device.userHash === userHash)
    : facts.places.own
}

const PASSED: Record<Failure, string> = {
  NOT_FOUND: 'There is such a license.',
  REVOKED: 'It has not been revoked.',
  BANNED: 'Its owner is not banned.',
  SUSPENDED: 'It is not suspended.',
  NOT_EFFECTIVE: 'It is in effect.',
  EXPIRED: 'It has not ended.',
  PRODUCT_MISMATCH: 'It is for this product.',
  ENTITLEMENT_MISSING: 'It allows what was asked for.',
  VERSION_NOT_ALLOWED: 'It is for this version.',
  NO_ACTIVATION: 'Devices have activated it.',
  FINGERPRINT_MISMATCH: 'This computer has activated it.',
  LEASE_EXPIRED: 'This computer holds its place.',
  TOO_MANY_ACTIVATIONS: 'No more devices use it than it is for.',
}

const OF_DEVICE: readonly Failure[] = ['NO_ACTIVATION', 'FINGERPRINT_MISMATCH', 'LEASE_EXPIRED']

function passedDetail(name: Failure, { facts: { license }, input, at }: Judged): string {
  if (OF_DEVICE.includes(name) && !input.fingerprint) return 'Not judged: no fingerprint was given.'
  if (name === 'FINGERPRINT_MISMATCH' && license.userLocked)
    return 'This computer and user have activated it.'
  if (name === 'ENTITLEMENT_MISSING' && !input.entitlements?.length) return 'Nothing was asked for.'
  if (name === 'VERSION_NOT_ALLOWED' && !input.releaseVersion) return 'No version was given.'
  if (name === 'EXPIRED' && license.expiresAt && license.expiresAt <= at) {
    const until = lastValidMoment(license)?.toISOString()
    return `It expired on ${license.expiresAt.toISOString()} and counts until ${until}.`
  }
  if (name === 'EXPIRED' && license.expiresAt) return `It expires on ${license.expiresAt.toISOString()}.`
  return PASSED[name]
}
