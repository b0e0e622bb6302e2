import { and, eq } from 'drizzle-orm'
import { licenseMeterAttributes } from '#db/schema/license-parts.ts'
import { METER_LIMIT, type MetersInput } from '#lib/catalog/templates/parts-input.ts'
import type { Ctx } from '#lib/core/context.ts'
import { fieldError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'

/**
 * Adds the named counters to a license, or changes them with their counts kept, inside a transaction that holds the license.
 * Counters that the request does not name stay.
 * @throws INVALID_INPUT for a limit below what is used already, and when there would be too many
 */
export async function storeMeters(tx: Ctx, licenseId: string, input: MetersInput): Promise<void> {
  const now = tx.clock.now()
  const { accountId } = tx
  const mine = and(
    eq(licenseMeterAttributes.accountId, accountId),
    eq(licenseMeterAttributes.licenseId, licenseId),
  )
  // Locked, so that nobody counts while a limit is compared with the uses.
  const known = await tx.db
    .select()
    .from(licenseMeterAttributes)
    .where(mine)
    .orderBy(licenseMeterAttributes.id)
    .for('update')
  const fresh: (typeof licenseMeterAttributes.$inferInsert)[] = []
  for (const [index, { name, allowedUses, floating, ...entry }] of input.entries()) {
    const before = known.find((meter) => meter.name === name)
    const permissions = entry.viewPermissions ?? (entry.visible ? ['activation'] : undefined)
    if (!before) {
      fresh.push({
        accountId,
        id: newId(),
        licenseId,
        name,
        allowedUses,
        floating: floating ?? false,
        viewPermissions: [...new Set(permissions)],
        createdAt: now,
        updatedAt: now,
      })
      continue
    }
    if (allowedUses !== -1 && before.totalUses > allowedUses) {
      throw fieldError(
        `meterAttributes[${index}].allowedUses`,
        `${before.totalUses} uses are taken already: reset it first`,
      )
    }
    await tx.db
      .update(licenseMeterAttributes)
      .set({
        allowedUses,
        ...(floating !== undefined && { floating }),
        ...(permissions && { viewPermissions: [...new Set(permissions)] }),
        updatedAt: now,
      })
      .where(and(mine, eq(licenseMeterAttributes.id, before.id)))
  }
  if (known.length + fresh.length > METER_LIMIT) {
    throw fieldError('meterAttributes', `at most ${METER_LIMIT} meter attributes are kept`)
  }
  if (fresh.length > 0) await tx.db.insert(licenseMeterAttributes).values(fresh)
}
