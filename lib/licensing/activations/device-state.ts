import { and, asc, desc, eq, sql } from 'drizzle-orm'
import { preparedOnce } from '#db/prepared.ts'
import { fingerprintHashOf } from '#db/schema/columns.ts'
import { activations, licenses } from '#db/schema/licenses.ts'
import type { Ctx } from '#lib/core/context.ts'
import {
  type ActivationMeter,
  activationMetersColumn,
  type LicenseMeter,
  licenseMetersColumn,
} from '../meters/meter-columns.ts'
import type { ActivationInput } from './activation-input.ts'
import type { Activation } from './activation-token.ts'
import type { License } from './license-facts.ts'
import { isFloating } from './rules.ts'
import { findSameComputer } from './same-computer.ts'

/** A license's places with regard to one device. Exact while the license's row is locked. */
export interface DeviceState {
  /** This device's row, whether it holds a place or its lease ended. */
  known: Activation | undefined
  /** Whether `known` holds a place now. */
  isHolder: boolean
  /** Devices other than this one that hold a place. */
  others: number
  licenseMeters: readonly LicenseMeter[]
  activationMeters: readonly ActivationMeter[]
}

type Identity = Pick<ActivationInput, 'fingerprint' | 'userHash' | 'instanceId'>

/** The run on the computer; the computer itself if the license does not count instances. */
export function instanceOf(license: License, device: Pick<Identity, 'instanceId'>): string {
  return isFloating(license) && license.leasingStrategy === 'per-instance' ? device.instanceId : ''
}

/** One row, with the device where there is one. Where a license is bound to the system's user, another user is another device. */
const statement = preparedOnce((db) =>
  db
    .select({
      known: activations,
      activationMeters: activationMetersColumn,
      licenseMeters: licenseMetersColumn,
      taken: sql<number>`(
        select count(*)::int from ${activations} as seats
        where seats.account_id = licenses.account_id and seats.license_id = licenses.id
          and (seats.lease_expires_at is null or seats.lease_expires_at > ${sql.placeholder('now')}::timestamptz))`,
    })
    .from(licenses)
    .leftJoin(
      activations,
      and(
        eq(activations.accountId, licenses.accountId),
        eq(activations.licenseId, licenses.id),
        eq(
          fingerprintHashOf(activations.fingerprint),
          fingerprintHashOf(sql`${sql.placeholder('fingerprint')}`),
        ),
        eq(activations.instanceId, sql.placeholder('instanceId')),
        sql`(not ${licenses.userLocked} or ${activations.userHash} = ${sql.placeholder('userHash')})`,
      ),
    )
    .where(
      and(
        eq(licenses.accountId, sql.placeholder('accountId')),
        eq(licenses.id, sql.placeholder('licenseId')),
      ),
    )
    .orderBy(desc(sql`${activations.userHash} = ${sql.placeholder('userHash')}`), asc(activations.createdAt))
    .limit(1)
    .prepare('device_state'),
)

/**
 * Reads it in one statement. If no device has exactly this fingerprint and it names the computer's parts, it looks for a
 * computer that was changed or installed anew; `known` is then that device as it was before.
 */
export async function readDeviceState(
  ctx: Ctx,
  license: License,
  device: Identity,
  at: Date,
): Promise<DeviceState> {
  const state = await stateOf(ctx, license, device, at)
  if (state.known) return state
  const instanceId = instanceOf(license, device)
  const alike = await findSameComputer(ctx.db, license, device.fingerprint)
  const before = alike.find(
    (found) => found.instanceId === instanceId && (!license.userLocked || found.userHash === device.userHash),
  )
  if (!before) return state
  const { fingerprint, userHash } = before
  return stateOf(ctx, license, { ...device, fingerprint, userHash }, at)
}

async function stateOf(ctx: Ctx, license: License, device: Identity, at: Date): Promise<DeviceState> {
  const [row] = await statement(ctx.db).execute({
    accountId: ctx.accountId,
    licenseId: license.id,
    fingerprint: device.fingerprint,
    userHash: device.userHash,
    instanceId: instanceOf(license, device),
    now: at.toISOString(),
  })
  if (!row) throw new Error('a locked license vanished')
  const known = row.known ?? undefined
  const isHolder = known !== undefined && (known.leaseExpiresAt === null || known.leaseExpiresAt > at)
  return {
    known,
    isHolder,
    others: row.taken - (isHolder ? 1 : 0),
    licenseMeters: row.licenseMeters,
    activationMeters: row.activationMeters,
  }
}
