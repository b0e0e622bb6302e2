import { and, eq } from 'drizzle-orm'
import { activationMeterAttributes, licenseMeterAttributes } from '#db/schema/license-parts.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { lockMeter } from './find-meter.ts'
import { countersOfDevices } from './meters-of-devices.ts'

/**
 * Deletes a counter of a license, with what its devices counted on it.
 * @throws NOT_FOUND
 */
export function deleteLicenseMeter(ctx: Authorized<'license:write'>, id: string): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    const { meter, userId } = await lockMeter(tx, id)
    await tx.db
      .delete(licenseMeterAttributes)
      .where(and(eq(licenseMeterAttributes.accountId, tx.accountId), eq(licenseMeterAttributes.id, id)))
    await tx.db.delete(activationMeterAttributes).where(countersOfDevices(tx, meter))
    recordEvent(tx, {
      event: 'license.updated',
      resource: 'license',
      resourceId: meter.licenseId,
      userId,
      changes: { meterAttributes: { deleted: meter.name } },
    })
    return undefined
  })
}
