import { and, eq, getTableColumns } from 'drizzle-orm'
import { activations } from '#db/schema/licenses.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { activationMetersColumn } from '../meters/meter-columns.ts'
import { type ActivationDto, toActivationDto } from './activation-dto.ts'
import { holdsSeat } from './holds-seat.ts'
import { activationNotFound } from './rules.ts'

/**
 * One device of the account.
 * @throws ACTIVATION_NOT_FOUND
 */
export async function getActivation(
  ctx: Authorized<'activation:read'>,
  { id }: { id: string },
): Promise<ActivationDto> {
  const [row] = await ctx.db
    .select({ ...getTableColumns(activations), meters: activationMetersColumn })
    .from(activations)
    .where(and(eq(activations.accountId, ctx.accountId), eq(activations.id, id), holdsSeat(ctx.clock.now())))
  if (!row) throw activationNotFound()
  return toActivationDto(row, row.meters)
}
