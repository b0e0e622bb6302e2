import type { TokenClaims } from './claims.ts'
import { currentEntitlements, type Entitled, type Entitlement, entitled } from './entitlements.ts'
import { type JsonObject, numberOf, objectsOf, textOf } from './json.ts'

export type MetadataEntry = { key: string; value: string }
/** `allowed` null: unlimited. */
export type Usage = { used: number; allowed: number | null }
export type Meter = { name: string; used: number; allowed: number | null }
export type FeatureFlag = { name: string; enabled: boolean; data: string }

/** What the signed token says about the license, the activation and what they allow. */
export type License = Entitled & {
  /** Empty of a trial, like the key. */
  id: string
  key: string
  /** `node-locked`, `hosted-floating`, `trial`, … */
  type: string
  activationId: string
  productId: string
  holder: { name: string; email: string; company: string; organization: string }
  issuedAt: Date
  /** Null: never. */
  expiresAt: Date | null
  leaseExpiresAt: Date | null
  suspended: boolean
  /** Null: the license asks for no synchronizing. */
  nextSyncAt: Date | null
  graceEndsAt: Date | null
  /** The first instant at which this token alone stops being enough; null: it always is. */
  worksOfflineUntil: Date | null
  /** Null: the token does not tell. */
  activations: Usage | null
  deactivations: Usage | null
  metadata: {
    license: MetadataEntry[]
    user: MetadataEntry[]
    product: MetadataEntry[]
    activation: MetadataEntry[]
  }
  meters: { license: Meter[]; activation: Meter[] }
  productVersion: { name: string; displayName: string; featureFlags: FeatureFlag[] } | null
  entitlementSet: { name: string; displayName: string } | null
  maintenance: { expiresAt: Date | null; currentRelease: string; maxAllowedRelease: string }
  /** All claims as signed, for what is not named here. */
  claims: JsonObject
}

/** What a license's entitlements are judged by. */
export type Allowed = {
  /** As they were signed. */
  entitlements: readonly Entitlement[]
  /** Names that the application asks for; null: it has not told. */
  features: readonly string[] | null
}

/** Turns verified claims into what an application wants to know. `nowSeconds` decides which entitlements have ended. */
export function toLicense(claims: TokenClaims, nowSeconds: number, allowed: Allowed): License {
  const { raw } = claims
  const ends = [claims.expiresAt, claims.graceEndsAt, claims.leaseExpiresAt].filter((end) => end > 0)
  const license = {
    id: claims.licenseId,
    key: claims.key,
    type: textOf(raw, 'type'),
    activationId: claims.activationId,
    productId: claims.productId,
    holder: {
      name: textOf(raw, 'name'),
      email: textOf(raw, 'email'),
      company: textOf(raw, 'company'),
      organization: textOf(raw, 'on'),
    },
    issuedAt: new Date(claims.issuedAt * 1000),
    expiresAt: toDate(claims.expiresAt),
    leaseExpiresAt: toDate(claims.leaseExpiresAt),
    suspended: claims.suspended,
    nextSyncAt: claims.syncInterval > 0 ? toDate(claims.issuedAt + claims.syncInterval) : null,
    graceEndsAt: toDate(claims.graceEndsAt),
    worksOfflineUntil: ends.length > 0 ? toDate(Math.min(...ends)) : null,
    activations: usageOf(raw, 'ta', 'aa', true),
    deactivations: usageOf(raw, 'td', 'ad', false),
    metadata: {
      license: metadataOf(raw, 'lmd'),
      user: metadataOf(raw, 'umd'),
      product: metadataOf(raw, 'pmd'),
      activation: metadataOf(raw, 'amd'),
    },
    meters: { license: licenseMetersOf(raw), activation: activationMetersOf(raw) },
    productVersion: productVersionOf(raw),
    entitlementSet: textOf(raw, 'esn')
      ? { name: textOf(raw, 'esn'), displayName: textOf(raw, 'esdn') }
      : null,
    entitlements: currentEntitlements(allowed.entitlements, nowSeconds),
    maintenance: {
      expiresAt: toDate(numberOf(raw, 'meat') ?? 0),
      currentRelease: textOf(raw, 'crv'),
      maxAllowedRelease: textOf(raw, 'marv'),
    },
    claims: raw,
  }
  return entitled(license, allowed.features)
}

function toDate(seconds: number): Date | null {
  const date = new Date(seconds * 1000)
  return seconds > 0 && !Number.isNaN(date.getTime()) ? date : null
}

function usageOf(
  raw: JsonObject,
  usedName: string,
  allowedName: string,
  zeroIsUnlimited: boolean,
): Usage | null {
  const allowed = numberOf(raw, allowedName)
  const used = numberOf(raw, usedName)
  if (allowed === null || used === null) return null
  return { used, allowed: allowed < 0 || (allowed === 0 && zeroIsUnlimited) ? null : allowed }
}

/** The entries of one of the token's metadata claims. */
export function metadataOf(raw: JsonObject, name: string): MetadataEntry[] {
  return objectsOf(raw, name).map((entry) => ({ key: textOf(entry, 'key'), value: textOf(entry, 'value') }))
}

function licenseMetersOf(raw: JsonObject): Meter[] {
  return objectsOf(raw, 'lma').map((meter) => {
    const allowed = numberOf(meter, 'allowedUses') ?? -1
    const used = numberOf(meter, 'totalUses') ?? 0
    return { name: textOf(meter, 'name'), used, allowed: allowed < 0 ? null : allowed }
  })
}

/** A device's own uses have no limit of their own. */
function activationMetersOf(raw: JsonObject): Meter[] {
  return objectsOf(raw, 'ama').map((meter) => ({
    name: textOf(meter, 'name'),
    used: numberOf(meter, 'uses') ?? 0,
    allowed: null,
  }))
}

function productVersionOf(raw: JsonObject): License['productVersion'] {
  const name = textOf(raw, 'pvn')
  if (!name) return null
  const featureFlags = objectsOf(raw, 'pvff').map((flag) => ({
    name: textOf(flag, 'name'),
    enabled: flag.enabled === true,
    data: textOf(flag, 'data'),
  }))
  return { name, displayName: textOf(raw, 'pvdn'), featureFlags }
}
