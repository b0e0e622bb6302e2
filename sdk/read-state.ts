import { readSeenTime, rememberTime } from './clock-guard.ts'
import type { LatchkeyContext } from './context.ts'
import { evaluateLicense, invalidState, type LicenseState, notActivatedState } from './license-state.ts'
import { namesLicense, readRevocations } from './revocations.ts'
import { readStoredToken } from './stored-token.ts'

/** Judges the stored token without the network. Throws `LatchkeyError` `STORE` when the store cannot be read. */
export async function readState(ctx: LatchkeyContext): Promise<LicenseState> {
  const stored = await readStoredToken(ctx)
  if (!stored) return notActivatedState('NO_TOKEN')
  if (!stored.verdict.ok) return invalidState(stored.verdict.reason)
  const { licenseId, issuedAt } = stored.verdict.claims
  if (namesLicense(await readRevocations(ctx), licenseId, issuedAt))
    return notActivatedState('REVOKED_LICENSE')
  const now = ctx.nowSeconds()
  const seen = await readSeenTime(ctx.store)
  const { entitlements } = stored
  const allowed = { entitlements, features: ctx.features }
  const state = evaluateLicense(stored.verdict.claims, { now, latestSeen: seen.latest, ...allowed })
  await rememberTime(ctx.store, now, seen)
  return state
}
