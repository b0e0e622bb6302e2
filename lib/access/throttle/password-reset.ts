import type { Ctx } from '#lib/core/context.ts'
import type { KnownPlace } from './known-place.ts'
import { addressBlock } from './rate-limit.ts'
import { countAttempt } from './throttle.ts'

/**
 * Asking for a way to a new password: 4 a minute and 10 an hour, per address asked for and per address of the caller. An
 * address that nobody has counts like any other. A place where its owner has signed in before is counted apart.
 * @throws RATE_LIMITED
 */
export async function throttleResetRequest(
  ctx: Ctx,
  identifier: string,
  place: KnownPlace | undefined,
): Promise<void> {
  const whom = place ? `${identifier} at ${place.key}` : identifier
  // Attempts of others behind the same address do not count for the owner's browser.
  const subjects = place?.isDevice ? [whom] : [whom, addressBlock(ctx.ip)]
  await countAttempt(
    subjects.flatMap((who, index) => {
      const subject = `${ctx.accountId} ${who}`
      return [
        { limit: { name: `reset-${index}-minute`, points: 4, seconds: 60 }, subject },
        { limit: { name: `reset-${index}-hour`, points: 10, seconds: 3600 }, subject },
      ]
    }),
  )
}
