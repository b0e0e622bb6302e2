import { and, count, eq, getTableColumns, ilike, or, type SQL } from 'drizzle-orm'
import { activations } from '#db/schema/licenses.ts'
import type { Ctx } from '#lib/core/context.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { takeMetadataFilters } from '#lib/core/metadata/metadata-filter.ts'
import { activationMetersColumn } from '../meters/meter-columns.ts'
import { type ActivationDto, toActivationDto } from './activation-dto.ts'
import { holdsSeat } from './holds-seat.ts'
import { activationListFields } from './list-fields.ts'

/** What a list's filters and its search mean, as a condition on `activations`. Devices whose lease ended are not listed. */
export function activationConditions(ctx: Ctx, input: Pick<ListInput, 'filters' | 'query'>): SQL | undefined {
  const { condition, others } = takeMetadataFilters(activations.metadata, input.filters)
  return and(
    eq(activations.accountId, ctx.accountId),
    holdsSeat(ctx.clock.now()),
    condition,
    filtersToSql(activationListFields, others),
    matches(input.query),
  )
}

/** The columns that an activation's answer is made of. */
export const answerColumns = { ...getTableColumns(activations), meters: activationMetersColumn }

/** A page of the account's devices among those in scope. */
export async function selectActivations(
  ctx: Ctx,
  input: ListInput,
  scope?: SQL,
): Promise<Page<ActivationDto>> {
  const where = and(activationConditions(ctx, input), scope)
  const order = listOrder(activationListFields, input, activations)
  const [rows, [all]] = await Promise.all([
    ctx.db
      .select({ ...answerColumns, position: order.position })
      .from(activations)
      .where(and(where, order.after))
      .orderBy(...order.orderBy)
      .limit(order.limit)
      .offset(order.offset),
    ctx.db.select({ total: count() }).from(activations).where(where),
  ])
  return order.page(rows, all?.total ?? 0).map((row) => toActivationDto(row, row.meters))
}

/** Free search: what people call a device. */
function matches(query: string | undefined): SQL | undefined {
  if (!query) return undefined
  const pattern = `%${likeText(query)}%`
  return or(
    ilike(activations.hostname, pattern),
    ilike(activations.name, pattern),
    ilike(activations.osVersion, pattern),
    ilike(activations.appVersion, pattern),
  )
}
