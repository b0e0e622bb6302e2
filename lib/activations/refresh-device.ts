import { and, eq } from 'drizzle-orm'
import { activations } from '#db/schema/licenses.ts'
import type { Ctx } from '../context.ts'
import type { ActivationInput } from './activation-input.ts'
import { type Activation, lastValidMoment } from './activation-token.ts'
import { changedColumns, deviceColumns } from './device-columns.ts'
import type { License } from './license-facts.ts'
import { activationNotFound, leaseEnd } from './rules.ts'

/**
 * Writes what a device told of itself with a sync. Not audited: it happens all day and changes no right.
 * @throws ACTIVATION_NOT_FOUND when the device was freed meanwhile
 */
export async function refreshDevice(
  ctx: Ctx,
  { license, activation }: { license: License; activation: Activation },
  input: ActivationInput,
  at: Date,
): Promise<Activation> {
  const changes = changedColumns(activation, deviceColumns(input, activation.metadata, at))
  const [refreshed] = await ctx.db
    .update(activations)
    .set({
      ...changes,
      ip: license.disableGeoLocation ? null : ctx.ip,
      expiresAt: lastValidMoment(license),
      leaseExpiresAt: leaseEnd(license, input.leaseDuration, at),
      lastSyncedAt: at,
      ...(Object.keys(changes).length > 0 && { updatedAt: at }),
    })
    .where(and(eq(activations.accountId, ctx.accountId), eq(activations.id, activation.id)))
    .returning()
  if (!refreshed) throw activationNotFound()
  return refreshed
}
