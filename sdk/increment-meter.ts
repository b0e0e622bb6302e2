import type { LatchkeyContext } from './context.ts'
import { LatchkeyError, localError } from './errors.ts'
import type { Meter } from './license.ts'
import { sync } from './sync.ts'

/** A meter after it was counted: of the whole license, and what this computer used of it. */
export type MeterUse = { license: Meter; activation: Meter }

/**
 * Counts uses of a meter of the license, never beyond its limit; the token is renewed on the way. It is not repeated when no
 * answer came: the uses may have been counted. Throws `METER_ATTRIBUTE_USES_LIMIT_REACHED`, `NOT_ACTIVATED`, `NETWORK` and what
 * else the server says; nothing is counted when it refuses.
 */
export async function incrementMeter(
  ctx: LatchkeyContext,
  name: string,
  increment: number,
): Promise<MeterUse> {
  if (!Number.isSafeInteger(increment) || increment === 0) {
    throw localError('CONFIGURATION', 'A meter counts whole uses, at least one.')
  }
  const { license, message } = await sync(ctx, [{ name, usesIncrement: increment }])
  if (!license) throw localError('NOT_ACTIVATED', message)
  const counted = license.meters.license.find((meter) => meter.name === name)
  if (!counted) throw new LatchkeyError('UNEXPECTED_ANSWER', 'The license server did not count this meter.')
  const own = license.meters.activation.find((meter) => meter.name === name)
  return { license: counted, activation: own ?? { name, used: 0, allowed: null } }
}
