import type { Ctx } from '../context.ts'
import { countAttempt } from './throttle.ts'

/**
 * Taking an address, which tells whether somebody has it: customers may ask no more often than who registers may, and
 * administrators of organizations as often as they fill a list of members. Taken and free ones count alike.
 * @throws RATE_LIMITED
 */
export async function throttleAddressClaim(ctx: Ctx, userId: string, whose: 'own' | 'member'): Promise<void> {
  const subject = `${ctx.accountId} ${userId}`
  const [minute, hour] = whose === 'own' ? [6, 10] : [20, 100]
  await countAttempt([
    { limit: { name: `claim-${whose}-minute`, points: minute, seconds: 60 }, subject },
    { limit: { name: `claim-${whose}-hour`, points: hour, seconds: 3600 }, subject },
  ])
}
