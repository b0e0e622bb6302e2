import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import { activations, licenses } from '#db/schema/licenses.ts'
import type { Ctx } from '#lib/core/context.ts'
import { type ActivationMeter, activationMetersColumn } from '../meters/meter-columns.ts'
import type { Activation } from './activation-token.ts'
import { holdsSeat } from './holds-seat.ts'
import { activationNotFound } from './rules.ts'

/** Devices of licenses that belong to the acting customer; nothing for anybody else. */
export function ofActingCustomer({ actor }: Ctx): SQL {
  if (actor.kind !== 'customer') return sql`false`
  return sql`exists (select 1 from ${licenses} where ${and(
    eq(licenses.accountId, activations.accountId),
    eq(licenses.id, activations.licenseId),
    eq(licenses.userId, actor.userId),
  )})`
}

/**
 * One device of the acting customer.
 * @throws ACTIVATION_NOT_FOUND for another customer's device and for a missing one
 */
export async function findMyDevice(
  ctx: Ctx,
  id: string,
): Promise<Activation & { meters: ActivationMeter[] }> {
  const [row] = await ctx.db
    .select({ ...getTableColumns(activations), meters: activationMetersColumn })
    .from(activations)
    .where(
      and(
        eq(activations.accountId, ctx.accountId),
        eq(activations.id, id),
        holdsSeat(ctx.clock.now()),
        ofActingCustomer(ctx),
      ),
    )
  if (!row) throw activationNotFound()
  return row
}
