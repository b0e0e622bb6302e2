import { and, eq, sql } from 'drizzle-orm'
import { activationMeterAttributes, licenseMeterAttributes } from '#db/schema/license-parts.ts'
import type { Ctx } from '#lib/core/context.ts'
import { AppError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import type { LicenseMeter } from './meter-columns.ts'

interface MeterChange {
  meter: Pick<LicenseMeter, 'id' | 'name' | 'allowedUses'>
  activationId: string
  /** What the activation has used until now. */
  uses: number
  /** Added; a negative one never takes more than the activation has used. */
  increment: number
}

/** A counter after a change. */
export interface ChangedMeter {
  name: string
  uses: number
  totalUses: number
  grossUses: number
}

/**
 * Counts on one of a license's counters in the open transaction. The license's row must be locked: `uses` is exact only under
 * that lock. The statement itself checks the limit, so that no concurrent count can exceed it.
 * @throws METER_ATTRIBUTE_USES_LIMIT_REACHED
 */
export async function changeMeter(ctx: Ctx, change: MeterChange, at: Date): Promise<ChangedMeter> {
  const { meter, activationId } = change
  const increment = Math.max(change.increment, -change.uses)
  const uses = change.uses + increment
  const [counted] = await ctx.db
    .update(licenseMeterAttributes)
    .set({
      totalUses: sql`greatest(0, ${licenseMeterAttributes.totalUses} + ${increment}::bigint)`,
      grossUses: sql`${licenseMeterAttributes.grossUses} + ${Math.max(increment, 0)}::bigint`,
      ...(increment !== 0 && { updatedAt: at }),
    })
    .where(
      and(
        eq(licenseMeterAttributes.accountId, ctx.accountId),
        eq(licenseMeterAttributes.id, meter.id),
        sql`(${increment}::bigint <= 0 or ${licenseMeterAttributes.allowedUses} = -1
          or ${licenseMeterAttributes.totalUses} + ${increment}::bigint <= ${licenseMeterAttributes.allowedUses})`,
        // Beyond this, clients that read numbers as doubles would count wrong.
        sql`${licenseMeterAttributes.grossUses} + ${Math.max(increment, 0)}::bigint <= ${Number.MAX_SAFE_INTEGER}::bigint`,
      ),
    )
    .returning({ totalUses: licenseMeterAttributes.totalUses, grossUses: licenseMeterAttributes.grossUses })
  if (!counted) throw limitReached(meter)
  if (increment !== 0) await storeUses(ctx, { activationId, name: meter.name, uses }, at)
  return { name: meter.name, uses, ...counted }
}

async function storeUses(
  ctx: Ctx,
  row: { activationId: string; name: string; uses: number },
  at: Date,
): Promise<void> {
  await ctx.db
    .insert(activationMeterAttributes)
    .values({ accountId: ctx.accountId, id: newId(), ...row, createdAt: at, updatedAt: at })
    .onConflictDoUpdate({
      target: [
        activationMeterAttributes.accountId,
        activationMeterAttributes.activationId,
        activationMeterAttributes.name,
      ],
      set: { uses: row.uses, updatedAt: at },
    })
}

function limitReached({ name, allowedUses }: MeterChange['meter']): AppError {
  const limit = allowedUses < 0 ? 'as far as it can count' : `${allowedUses} uses`
  return new AppError(
    'METER_ATTRIBUTE_USES_LIMIT_REACHED',
    `The counter "${name}" of this license ends at ${limit}: this would go beyond.`,
  )
}
