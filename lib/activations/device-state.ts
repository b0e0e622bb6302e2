import { and, asc, desc, eq, getTableColumns, sql } from 'drizzle-orm'
import { activations, licenses } from '#db/schema/licenses.ts'
import type { Ctx } from '../context.ts'
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

/** How a license's places stand towards one device. Exact while the license's row is locked. */
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

/** Which run on the computer is meant; the computer itself where the license does not count instances. */
export function instanceOf(license: License, device: Pick<Identity, 'instanceId'>): string {
  return isFloating(license) && license.leasingStrategy === 'per-instance' ? device.instanceId : ''
}

/** Reads both in one round trip. Where a license is bound to the operating system's user, another user is another device. */
export async function readDeviceState(
  ctx: Ctx,
  license: License,
  device: Identity,
  at: Date,
): Promise<DeviceState> {
  const [[row], [places]] = await Promise.all([
    ctx.db
      .select({ ...getTableColumns(activations), meters: activationMetersColumn })
      .from(activations)
      .where(
        and(
          eq(activations.accountId, ctx.accountId),
          eq(activations.licenseId, license.id),
          eq(activations.fingerprint, device.fingerprint),
          eq(activations.instanceId, instanceOf(license, device)),
          license.userLocked ? eq(activations.userHash, device.userHash) : undefined,
        ),
      )
      .orderBy(desc(sql`${activations.userHash} = ${device.userHash}`), asc(activations.createdAt))
      .limit(1),
    ctx.db
      .select({
        meters: licenseMetersColumn,
        taken: sql<number>`(
          select count(*)::int from ${activations} as seats
          where seats.account_id = licenses.account_id and seats.license_id = licenses.id
            and (seats.lease_expires_at is null or seats.lease_expires_at > ${at.toISOString()}::timestamptz))`,
      })
      .from(licenses)
      .where(and(eq(licenses.accountId, ctx.accountId), eq(licenses.id, license.id))),
  ])
  const { meters: activationMeters = [], ...known } = row ?? { meters: [] }
  const isHolder = row !== undefined && (row.leaseExpiresAt === null || row.leaseExpiresAt > at)
  return {
    known: row && 'id' in known ? known : undefined,
    isHolder,
    others: (places?.taken ?? 0) - (isHolder ? 1 : 0),
    licenseMeters: places?.meters ?? [],
    activationMeters,
  }
}
