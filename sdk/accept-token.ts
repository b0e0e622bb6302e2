import type { TokenClaims } from './claims.ts'
import { raiseSeenTime, trustBoundAnswer } from './clock-guard.ts'
import type { LatchkeyContext } from './context.ts'
import { readEntitlements } from './entitlements.ts'
import { localError } from './errors.ts'
import { isJsonObject, textOf } from './json.ts'
import { sameText } from './same-text.ts'
import { storeToken } from './stored-token.ts'
import { verifyToken } from './verify-token.ts'

type Expectation = {
  /** Names the request; the answer to it says the same. */
  requestId: string
  /** Claims of the stored token that the new one replaces. */
  previous: TokenClaims | null
  /** Set when the answer must be about this activation and no other. */
  activationId?: string
  /** A trial was asked for, and no license. */
  trial?: boolean
}

/**
 * Verifies the token in the server's answer and stores it, with the one that names its entitlements. Throws `UNEXPECTED_ANSWER` without a token,
 * `UNTRUSTED_TOKEN` when it proves nothing here, `STALE_TOKEN` when it is older than the one in hand; nothing is stored
 * then.
 */
export async function acceptToken(
  ctx: LatchkeyContext,
  answer: unknown,
  { requestId, previous, activationId, trial = false }: Expectation,
): Promise<TokenClaims> {
  const token = isJsonObject(answer) ? textOf(answer, 'activationToken') : ''
  if (!token)
    throw localError('UNEXPECTED_ANSWER', 'The license server answered without an activation token.')
  const verdict = verifyToken(token, {
    publicKeys: ctx.publicKeys,
    productId: ctx.productId,
    fingerprint: await ctx.fingerprint(),
  })
  if (!verdict.ok) {
    const message = `The license server's answer was not issued for this application on this computer (${verdict.reason}).`
    throw localError('UNTRUSTED_TOKEN', message)
  }
  const { claims } = verdict
  if (activationId !== undefined && claims.activationId !== activationId) {
    throw localError('UNTRUSTED_TOKEN', 'The license server answered with the license of another activation.')
  }
  if (claims.trial !== trial) {
    throw localError('UNTRUSTED_TOKEN', 'The license server confused a trial with a license.')
  }
  const second = isJsonObject(answer) ? textOf(answer, 'featureEntitlementsToken') || null : null
  if (!readEntitlements(claims, second, ctx.publicKeys)) {
    throw localError(
      'UNTRUSTED_TOKEN',
      "The license server's list of features does not belong to its license.",
    )
  }
  if (previous && isOlder(claims, previous)) {
    throw localError('STALE_TOKEN', 'The license server answered with an older license than the stored one.')
  }
  await storeToken(ctx, token, second)
  const isBound = sameText(textOf(claims.raw, 'rid'), requestId)
  await (isBound ? trustBoundAnswer : raiseSeenTime)(ctx.store, claims.issuedAt)
  return claims
}

/** An old token played back would undo a suspension and reset the clock's memory. */
function isOlder(claims: TokenClaims, previous: TokenClaims): boolean {
  const { allowedClockOffset } = claims
  if (claims.activationId !== previous.activationId || allowedClockOffset < 0) return false
  return previous.issuedAt - claims.issuedAt > allowedClockOffset
}
