import { createHash } from 'node:crypto'
import { normalize } from '#lib/core/normalize.ts'

/**
 * The parts of a computer in the native client's fingerprint. `base` (board), `puuid` (the product's UUID) and `bv` (BIOS)
 * identify one computer; the others name parts that are exchanged or that many computers have.
 */
export const MEMBERS = ['base', 'lc', 'wc', 'ltc', 'pn', 'ps', 'bv', 'puuid'] as const
export type Member = (typeof MEMBERS)[number]

const STRONG: readonly Member[] = ['base', 'puuid', 'bv']

export type MatchingStrategy = 'exact' | 'fuzzy' | 'loose'

/** The meaningful members in their compared form. */
export type StructuredFingerprint = ReadonlyMap<Member, string>

/** The first characters of base64 of a JSON object: a cheap test of a text or a column. */
export const STRUCTURED_START = '^e[yw]'
const STARTS_LIKE_ONE = new RegExp(STRUCTURED_START)

const BASE64 = /^[A-Za-z0-9+/_-]+={0,2}$/

/** Placeholders that makers leave instead of a serial number, in lower case and with single spaces. */
const PLACEHOLDERS: ReadonlySet<string> = new Set([
  'to be filled by o.e.m.',
  'to be filled by o.e.m',
  'to be filled by oem',
  'default string',
  'default',
  'none',
  'null',
  'n/a',
  'na',
  'not specified',
  'not applicable',
  'not available',
  'not provided',
  'not set',
  'undefined',
  'unknown',
  'unspecified',
  'empty',
  'invalid',
  'o.e.m.',
  'oem',
  'standard',
  'serial number',
  'system serial number',
  'system product name',
  'system manufacturer',
  'system version',
  'base board serial number',
  'baseboard serial number',
  'chassis serial number',
  'board serial number',
  'type1productconfigid',
  'sys-1234567890',
  '0123456789',
  '123456789',
  '1234567890',
  // The UUID that boards come with when nobody has set one.
  '03000200-0400-0500-0006-000700080009',
])

/** The parts of the native client's fingerprint: base64 of a JSON object of those members; null for any other text. */
export function parseStructured(fingerprint: string): StructuredFingerprint | null {
  if (!STARTS_LIKE_ONE.test(fingerprint) || !BASE64.test(fingerprint)) return null
  let parsed: unknown
  try {
    parsed = JSON.parse(Buffer.from(fingerprint, 'base64').toString('utf8'))
  } catch {
    return null
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return null
  const told = new Map(Object.entries(parsed))
  if (!MEMBERS.some((member) => told.has(member))) return null
  const members = MEMBERS.map((member) => [member, comparable(told.get(member))] as const)
  return new Map(members.filter(([, value]) => value !== ''))
}

/** The compared form; empty for a placeholder. */
function comparable(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') return ''
  const text = normalize(String(value), 'NFKC').trim().replace(/\s+/g, ' ').toLowerCase()
  const bare = text.replace(/[^\p{L}\p{N}]/gu, '')
  if (bare === '' || /^(0+|f+|x+)$/.test(bare) || PLACEHOLDERS.has(text)) return ''
  return text
}

/**
 * Whether both are one computer. A part that is absent on one side does not count, except under `exact`. Absence alone never
 * matches.
 */
export function isSameComputer(
  left: StructuredFingerprint,
  right: StructuredFingerprint,
  strategy: MatchingStrategy,
): boolean {
  const shared = MEMBERS.filter((member) => left.has(member) && right.has(member))
  const equal = shared.filter((member) => left.get(member) === right.get(member))
  if (strategy === 'loose') return equal.some((member) => STRONG.includes(member))
  if (strategy === 'fuzzy') return equal.length * 2 > shared.length
  return equal.length > 0 && equal.length === left.size && equal.length === right.size
}

/** How many members agree. */
export function agreement(left: StructuredFingerprint, right: StructuredFingerprint): number {
  return MEMBERS.filter((member) => left.has(member) && left.get(member) === right.get(member)).length
}

/** Whether a part that both name differs. A part that one side lacks does not count. */
export function contradicts(left: StructuredFingerprint, right: StructuredFingerprint): boolean {
  return MEMBERS.some(
    (member) => left.has(member) && right.has(member) && left.get(member) !== right.get(member),
  )
}

/** Whether a device that is known by `known` shows a fingerprint of its own: the same text, or the same computer. */
export function isOwnFingerprint(known: string, shown: string, strategy: MatchingStrategy): boolean {
  if (known === shown) return true
  const [left, right] = [parseStructured(known), parseStructured(shown)]
  return left !== null && right !== null && isSameComputer(left, right, strategy)
}

/** The SHA-256 under which a fingerprint is unique, in hex. */
export function fingerprintHash(fingerprint: string): string {
  return createHash('sha256').update(fingerprint, 'utf8').digest('hex')
}

/**
 * The index values of a structured fingerprint. Two fingerprints of one computer share at least one. Empty for any other text.
 */
export function memberHashes(fingerprint: string): string[] {
  const members = [...(parseStructured(fingerprint) ?? [])]
  return members.map(([member, value]) => fingerprintHash(`${member}\n${value}`).slice(0, 32))
}
