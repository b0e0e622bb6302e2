import type { Ctx } from '../context.ts'
import { addressBlock } from '../http/rate-limit.ts'
import { countAttempt } from './throttle.ts'

/**
 * Asking for a way to a new password: 4 a minute and 10 an hour, per address asked for and per address of the caller. An
 * address that nobody has counts like any other.
 * @throws RATE_LIMITED
 */
export async function throttleResetRequest(ctx: Ctx, identifier: string): Promise<void> {
  const subjects = [identifier, addressBlock(ctx.ip)].map((whom) => `${ctx.accountId} ${whom}`)
  await countAttempt(
    subjects.flatMap((subject, index) => [
      { limit: { name: `reset-${index}-minute`, points: 4, seconds: 60 }, subject },
      { limit: { name: `reset-${index}-hour`, points: 10, seconds: 3600 }, subject },
    ]),
  )
}
