import type { Ctx } from '#lib/core/context.ts'
import { type Activation, lastValidMoment } from './activation-token.ts'
import type { DeviceChanges } from './device-columns.ts'
import type { License } from './license-facts.ts'
import { activationNotFound, leaseEnd } from './rules.ts'
import { whereabouts } from './store-device.ts'
import { type SignOfLife, touchDevice } from './touch-device.ts'

/** What a sync at that moment updates. */
export function signOfLife(
  ctx: Ctx,
  { license, activation }: { license: License; activation: Activation },
  { leaseDuration, at }: { leaseDuration: number; at: Date },
): SignOfLife {
  return {
    ...whereabouts(ctx, license),
    offline: activation.offline,
    expiresAt: lastValidMoment(license),
    leaseExpiresAt: leaseEnd(license, leaseDuration, at),
    lastSyncedAt: at,
  }
}

/**
 * Writes a device's sign of life, and what it told anew of itself (`changes`). Not audited: it happens all day and changes no
 * right.
 * @throws ACTIVATION_NOT_FOUND when the device was freed meanwhile
 */
export async function refreshDevice(
  ctx: Ctx,
  activation: Activation,
  state: SignOfLife,
  changes: DeviceChanges = {},
): Promise<Activation> {
  const refreshed = await touchDevice(ctx, activation, changes, state)
  if (!refreshed) throw activationNotFound()
  return refreshed
}
