import { callServer } from './call-server.ts'
import type { LatchkeyContext } from './context.ts'
import { LatchkeyError, localError } from './errors.ts'
import { invalidState, type LicenseState, notActivatedState } from './license-state.ts'
import { readState } from './read-state.ts'
import { isStillStored, readStoredToken } from './stored-token.ts'
import { trialIsNoLicense } from './trial.ts'

/**
 * Frees this computer's place in the license and drops the token. Throws `NOT_ACTIVATED` when there is nothing to free (a trial is
 * nobody's place),
 * `UNTRUSTED_TOKEN` for a token that is not this computer's (its place belongs to another one), and what the server
 * says, e.g. `DEACTIVATION_LIMIT_REACHED`; the token is kept then.
 */
export async function deactivate(ctx: LatchkeyContext): Promise<LicenseState> {
  const stored = await readStoredToken(ctx)
  if (!stored) throw localError('NOT_ACTIVATED', 'This computer is not activated.')
  const { text, verdict } = stored
  if (!verdict.ok) throw localError('UNTRUSTED_TOKEN', invalidState(verdict.reason).message)
  if (verdict.claims.trial) throw trialIsNoLicense()
  const { activationId, key, fingerprint } = verdict.claims
  const path = `/v3/activations/${encodeURIComponent(activationId)}/deactivate`
  // The id alone proves nothing: the key shows that it is this license's own device that leaves.
  const body = { accountId: ctx.accountId, productId: ctx.productId, key, fingerprint }
  try {
    await callServer(ctx, { method: 'POST', path, body })
  } catch (error) {
    const isGone =
      error instanceof LatchkeyError && error.status === 404 && error.code === 'ACTIVATION_NOT_FOUND'
    if (!isGone) throw error
  }
  if (!(await isStillStored(ctx, text))) return readState(ctx)
  await ctx.store.remove('license.jwt')
  return notActivatedState('DEACTIVATED')
}
