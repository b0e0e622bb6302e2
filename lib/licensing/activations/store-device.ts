import { preparedInsert } from '#db/prepared.ts'
import { activations } from '#db/schema/licenses.ts'
import { recordEvent } from '#lib/audit/in-transaction.ts'
import type { Ctx } from '#lib/core/context.ts'
import { newId } from '#lib/core/ids.ts'
import { countryOf } from '../geo/country-of.ts'
import type { ActivationInput } from './activation-input.ts'
import { type Activation, lastValidMoment } from './activation-token.ts'
import { changedColumns, type DeviceChanges, deviceColumns } from './device-columns.ts'
import { instanceOf } from './device-state.ts'
import type { License } from './license-facts.ts'
import { logActivation } from './log-activation.ts'
import { noteNewFingerprint } from './new-fingerprint.ts'
import { leaseEnd } from './rules.ts'
import { touchDevice } from './touch-device.ts'

const insertDevice = preparedInsert(activations, 'insert_device')

/**
 * Writes a device that may hold a seat: its row, its lease, its last sign of life. Audited where it is new or different, and
 * logged where it also takes a place again (`isNew`).
 */
export async function storeDevice(
  ctx: Ctx,
  license: License,
  device: {
    known: Activation | undefined
    input: ActivationInput
    at: Date
    offline: boolean
    isNew: boolean
  },
): Promise<Activation> {
  const { known, input, at, offline } = device
  const columns = deviceColumns(input, known?.metadata ?? [], at)
  const state = {
    ...whereabouts(ctx, license),
    offline,
    expiresAt: lastValidMoment(license),
    leaseExpiresAt: leaseEnd(license, input.leaseDuration, at),
    lastSyncedAt: at,
  }
  if (!known) {
    const ids = { accountId: ctx.accountId, id: newId(), licenseId: license.id, productId: license.productId }
    const identity = { instanceId: instanceOf(license, input) }
    const times = { createdAt: at, updatedAt: at }
    const unset = { name: '', leaseExpiredEventFor: null, formerFingerprintHash: '' }
    const created: Activation = { ...ids, ...identity, ...columns, ...state, ...times, ...unset }
    record(ctx, 'activation.created', { license, activation: created, changes: columns })
    // Sent together, in one round trip to the database.
    await Promise.all([
      insertDevice(ctx.db, created),
      logActivation(ctx, 'activate', { license, activation: created }),
    ])
    return created
  }
  const changes = await noteNewFingerprint(ctx, license, known, changedColumns(known, columns))
  const changed = Object.keys(changes).length > 0
  const updated = await touchDevice(ctx, known, changes, state)
  if (!updated) throw new Error('an activation vanished though its license was locked')
  if (changed) record(ctx, 'activation.updated', { license, activation: updated, changes })
  if (changed || device.isNew) await logActivation(ctx, 'activate', { license, activation: updated })
  return updated
}

/** The device's address and country, unless the license forbids to keep them. */
export function whereabouts(ctx: Ctx, license: License): Pick<Activation, 'ip' | 'countryCode'> {
  if (license.disableGeoLocation) return { ip: null, countryCode: null }
  return { ip: ctx.ip, countryCode: countryOf(ctx.ip) }
}

/**
 * The host name may be personal, and metadata may hold anything, so only metadata keys are kept. Of a fingerprint the trail
 * says only that it changed.
 */
function record(
  ctx: Ctx,
  event: 'activation.created' | 'activation.updated',
  fact: { license: License; activation: Activation; changes: DeviceChanges },
): void {
  const { license, activation } = fact
  const {
    hostname,
    userHash: _userHash,
    metadata,
    fingerprint: _fingerprint,
    formerFingerprintHash: former,
    ...changes
  } = fact.changes
  recordEvent(ctx, {
    event,
    resource: 'activation',
    resourceId: activation.id,
    userId: license.userId,
    changes: {
      licenseId: license.id,
      productId: license.productId,
      ...changes,
      ...(former !== undefined && { fingerprintChanged: true }),
      ...(metadata && { metadata: metadata.map(({ key }) => key) }),
    },
    ...(license.userId && hostname !== undefined && { personal: { hostname } }),
  })
}
