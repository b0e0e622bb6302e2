import { and, eq, getTableColumns } from 'drizzle-orm'
import { trialActivations } from '#db/schema/trials.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { trialConditions } from './trial-conditions.ts'
import { type TrialActivationDto, toTrialDto } from './trial-dto.ts'
import { trialListFields } from './trial-list-fields.ts'

/** Trials, oldest first unless sorted otherwise. */
export async function listTrials(
  ctx: Authorized<'trialActivation:read'>,
  input: ListInput,
): Promise<Page<TrialActivationDto>> {
  const now = ctx.clock.now()
  const where = and(eq(trialActivations.accountId, ctx.accountId), trialConditions(input, now))
  const order = listOrder(trialListFields, input, trialActivations)
  const [total, rows] = await Promise.all([
    ctx.db.$count(trialActivations, where),
    ctx.db
      .select({ ...getTableColumns(trialActivations), position: order.position })
      .from(trialActivations)
      .where(and(where, order.after))
      .orderBy(...order.orderBy)
      .limit(order.limit)
      .offset(order.offset),
  ])
  return order.page(rows, total).map((row) => toTrialDto(row, now))
}
