import { createHash, createHmac, type KeyObject } from 'node:crypto'

/** The fields that a link's hash covers, among them actor, address and change. */
export interface ChainLink {
  seq: number
  id: string
  event: string
  resource: string
  resourceId: string
  userId: string | null
  actor: string
  onBehalfOf: string | null
  ip: string | null
  requestId: string
  changes: Record<string, unknown>
  createdAt: string
  previousHash: string
}

/** The previous hash of the first link. */
export const GENESIS = '0'.repeat(64)

/** The event of the first keyed link in a chain that was not keyed before. Its hash covers all links before it. */
export const MARK = 'audit.keyed'

/**
 * The link's hash, hex: HMAC-SHA-256 over canonical JSON (sorted keys, because the database keeps none). Without the key it
 * cannot be made, so a link that was altered, and every later one made to fit it, is found.
 */
export function linkHash(
  link: ChainLink,
  by: { accountId: string; keyId: string; secret: KeyObject },
): string {
  const { accountId, keyId, secret } = by
  return createHmac('sha256', secret)
    .update(canonicalJson({ ...link, accountId, keyId }))
    .digest('hex')
}

/** The hash of links from before chains were keyed: SHA-256, which anybody can make. */
export function unkeyedHash(link: ChainLink): string {
  return createHash('sha256').update(canonicalJson(link)).digest('hex')
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  // Values as a JSON column returns them. A date that was hashed as an object would never verify again.
  if (value instanceof Date) return JSON.stringify(value)
  if (value !== null && typeof value === 'object') {
    const entries = Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
    return `{${entries.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`
  }
  return JSON.stringify(value) ?? 'null'
}
