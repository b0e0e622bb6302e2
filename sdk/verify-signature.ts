import { constants, verify } from 'node:crypto'
import { isJsonObject, parseJson, textOf } from './json.ts'
import { keysFor, type TrustedKey } from './trusted-key.ts'

/** Why a text is not what the product signed, in the order of the checks. */
export type SignatureRefusal = 'TOKEN_MALFORMED' | 'ALGORITHM_NOT_ALLOWED' | 'SIGNATURE_INVALID'

const BASE64URL = /^[A-Za-z0-9_-]+$/

/** Proves that a JWT was signed by one of the product's keys, and gives what it says. */
export function verifySignature(
  token: string,
  publicKeys: readonly TrustedKey[],
): { ok: true; payload: unknown } | { ok: false; reason: SignatureRefusal } {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.')
  if (rest.length > 0 || ![header, payload].every((part) => BASE64URL.test(part)))
    return refuse('TOKEN_MALFORMED')
  const head = parseJson(decode(header))
  if (!isJsonObject(head)) return refuse('TOKEN_MALFORMED')
  // The algorithm is ours to choose, never the token's: "none" and HMAC with the public key as secret are forgeries.
  if (head.alg !== 'RS256' || head.crit !== undefined) return refuse('ALGORITHM_NOT_ALLOWED')
  if (!BASE64URL.test(signature)) return refuse('TOKEN_MALFORMED')
  const keys = keysFor(publicKeys, textOf(head, 'kid') || null)
  if (!isSigned(`${header}.${payload}`, signature, keys)) return refuse('SIGNATURE_INVALID')
  return { ok: true, payload: parseJson(decode(payload)) }
}

function refuse(reason: SignatureRefusal): { ok: false; reason: SignatureRefusal } {
  return { ok: false, reason }
}

function decode(part: string): string {
  return Buffer.from(part, 'base64url').toString('utf8')
}

function isSigned(text: string, signature: string, keys: readonly TrustedKey[]): boolean {
  const bytes = Buffer.from(signature, 'base64url')
  return keys.some(({ key }) =>
    verify('RSA-SHA256', Buffer.from(text), { key, padding: constants.RSA_PKCS1_PADDING }, bytes),
  )
}
