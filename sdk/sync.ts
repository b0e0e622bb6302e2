import { randomUUID } from 'node:crypto'
import { acceptToken } from './accept-token.ts'
import { type ActivationFacts, activationBody } from './activation-body.ts'
import { callServer } from './call-server.ts'
import type { LatchkeyContext } from './context.ts'
import { LatchkeyError } from './errors.ts'
import { metadataOf } from './license.ts'
import { type LicenseState, type NotActivatedReason, notActivatedState } from './license-state.ts'
import { readState } from './read-state.ts'
import { isStillStored, readStoredToken } from './stored-token.ts'
import { renewTrial } from './trial.ts'

/**
 * Exchanges the token for a fresh one. When the server says that the activation is gone or the license revoked, the
 * token is dropped. Any other refusal, or no network, throws `LatchkeyError` and leaves the token as it is: carry on
 * with `state()`. A trial is asked for anew. Without a usable token nothing is sent and the state says why. What another process of the application
 * has stored meanwhile wins. Uses of meters are counted all or none.
 */
export async function sync(
  ctx: LatchkeyContext,
  meterAttributes: NonNullable<ActivationFacts['meterAttributes']> = [],
): Promise<LicenseState> {
  const stored = await readStoredToken(ctx)
  if (!stored?.verdict.ok) return readState(ctx)
  const { claims } = stored.verdict
  if (claims.trial) return renewTrial(ctx, stored.text, claims)
  const metadata = metadataOf(claims.raw, 'amd')
  const requestId = randomUUID()
  const facts = await activationBody(ctx, { key: claims.key, metadata, meterAttributes })
  const body = { ...facts, requestId }
  const path = `/v3/activations/${encodeURIComponent(claims.activationId)}`
  try {
    const answer = await callServer(ctx, { method: 'PATCH', path, body })
    if (!(await isStillStored(ctx, stored.text))) return readState(ctx)
    await acceptToken(ctx, answer, { requestId, previous: claims, activationId: claims.activationId })
  } catch (error) {
    const reason = endOfActivation(error)
    if (!reason) throw error
    if (!(await isStillStored(ctx, stored.text))) return readState(ctx)
    await ctx.store.remove('license.jwt')
    return notActivatedState(reason)
  }
  return readState(ctx)
}

function endOfActivation(error: unknown): NotActivatedReason | null {
  if (!(error instanceof LatchkeyError)) return null
  // Code and status together: a proxy's own 404 must not cost the customer the license.
  if (error.status === 404 && error.code === 'ACTIVATION_NOT_FOUND') return 'ACTIVATION_NOT_FOUND'
  if (error.status === 400 && error.code === 'REVOKED_LICENSE') return 'REVOKED_LICENSE'
  return null
}
