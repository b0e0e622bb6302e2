import type { Ctx } from '#lib/core/context.ts'
import { AppError, fieldError } from '#lib/core/errors.ts'
import { type ChangedMeter, changeMeter } from './change-meter.ts'
import { giveBackUses } from './give-back-uses.ts'
import type { ActivationMeter, LicenseMeter } from './meter-columns.ts'
import type { MeterChanges } from './meter-input.ts'

interface Counting {
  licenseId: string
  activationId: string
  licenseMeters: readonly LicenseMeter[]
  activationMeters: readonly ActivationMeter[]
}

/**
 * Counts a device's reported uses in the open transaction, all of them or none. Returns the counters afterwards. The license's
 * row must be locked.
 * @throws INVALID_INPUT for a counter that the license has not, METER_ATTRIBUTE_USES_LIMIT_REACHED
 */
export async function applyMeterChanges(
  ctx: Ctx,
  counting: Counting,
  changes: MeterChanges,
  at: Date,
): Promise<Pick<Counting, 'licenseMeters' | 'activationMeters'>> {
  const licenseMeters = new Map(counting.licenseMeters.map((meter) => [meter.name, meter]))
  const activationMeters = new Map(counting.activationMeters.map((meter) => [meter.name, meter]))
  for (const [index, { name, uses: whole, usesIncrement }] of changes.entries()) {
    const meter = licenseMeters.get(name)
    if (!meter) throw fieldError(`meterAttributes[${index}].name`, 'the license has no such counter')
    const uses = activationMeters.get(name)?.uses ?? 0
    const increment = usesIncrement ?? (whole ?? uses) - uses
    const change = { meter, activationId: counting.activationId, uses, increment }
    const { totalUses, grossUses, ...own } = await countOn(
      ctx,
      { ...change, licenseId: counting.licenseId },
      at,
    )
    licenseMeters.set(name, { ...meter, totalUses, grossUses })
    activationMeters.set(name, own)
  }
  return { licenseMeters: [...licenseMeters.values()], activationMeters: [...activationMeters.values()] }
}

/** Counts on one counter. If a floating counter is full, ended leases first give their uses back. */
export async function countOn(
  ctx: Ctx,
  change: Parameters<typeof changeMeter>[1] & { meter: LicenseMeter; licenseId: string },
  at: Date,
): Promise<ChangedMeter> {
  try {
    return await changeMeter(ctx, change, at)
  } catch (error) {
    const isFull = error instanceof AppError && error.code === 'METER_ATTRIBUTE_USES_LIMIT_REACHED'
    if (!isFull || !change.meter.floating) throw error
    await giveBackUses(ctx, { licenseId: change.licenseId, leaseEndedBy: at })
    return changeMeter(ctx, change, at)
  }
}
