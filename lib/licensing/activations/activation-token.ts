import type { activations } from '#db/schema/licenses.ts'
import type { PostalAddress } from '#db/schema/organizations.ts'
import type { VersionFeatureFlag } from '#db/schema/product-versions.ts'
import { visibleMetadata } from '#lib/core/metadata/metadata.ts'
import type { ActivationMeter, LicenseMeter } from '../meters/meter-columns.ts'
import { entitlementsOf, type LicenseFacts } from './license-facts.ts'
import { deviceLimit, isFloating, isWithheld } from './rules.ts'

export type Activation = typeof activations.$inferSelect

export interface TokenFacts extends LicenseFacts {
  activation: Activation
  /** As the caller sent it: the database holds only its hash. */
  key: string
  /** Devices that hold the license now, this one included. */
  devicesInUse: number
  licenseMeters: readonly LicenseMeter[]
  activationMeters: readonly ActivationMeter[]
  /** The device's name of its request; empty = none. */
  requestId?: string
  /** For an answer by file: the moment after which the device needs another one. */
  offlineValidUntil?: Date
}

interface ClaimEntry {
  key: string
  value: string
}

/** The claims of an activation token, names and meanings as the protocol's clients know them (contract §6). */
export interface ActivationClaims {
  [claim: string]:
    | string
    | number
    | boolean
    | ClaimEntry[]
    | MeterClaim[]
    | ActivationMeter[]
    | VersionFeatureFlag[]
    | EntitlementClaim[]
    | PostalAddress
}

/** A feature that the license allows; `expiresAt` in unix seconds, 0 = as long as the license. */
export interface EntitlementClaim {
  featureName: string
  /** Left out where space counts. */
  featureDisplayName?: string
  value: string
  expiresAt: number
}

/** A license's counter as applications know it. */
interface MeterClaim {
  name: string
  allowedUses: number
  totalUses: number
  grossUses: number
}

/**
 * The claims of a token at that moment. Times are unix seconds, 0 = none; durations are seconds. Claims about things that the
 * license does not have (organization, product version, entitlement set) are absent, as on old servers.
 */
export function activationClaims(facts: TokenFacts, at: Date): ActivationClaims {
  const { license, owner, activation } = facts
  const now = Math.floor(at.getTime() / 1000)
  const limit = deviceLimit(license)
  return {
    iat: now,
    aid: activation.id,
    lid: license.id,
    pid: license.productId,
    key: facts.key,
    type: license.type,
    suspended: isWithheld(facts),
    name: owner ? `${owner.firstName} ${owner.lastName}`.trim() : '',
    email: facts.ownerEmail ?? '',
    company: owner?.company ?? '',
    fp: activation.fingerprint,
    fms: license.fingerprintMatchingStrategy,
    uh: activation.userHash,
    os: activation.os,
    eat: seconds(lastValidMoment(license)),
    leat: seconds(activation.leaseExpiresAt),
    ld: isFloating(license) ? license.leaseDuration : 0,
    ls: license.leasingStrategy,
    ssi: license.serverSyncInterval,
    ssgpeat: license.serverSyncGracePeriod < 0 ? 0 : now + license.serverSyncGracePeriod,
    aco: license.disableClockValidation ? -1 : license.allowedClockOffset,
    orv: seconds(facts.offlineValidUntil ?? null),
    fc: license.allowedFloatingClients,
    // Official clients throw when one of these six is missing.
    pmd: visibleMetadata(facts.productMetadata, 'activation'),
    lmd: visibleMetadata(license.metadata, 'activation'),
    umd: visibleMetadata(owner?.metadata ?? [], 'activation'),
    amd: activation.metadata.map(({ key, value }) => ({ key, value })),
    lma: facts.licenseMeters
      .filter((meter) => meter.visible)
      .map(({ name, allowedUses, totalUses, grossUses }) => ({ name, allowedUses, totalUses, grossUses })),
    ama: facts.activationMeters.map(({ name, uses }) => ({ name, uses })),
    lcat: seconds(license.createdAt),
    laat: seconds(license.firstActivatedAt),
    acat: seconds(activation.createdAt),
    meat: seconds(license.maintenanceExpiresAt),
    marv: license.maxAllowedReleaseVersion,
    crv: license.currentReleaseVersion,
    aa: limit ?? -1,
    ta: facts.devicesInUse,
    ad: license.allowedDeactivations,
    td: license.totalDeactivations,
    ...(facts.requestId && { rid: facts.requestId }),
    ...(facts.organization && {
      on: facts.organization.name,
      oa: facts.organization.address ?? NO_ADDRESS,
    }),
    ...(facts.productVersion && {
      pvn: facts.productVersion.name,
      pvdn: facts.productVersion.displayName,
      pvff: facts.productVersion.featureFlags,
    }),
    ...(facts.entitlementSet && {
      esn: facts.entitlementSet.name,
      esdn: facts.entitlementSet.displayName,
    }),
  }
}

const NO_ADDRESS: PostalAddress = {
  addressLine1: '',
  addressLine2: '',
  city: '',
  state: '',
  country: '',
  postalCode: '',
}

/**
 * The claims of the second token: the features that the license allows at that moment. Undefined if the license never had any.
 */
export function entitlementClaims(facts: TokenFacts, at: Date) {
  const entitlements = entitlementsOf(facts, at)
  if (!entitlements) return undefined
  return {
    iat: Math.floor(at.getTime() / 1000),
    aid: facts.activation.id,
    lid: facts.license.id,
    pid: facts.license.productId,
    entitlements: entitlements.map(({ featureName, featureDisplayName, value, expiresAt }) => ({
      featureName,
      featureDisplayName,
      value,
      expiresAt: seconds(expiresAt),
    })),
  }
}

/** The end of the license's grace after expiry: the token carries one expiry, and the license is valid until then. */
export function lastValidMoment(
  license: Pick<LicenseFacts['license'], 'expiresAt' | 'expiryGracePeriod'>,
): Date | null {
  if (!license.expiresAt) return null
  return new Date(license.expiresAt.getTime() + license.expiryGracePeriod * 1000)
}

/** A moment at or before 1970 must not read as "none". */
function seconds(moment: Date | null): number {
  return moment ? Math.max(1, Math.floor(moment.getTime() / 1000)) : 0
}
