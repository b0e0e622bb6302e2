import { and, eq } from 'drizzle-orm'
import { activationMeterAttributes, licenseMeterAttributes } from '#db/schema/license-parts.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { lockMeter } from './find-meter.ts'
import { type LicenseMeterDto, toLicenseMeterDto } from './meter-dto.ts'
import { countersOfDevices } from './meters-of-devices.ts'

/**
 * Sets a counter of a license back to zero, and its devices' shares with it: a floating one must not give back uses that are
 * no longer counted. What was ever used stays known (`grossUses`).
 * @throws NOT_FOUND
 */
export function resetLicenseMeter(ctx: Authorized<'license:write'>, id: string): Promise<LicenseMeterDto> {
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    const { meter, userId } = await lockMeter(tx, id)
    const [row] = await tx.db
      .update(licenseMeterAttributes)
      .set({ totalUses: 0, updatedAt: now })
      .where(and(eq(licenseMeterAttributes.accountId, tx.accountId), eq(licenseMeterAttributes.id, id)))
      .returning()
    if (!row) throw notFound('meter attribute')
    await tx.db
      .update(activationMeterAttributes)
      .set({ uses: 0, updatedAt: now })
      .where(countersOfDevices(tx, meter))
    recordEvent(tx, {
      event: 'license.updated',
      resource: 'license',
      resourceId: meter.licenseId,
      userId,
      changes: { meterAttributes: { reset: meter.name, before: meter.totalUses } },
    })
    return toLicenseMeterDto(row)
  })
}
