import { and, eq } from 'drizzle-orm'
import { activations } from '#db/schema/licenses.ts'
import { recordEvent } from '../audit/in-transaction.ts'
import type { Ctx } from '../context.ts'
import { newId } from '../ids.ts'
import type { ActivationInput } from './activation-input.ts'
import { type Activation, lastValidMoment } from './activation-token.ts'
import { changedColumns, type DeviceColumns, deviceColumns } from './device-columns.ts'
import type { License } from './license-facts.ts'
import { leaseEnd } from './rules.ts'

/** Writes a device that may hold a seat: its row, its lease, its last sign of life. Audited where it is new or different. */
export async function storeDevice(
  ctx: Ctx,
  license: License,
  device: { known: Activation | undefined; input: ActivationInput; at: Date },
): Promise<Activation> {
  const { known, input, at } = device
  const columns = deviceColumns(input, known?.metadata ?? [], at)
  const state = {
    ip: license.disableGeoLocation ? null : ctx.ip,
    expiresAt: lastValidMoment(license),
    leaseExpiresAt: leaseEnd(license, input.leaseDuration, at),
    lastSyncedAt: at,
  }
  if (!known) {
    const ids = { accountId: ctx.accountId, id: newId(), licenseId: license.id, productId: license.productId }
    const times = { createdAt: at, updatedAt: at }
    const [created] = await ctx.db
      .insert(activations)
      .values({ ...ids, fingerprint: input.fingerprint, ...columns, ...state, ...times })
      .returning()
    if (!created) throw new Error('an activation was inserted and not returned')
    record(ctx, 'activation.created', { license, activation: created, changes: columns })
    return created
  }
  const changes = changedColumns(known, columns)
  const changed = Object.keys(changes).length > 0
  const [updated] = await ctx.db
    .update(activations)
    .set({ ...changes, ...state, ...(changed && { updatedAt: at }) })
    .where(and(eq(activations.accountId, ctx.accountId), eq(activations.id, known.id)))
    .returning()
  if (!updated) throw new Error('an activation vanished though its license was locked')
  if (changed) record(ctx, 'activation.updated', { license, activation: updated, changes })
  return updated
}

/** The host's name says something of a person; the device's metadata may say anything: only its keys are kept. */
function record(
  ctx: Ctx,
  event: 'activation.created' | 'activation.updated',
  fact: { license: License; activation: Activation; changes: Partial<DeviceColumns> },
): void {
  const { license, activation } = fact
  const { hostname, userHash: _userHash, metadata, ...changes } = fact.changes
  recordEvent(ctx, {
    event,
    resource: 'activation',
    resourceId: activation.id,
    userId: license.userId,
    changes: {
      licenseId: license.id,
      productId: license.productId,
      ...changes,
      ...(metadata && { metadata: metadata.map(({ key }) => key) }),
    },
    ...(license.userId && hostname !== undefined && { personal: { hostname } }),
  })
}
