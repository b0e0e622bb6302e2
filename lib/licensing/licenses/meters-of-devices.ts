import { and, eq, inArray, type SQL } from 'drizzle-orm'
import { activationMeterAttributes } from '#db/schema/license-parts.ts'
import { activations } from '#db/schema/licenses.ts'
import type { Ctx } from '#lib/core/context.ts'

/** What a license's devices counted on one of its counters. */
export function countersOfDevices(
  { db, accountId }: Pick<Ctx, 'db' | 'accountId'>,
  meter: { licenseId: string; name: string },
): SQL | undefined {
  const devices = db
    .select({ id: activations.id })
    .from(activations)
    .where(and(eq(activations.accountId, accountId), eq(activations.licenseId, meter.licenseId)))
  return and(
    eq(activationMeterAttributes.accountId, accountId),
    eq(activationMeterAttributes.name, meter.name),
    inArray(activationMeterAttributes.activationId, devices),
  )
}
