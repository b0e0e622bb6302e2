import type { Ctx } from '../context.ts'
import { type Activation, lastValidMoment } from './activation-token.ts'
import type { DeviceColumns } from './device-columns.ts'
import type { License } from './license-facts.ts'
import { activationNotFound, leaseEnd } from './rules.ts'
import { whereabouts } from './store-device.ts'
import { touchDevice } from './touch-device.ts'

/**
 * Writes what a device told of itself with a sync (`changes`: what is new of it). Not audited: it happens all day and changes
 * no right.
 * @throws ACTIVATION_NOT_FOUND when the device was freed meanwhile
 */
export async function refreshDevice(
  ctx: Ctx,
  { license, activation }: { license: License; activation: Activation },
  { changes, leaseDuration, at }: { changes: Partial<DeviceColumns>; leaseDuration: number; at: Date },
): Promise<Activation> {
  const refreshed = await touchDevice(ctx, activation, changes, {
    ...whereabouts(ctx, license),
    offline: activation.offline,
    expiresAt: lastValidMoment(license),
    leaseExpiresAt: leaseEnd(license, leaseDuration, at),
    lastSyncedAt: at,
  })
  if (!refreshed) throw activationNotFound()
  return refreshed
}
