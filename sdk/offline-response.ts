import { trustBoundAnswer } from './clock-guard.ts'
import type { LatchkeyContext } from './context.ts'
import { readEntitlements } from './entitlements.ts'
import { localError } from './errors.ts'
import { numberOf, textOf } from './json.ts'
import { invalidState, type LicenseState } from './license-state.ts'
import { readState } from './read-state.ts'
import { sameText } from './same-text.ts'
import { storeToken } from './stored-token.ts'
import { verifyToken } from './verify-token.ts'

/**
 * Takes the response to this computer's latest offline request, the long or the short one, and keeps it as its license. Throws
 * `UNTRUSTED_TOKEN` when it proves nothing here, `OFFLINE_RESPONSE_UNEXPECTED` when this computer did not ask for it,
 * `OFFLINE_RESPONSE_EXPIRED` when it came too late; nothing changes then.
 */
export async function acceptOfflineResponse(ctx: LatchkeyContext, text: string): Promise<LicenseState> {
  const token = text.replace(/\s+/g, '')
  const { publicKeys, productId } = ctx
  const verdict = verifyToken(token, { publicKeys, productId, fingerprint: await ctx.fingerprint() })
  if (!verdict.ok) throw localError('UNTRUSTED_TOKEN', invalidState(verdict.reason).message)
  const { raw, issuedAt } = verdict.claims
  if (!readEntitlements(verdict.claims, null, publicKeys)) {
    throw localError('UNTRUSTED_TOKEN', invalidState('CLAIMS_INVALID').message)
  }
  const waiting = await ctx.store.read('offline-request')
  const answered = textOf(raw, 'rid')
  if (!waiting || !answered || !sameText(answered, waiting.trim())) {
    const message = 'This response is not the answer to the latest request of this computer.'
    throw localError('OFFLINE_RESPONSE_UNEXPECTED', message)
  }
  const validUntil = numberOf(raw, 'orv') ?? 0
  // By the clock as it stands: what it showed by mistake before is what the response overrules.
  if (validUntil > 0 && ctx.nowSeconds() > validUntil) {
    throw localError('OFFLINE_RESPONSE_EXPIRED', 'This response has expired. Please ask for a new one.')
  }
  await storeToken(ctx, token, null)
  await trustBoundAnswer(ctx.store, issuedAt)
  await ctx.store.remove('offline-request')
  return readState(ctx)
}
