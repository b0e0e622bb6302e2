import type { KeyObject } from 'node:crypto'
import type { Executor } from '#db/client.ts'
import { productSigningKey } from '#lib/vendor/signing/product-signing-key.ts'
import { signJwt } from '#lib/vendor/signing/sign-jwt.ts'
import type { ActivationTokenDto } from './activation-dto.ts'
import { activationClaims, entitlementClaims, type TokenFacts } from './activation-token.ts'

/** Parsed once per process, because a key never changes under its id. Which key signs is read every time. */
const parsed = new Map<string, KeyObject>()

/** Issues the tokens that an application verifies offline. */
export async function signActivationToken(
  db: Executor,
  facts: TokenFacts,
  at: Date,
): Promise<ActivationTokenDto> {
  const key = await tokenKey(db, facts)
  const entitlements = entitlementClaims(facts, at)
  const [activationToken, featureEntitlementsToken] = await Promise.all([
    signJwt(activationClaims(facts, at), key),
    entitlements && signJwt(entitlements, key),
  ])
  return { activationToken, ...(featureEntitlementsToken && { featureEntitlementsToken }) }
}

async function tokenKey(db: Executor, { license, signingKid }: TokenFacts) {
  const privateKey = signingKid === null ? undefined : parsed.get(signingKid)
  if (signingKid !== null && privateKey) return { kid: signingKid, privateKey }
  const key = await productSigningKey(db, license.accountId, license.productId)
  parsed.set(key.kid, key.privateKey)
  return key
}
