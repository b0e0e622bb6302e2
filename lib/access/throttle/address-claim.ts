import type { Ctx } from '#lib/core/context.ts'
import { countAttempt } from './throttle.ts'

/**
 * Limits on claiming an address, because the answer tells whether somebody has it. Customers have the limits of registering,
 * administrators of organizations those of filling a list of members. Taken and free addresses count alike. Each change also
 * sends a mail to the address before: a user changes 20 times a day at most, and an address is taken 10 times a day at most,
 * whoever asks.
 * @param target the address in its canonical spelling, where one user moves to it
 * @throws RATE_LIMITED
 */
export async function throttleAddressClaim(
  ctx: Ctx,
  userId: string,
  whose: 'own' | 'member',
  target?: string,
): Promise<void> {
  const subject = `${ctx.accountId} ${userId}`
  const [minute, hour] = whose === 'own' ? [6, 10] : [20, 100]
  await countAttempt([
    { limit: { name: `claim-${whose}-minute`, points: minute, seconds: 60 }, subject },
    { limit: { name: `claim-${whose}-hour`, points: hour, seconds: 3600 }, subject },
    ...(whose === 'own' ? [{ limit: { name: 'claim-own-day', points: 20, seconds: 86_400 }, subject }] : []),
    ...(target === undefined
      ? []
      : [
          {
            limit: { name: 'claim-target-day', points: 10, seconds: 86_400 },
            subject: `${ctx.accountId} ${target}`,
          },
        ]),
  ])
}
