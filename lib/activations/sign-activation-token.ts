import { SignJWT } from 'jose'
import type { Executor } from '#db/client.ts'
import { productSigningKey } from '../signing/product-signing-key.ts'
import { activationClaims, type TokenFacts } from './activation-token.ts'
import type { ActivationTokenDto } from './activation-token-dto.ts'

/** Issues the token that an application verifies offline. WebCrypto signs on the thread pool, not on the event loop. */
export async function signActivationToken(
  db: Executor,
  facts: TokenFacts,
  at: Date,
): Promise<ActivationTokenDto> {
  const { accountId, productId } = facts.license
  const { kid, privateKey } = await productSigningKey(db, accountId, productId)
  const activationToken = await new SignJWT(activationClaims(facts, at))
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid })
    .sign(privateKey)
  return { activationToken }
}
