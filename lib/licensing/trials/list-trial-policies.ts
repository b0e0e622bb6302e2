import { and, eq } from 'drizzle-orm'
import { trialPolicies } from '#db/schema/trial-policies.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginateTable } from '#lib/core/list/paginate.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { type TrialPolicyDto, toTrialPolicyDto } from './policy-dto.ts'

/** What the list of trial policies can be filtered and sorted by. */
export const trialPolicyListFields = {
  name: { kind: 'text', column: trialPolicies.name },
  trialLength: { kind: 'number', column: trialPolicies.trialLength },
  createdAt: { kind: 'date', column: trialPolicies.createdAt },
  updatedAt: { kind: 'date', column: trialPolicies.updatedAt },
} as const satisfies ListFields

/** Trial policies, oldest first unless sorted otherwise. `query` finds part of the name. */
export async function listTrialPolicies(
  ctx: Authorized<'trialPolicy:read'>,
  input: ListInput,
): Promise<Page<TrialPolicyDto>> {
  const where = and(
    eq(trialPolicies.accountId, ctx.accountId),
    filtersToSql(trialPolicyListFields, input.filters),
    searchToSql(input.query, [trialPolicies.name]),
  )
  const page = await paginateTable(ctx.db, trialPolicies, { fields: trialPolicyListFields, input, where })
  return page.map(toTrialPolicyDto)
}
