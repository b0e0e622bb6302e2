import { and, eq, getTableColumns, sql } from 'drizzle-orm'
import { trialPolicies } from '#db/schema/trial-policies.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { type TrialPolicyDto, toTrialPolicyDto } from './policy-dto.ts'
import { trialPolicyListFields } from './policy-list-fields.ts'

/** Trial policies, oldest first unless sorted otherwise. `query` finds part of the name. */
export async function listTrialPolicies(
  ctx: Authorized<'trialPolicy:read'>,
  input: ListInput,
): Promise<Page<TrialPolicyDto>> {
  const where = and(
    eq(trialPolicies.accountId, ctx.accountId),
    filtersToSql(trialPolicyListFields, input.filters),
    input.query ? sql`${trialPolicies.name} ilike ${`%${likeText(input.query)}%`}` : undefined,
  )
  const order = listOrder(trialPolicyListFields, input, trialPolicies)
  const [total, rows] = await Promise.all([
    ctx.db.$count(trialPolicies, where),
    ctx.db
      .select({ ...getTableColumns(trialPolicies), position: order.position })
      .from(trialPolicies)
      .where(and(where, order.after))
      .orderBy(...order.orderBy)
      .limit(order.limit)
      .offset(order.offset),
  ])
  return order.page(rows, total).map(toTrialPolicyDto)
}
