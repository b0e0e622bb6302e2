import type { Ctx } from '#lib/core/context.ts'
import { addressBlock } from './rate-limit.ts'
import { countAttempt } from './throttle.ts'

/**
 * Registering: 6 a minute and 10 an hour per address.
 * @throws RATE_LIMITED
 */
export async function throttleRegistration(ctx: Ctx): Promise<void> {
  const subject = `${ctx.accountId} ${addressBlock(ctx.ip)}`
  await countAttempt([
    { limit: { name: 'register-minute', points: 6, seconds: 60 }, subject },
    { limit: { name: 'register-hour', points: 10, seconds: 3600 }, subject },
  ])
}
