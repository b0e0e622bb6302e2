import { createHash, verify } from 'node:crypto'
import { raiseSeenTime, readSeenTime } from './clock-guard.ts'
import type { LatchkeyContext } from './context.ts'
import { localError } from './errors.ts'
import { isJsonObject, parseJson, textOf } from './json.ts'
import { keysFor, type TrustedKey } from './trusted-key.ts'

/** A genuine list of revoked licenses. */
export type Revocations = {
  account: string
  version: number
  /** Unix seconds. */
  issuedAt: number
  expiresAt: number
  /** The first characters of the SHA-256 of each license id, in hex. */
  prefixes: ReadonlySet<string>
}

const PREFIX = /^[0-9a-f]{16}$/

/** Reads a signed list; null when it proves nothing. Nothing is said about its age. */
export function verifyRevocations(text: string, accountKeys: readonly TrustedKey[]): Revocations | null {
  const jws = parseJson(text)
  if (!isJsonObject(jws)) return null
  const [header, payload] = [textOf(jws, 'protected'), textOf(jws, 'payload')]
  const head = parseJson(decode(header))
  if (
    !isJsonObject(head) ||
    head.alg !== 'EdDSA' ||
    head.typ !== 'revocations+json' ||
    head.crit !== undefined
  ) {
    return null
  }
  const signature = Buffer.from(textOf(jws, 'signature'), 'base64url')
  const signed = Buffer.from(`${header}.${payload}`)
  const keys = keysFor(accountKeys, textOf(head, 'kid') || null)
  if (!keys.some(({ key }) => verify(null, signed, key, signature))) return null
  return readList(parseJson(decode(payload)))
}

/** Whether the list names that license. A license or file issued later than the list knows better than it. */
export function namesLicense(list: Revocations | null, licenseId: string, issuedAt: number): boolean {
  if (!list || issuedAt > list.issuedAt) return false
  return list.prefixes.has(createHash('sha256').update(licenseId).digest('hex').slice(0, 16))
}

/** The list in the store; null when there is none that counts. */
export async function readRevocations(ctx: LatchkeyContext): Promise<Revocations | null> {
  const text = ctx.accountKeys.length > 0 ? await ctx.store.read('revocations.json') : null
  return text === null ? null : verifyRevocations(text, ctx.accountKeys)
}

/**
 * Takes over a list that came with an update or on a stick. Throws `UNTRUSTED_REVOCATIONS` when it is not genuine, older than
 * the one in hand, or no longer good.
 */
export async function acceptRevocations(ctx: LatchkeyContext, text: string): Promise<Revocations> {
  const list = verifyRevocations(text, ctx.accountKeys)
  const known = await readRevocations(ctx)
  const now = Math.max(ctx.nowSeconds(), (await readSeenTime(ctx.store)).latest)
  const problem = !list
    ? 'is not genuine'
    : known && (list.version < known.version || list.account !== known.account)
      ? 'is older than the one in hand, or of another vendor'
      : now > list.expiresAt
        ? 'is too old'
        : null
  if (!list || problem) {
    throw localError('UNTRUSTED_REVOCATIONS', `The list of revoked licenses ${problem}.`)
  }
  await ctx.store.write('revocations.json', text)
  await raiseSeenTime(ctx.store, list.issuedAt)
  return list
}

/** Asks the server for the list and takes it over. Throws `NETWORK`, and what `acceptRevocations` throws. */
export async function fetchRevocations(ctx: LatchkeyContext): Promise<Revocations> {
  const { fetch, url, accountId, timeoutMs } = ctx
  const query = accountId ? `?accountId=${encodeURIComponent(accountId)}` : ''
  let text: string
  try {
    const signal = AbortSignal.timeout(timeoutMs)
    const response = await fetch(`${url}/.well-known/revocations.json${query}`, { signal })
    text = await response.text()
  } catch (cause) {
    throw localError('NETWORK', 'The license server cannot be reached. Check the network connection.', {
      cause,
    })
  }
  return acceptRevocations(ctx, text)
}

function readList(payload: unknown): Revocations | null {
  if (!isJsonObject(payload)) return null
  const { iss, version, issued, expiry, revoked } = payload
  if (typeof iss !== 'string' || typeof version !== 'number' || !Array.isArray(revoked)) return null
  const [issuedAt, expiresAt] = [Date.parse(String(issued)) / 1000, Date.parse(String(expiry)) / 1000]
  if (Number.isNaN(issuedAt) || Number.isNaN(expiresAt)) return null
  if (!revoked.every((prefix) => typeof prefix === 'string' && PREFIX.test(prefix))) return null
  return { account: iss, version, issuedAt, expiresAt, prefixes: new Set(revoked) }
}

function decode(part: string): string {
  return Buffer.from(part, 'base64url').toString('utf8')
}
