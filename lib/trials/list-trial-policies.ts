import { and, eq, sql } from 'drizzle-orm'
import { trialPolicies } from '#db/schema/trial-policies.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { ListInput } from '../list/filter.ts'
import { Page } from '../list/page.ts'
import { filtersToSql, likeText, sortToSql } from '../list/to-sql.ts'
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
  const [total, rows] = await Promise.all([
    ctx.db.$count(trialPolicies, where),
    ctx.db
      .select()
      .from(trialPolicies)
      .where(where)
      .orderBy(...sortToSql(trialPolicyListFields, input.sort, trialPolicies))
      .limit(input.limit)
      .offset((input.page - 1) * input.limit),
  ])
  return new Page(rows.map(toTrialPolicyDto), { total, page: input.page, limit: input.limit })
}
