import { parseClaims, type TokenClaims } from './claims.ts'
import { sameText } from './same-text.ts'
import type { TrustedKey } from './trusted-key.ts'
import { type SignatureRefusal, verifySignature } from './verify-signature.ts'

/** Why a token proves nothing here, in the order of the checks. */
export type TokenRefusal = SignatureRefusal | 'CLAIMS_INVALID' | 'PRODUCT_MISMATCH' | 'FINGERPRINT_MISMATCH'

export type TokenVerdict = { ok: true; claims: TokenClaims } | { ok: false; reason: TokenRefusal }

/** What a token must be bound to in order to count on this computer. */
export type TokenBinding = { publicKeys: readonly TrustedKey[]; productId: string; fingerprint: string }

/**
 * Proves offline that the token was signed with the product's key for this product and this computer.
 * Says nothing about time: that is `evaluateLicense`.
 */
export function verifyToken(token: string, binding: TokenBinding): TokenVerdict {
  const signed = verifySignature(token, binding.publicKeys)
  if (!signed.ok) return signed
  const claims = parseClaims(signed.payload)
  if (!claims) return refuse('CLAIMS_INVALID')
  if (!sameText(claims.productId, binding.productId)) return refuse('PRODUCT_MISMATCH')
  if (!sameText(claims.fingerprint, binding.fingerprint)) return refuse('FINGERPRINT_MISMATCH')
  return { ok: true, claims }
}

function refuse(reason: TokenRefusal): TokenVerdict {
  return { ok: false, reason }
}
