import { randomUUID } from 'node:crypto'
import { acceptToken } from './accept-token.ts'
import type { ActivateOptions } from './activate.ts'
import { deviceBody } from './activation-body.ts'
import { callServer } from './call-server.ts'
import type { TokenClaims } from './claims.ts'
import type { LatchkeyContext } from './context.ts'
import { type LatchkeyError, localError } from './errors.ts'
import { type MetadataEntry, metadataOf } from './license.ts'
import type { LicenseState } from './license-state.ts'
import { readState } from './read-state.ts'
import { isStillStored, readStoredToken } from './stored-token.ts'

/**
 * Begins this computer's trial of the product, or goes on with the one that it has had: the state is `TRIAL`, or `EXPIRED`
 * once it is over. A computer that holds a license keeps it, and nothing is asked. Throws `TRIAL_NOT_ALLOWED`, `NETWORK` and
 * what else the server says; nothing changes then.
 */
export async function startTrial(
  ctx: LatchkeyContext,
  { metadata }: Pick<ActivateOptions, 'metadata'> = {},
): Promise<LicenseState> {
  const stored = await readStoredToken(ctx)
  const previous = stored?.verdict.ok ? stored.verdict.claims : null
  if (previous && !previous.trial) return readState(ctx)
  const { answer, requestId } = await askForTrial(ctx, metadata)
  await acceptToken(ctx, answer, { requestId, previous, trial: true })
  return readState(ctx)
}

/** Asks for the stored trial anew: it may have been given more time. What another process has stored meanwhile wins. */
export async function renewTrial(
  ctx: LatchkeyContext,
  storedText: string,
  claims: TokenClaims,
): Promise<LicenseState> {
  const { answer, requestId } = await askForTrial(ctx, metadataOf(claims.raw, 'amd'))
  if (!(await isStillStored(ctx, storedText))) return readState(ctx)
  await acceptToken(ctx, answer, { requestId, previous: claims, trial: true })
  return readState(ctx)
}

async function askForTrial(ctx: LatchkeyContext, metadata: readonly MetadataEntry[] | undefined) {
  const requestId = randomUUID()
  const body = { ...(await deviceBody(ctx, metadata)), requestId }
  const answer = await callServer(ctx, { method: 'POST', path: '/v3/trial-activations', body })
  return { answer, requestId }
}

/** The refusal of what only a license can do. */
export function trialIsNoLicense(): LatchkeyError {
  return localError('NOT_ACTIVATED', 'This computer runs a trial: there is no license to give up.')
}
