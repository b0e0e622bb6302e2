import { and, eq } from 'drizzle-orm'
import { activations } from '#db/schema/licenses.ts'
import type { Ctx } from '../context.ts'
import { type Activation, lastValidMoment } from './activation-token.ts'
import type { DeviceColumns } from './device-columns.ts'
import type { License } from './license-facts.ts'
import { activationNotFound, leaseEnd } from './rules.ts'
import { whereabouts } from './store-device.ts'

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
  const [refreshed] = await ctx.db
    .update(activations)
    .set({
      ...changes,
      ...whereabouts(ctx, license),
      expiresAt: lastValidMoment(license),
      leaseExpiresAt: leaseEnd(license, leaseDuration, at),
      lastSyncedAt: at,
      ...(Object.keys(changes).length > 0 && { updatedAt: at }),
    })
    .where(and(eq(activations.accountId, ctx.accountId), eq(activations.id, activation.id)))
    .returning()
  if (!refreshed) throw activationNotFound()
  return refreshed
}
