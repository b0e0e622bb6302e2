import { constants, verify } from 'node:crypto'
import { parseClaims, type TokenClaims } from './claims.ts'
import { isJsonObject, parseJson, textOf } from './json.ts'
import { sameText } from './same-text.ts'
import { keysFor, type TrustedKey } from './trusted-key.ts'

/** Why a token proves nothing here, in the order of the checks. */
export type TokenRefusal =
  | 'TOKEN_MALFORMED'
  | 'ALGORITHM_NOT_ALLOWED'
  | 'SIGNATURE_INVALID'
  | 'CLAIMS_INVALID'
  | 'PRODUCT_MISMATCH'
  | 'FINGERPRINT_MISMATCH'

export type TokenVerdict = { ok: true; claims: TokenClaims } | { ok: false; reason: TokenRefusal }

/** What a token must be bound to in order to count on this computer. */
export type TokenBinding = { publicKeys: readonly TrustedKey[]; productId: string; fingerprint: string }

const BASE64URL = /^[A-Za-z0-9_-]+$/

/**
 * Proves offline that the token was signed with the product's key for this product and this computer.
 * Says nothing about time: that is `evaluateLicense`.
 */
export function verifyToken(token: string, binding: TokenBinding): TokenVerdict {
  const [header = '', payload = '', signature = '', ...rest] = token.split('.')
  if (rest.length > 0 || ![header, payload].every((part) => BASE64URL.test(part)))
    return refuse('TOKEN_MALFORMED')
  const head = parseJson(decode(header))
  if (!isJsonObject(head)) return refuse('TOKEN_MALFORMED')
  // The algorithm is ours to choose, never the token's: "none" and HMAC with the public key as secret are forgeries.
  if (head.alg !== 'RS256' || head.crit !== undefined) return refuse('ALGORITHM_NOT_ALLOWED')
  if (!BASE64URL.test(signature)) return refuse('TOKEN_MALFORMED')
  const keys = keysFor(binding.publicKeys, textOf(head, 'kid') || null)
  if (!isSigned(`${header}.${payload}`, signature, keys)) return refuse('SIGNATURE_INVALID')
  const claims = parseClaims(parseJson(decode(payload)))
  if (!claims) return refuse('CLAIMS_INVALID')
  if (!sameText(claims.productId, binding.productId)) return refuse('PRODUCT_MISMATCH')
  if (!sameText(claims.fingerprint, binding.fingerprint)) return refuse('FINGERPRINT_MISMATCH')
  return { ok: true, claims }
}

function refuse(reason: TokenRefusal): TokenVerdict {
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
