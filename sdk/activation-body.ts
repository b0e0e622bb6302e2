import type { LatchkeyContext } from './context.ts'
import { describeMachine } from './describe-machine.ts'
import type { MetadataEntry } from './license.ts'

/** Version of this SDK, sent as `clientVersion`. */
const SDK_VERSION = '0.1.0'

export type ActivationFacts = {
  key: string
  metadata?: readonly MetadataEntry[]
  /** For licenses bound to a signed-in user. */
  email?: string
  password?: string
  /** Seconds, where the license lets the client choose. */
  leaseDuration?: number
  /** Uses to count on the license's meters. */
  meterAttributes?: readonly { name: string; usesIncrement: number }[]
}

/** The body that both activating and synchronizing send. */
export async function activationBody(ctx: LatchkeyContext, facts: ActivationFacts) {
  const { release } = ctx
  return {
    ...(await deviceBody(ctx, facts.metadata)),
    key: facts.key,
    ...(release ? { releasePlatform: release.platform ?? '', releaseChannel: release.channel ?? '' } : {}),
    floating: false,
    leaseDuration: facts.leaseDuration ?? 0,
    email: facts.email ?? '',
    password: facts.password ?? '',
    meterAttributes: facts.meterAttributes ?? [],
  }
}

/** The facts about this computer that are sent for a license or a trial. */
export async function deviceBody(ctx: LatchkeyContext, metadata: readonly MetadataEntry[] = []) {
  return {
    accountId: ctx.accountId,
    productId: ctx.productId,
    fingerprint: await ctx.fingerprint(),
    ...(await describeMachine()),
    appVersion: ctx.appVersion,
    ...(ctx.release ? { releaseVersion: ctx.release.version } : {}),
    clientVersion: SDK_VERSION,
    metadata,
  }
}
