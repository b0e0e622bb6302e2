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
    accountId: ctx.accountId,
    productId: ctx.productId,
    key: facts.key,
    fingerprint: await ctx.fingerprint(),
    ...(await describeMachine()),
    appVersion: ctx.appVersion,
    ...(release
      ? {
          releaseVersion: release.version,
          releasePlatform: release.platform ?? '',
          releaseChannel: release.channel ?? '',
        }
      : {}),
    clientVersion: SDK_VERSION,
    floating: false,
    leaseDuration: facts.leaseDuration ?? 0,
    email: facts.email ?? '',
    password: facts.password ?? '',
    metadata: facts.metadata ?? [],
    meterAttributes: facts.meterAttributes ?? [],
  }
}
