import { randomUUID } from 'node:crypto'
import { acceptToken } from './accept-token.ts'
import { type ActivationFacts, activationBody } from './activation-body.ts'
import { callServer } from './call-server.ts'
import type { LatchkeyContext } from './context.ts'
import { localError } from './errors.ts'
import type { LicenseState } from './license-state.ts'
import { readState } from './read-state.ts'
import { readStoredToken } from './stored-token.ts'

export type ActivateOptions = Omit<ActivationFacts, 'key' | 'meterAttributes'>

/**
 * Takes one device of the license for this computer and keeps the signed token. The state may be `EXPIRED` or
 * `SUSPENDED`: such a license activates, but does not run. Throws `LatchkeyError`; nothing changes then.
 */
export async function activate(
  ctx: LatchkeyContext,
  key: string,
  options: ActivateOptions = {},
): Promise<LicenseState> {
  const trimmed = key.trim()
  if (!trimmed) throw localError('MISSING_LICENSE_KEY', 'Please enter a license key.')
  const stored = await readStoredToken(ctx)
  const requestId = randomUUID()
  const body = { ...(await activationBody(ctx, { ...options, key: trimmed })), requestId }
  const answer = await callServer(ctx, { method: 'POST', path: '/v3/activations', body })
  await acceptToken(ctx, answer, { requestId, previous: stored?.verdict.ok ? stored.verdict.claims : null })
  return readState(ctx)
}
