import type { TokenClaims } from './claims.ts'
import { localError } from './errors.ts'
import { isJsonObject, type JsonObject, numberOf, textOf } from './json.ts'
import { sameText } from './same-text.ts'
import type { TrustedKey } from './trusted-key.ts'
import { verifySignature } from './verify-signature.ts'

/** A feature that the license allows: the same shape in a token, after a sync, of a trial and in a file. */
export type Entitlement = {
  /** What the application asks for: the feature's name in the portal. */
  name: string
  displayName: string
  value: string
  /** Null: as long as the license. */
  expiresAt: Date | null
}

/** How an application asks what it may do. */
export type Entitled = {
  /** Those not yet ended. */
  entitlements: Entitlement[]
  /**
   * Whether the license allows the feature of exactly this name. Throws `LatchkeyError` `CONFIGURATION` for what cannot be a
   * name, and for one that the option `features` does not list.
   */
  hasEntitlement(name: string): boolean
  /** The entitlement of that name with its value, or undefined; throws as `hasEntitlement` does. */
  entitlement(name: string): Entitlement | undefined
}

/**
 * Adds the two methods to a license or the content of a file. They are not own properties, so that printing, comparing or
 * sending it handles plain data.
 */
export function entitled<T extends { entitlements: Entitlement[] }>(
  content: T,
  features: readonly string[] | null,
): T & Entitled {
  const entitlement = (name: string): Entitlement | undefined => {
    assertFeature(name, features)
    return content.entitlements.find((entry) => entry.name === name)
  }
  const questions = { entitlement, hasEntitlement: (name: string) => entitlement(name) !== undefined }
  return Object.assign(Object.create(questions) as typeof questions, content)
}

/** Those that have not ended; an end's own second still counts as before it. */
export function currentEntitlements(list: readonly Entitlement[], nowSeconds: number): Entitlement[] {
  return list.filter(({ expiresAt }) => expiresAt === null || expiresAt.getTime() >= nowSeconds * 1000)
}

/**
 * The entitlements that were signed together with an activation token: an answer without a connection holds them itself, an
 * online one names them in a second token. Null when that one was not issued with this very activation token: otherwise an
 * old one would bring back what has been taken away.
 */
export function readEntitlements(
  claims: TokenClaims,
  second: string | null,
  publicKeys: readonly TrustedKey[],
): Entitlement[] | null {
  if (second === null) return parseEntries(claims.raw.ent ?? [])
  const signed = verifySignature(second, publicKeys)
  if (!signed.ok || !isJsonObject(signed.payload)) return null
  const { payload } = signed
  const isBound =
    payload.iat === claims.issuedAt &&
    sameText(textOf(payload, 'aid'), claims.activationId) &&
    sameText(textOf(payload, 'lid'), claims.licenseId) &&
    sameText(textOf(payload, 'pid'), claims.productId)
  return isBound ? parseEntries(payload.entitlements) : null
}

/** Null when one cannot be read: its end might be what is missing. */
function parseEntries(entries: unknown): Entitlement[] | null {
  if (!Array.isArray(entries) || !entries.every(isJsonObject)) return null
  const parsed = entries.map(parseEntry)
  return parsed.every((entry) => entry !== null) ? parsed : null
}

function parseEntry(entry: JsonObject): Entitlement | null {
  const name = textOf(entry, 'featureName')
  const ends = numberOf(entry, 'expiresAt')
  const expiresAt = ends === 0 || ends === null ? null : new Date(ends * 1000)
  if (!name || ends === null || (expiresAt && Number.isNaN(expiresAt.getTime()))) return null
  return {
    name,
    displayName: textOf(entry, 'featureDisplayName') || name,
    value: textOf(entry, 'value'),
    expiresAt,
  }
}

/** Throws `CONFIGURATION`: a mistyped name would read as "not allowed" for ever, and nobody would notice. */
export function assertFeature(name: unknown, features: readonly string[] | null): void {
  if (typeof name !== 'string' || name === '') {
    throw localError('CONFIGURATION', 'A feature is asked for by its name, as a text.')
  }
  if (features && !features.includes(name)) {
    throw localError('CONFIGURATION', `The Latchkey option "features" does not list the feature "${name}".`)
  }
}
