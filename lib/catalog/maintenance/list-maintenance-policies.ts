import { and, eq } from 'drizzle-orm'
import { maintenancePolicies } from '#db/schema/maintenance.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginateTable } from '#lib/core/list/paginate.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { type MaintenancePolicyDto, toMaintenancePolicyDto } from './maintenance-policy-dto.ts'

/** What the list of maintenance policies can be filtered and sorted by. */
export const maintenancePolicyListFields = {
  name: { kind: 'text', column: maintenancePolicies.name },
  createdAt: { kind: 'date', column: maintenancePolicies.createdAt },
  updatedAt: { kind: 'date', column: maintenancePolicies.updatedAt },
} as const satisfies ListFields

/** Maintenance policies, oldest first unless sorted otherwise. `query` finds part of the name or the description. */
export async function listMaintenancePolicies(
  ctx: Authorized<'maintenancePolicy:read'>,
  input: ListInput,
): Promise<Page<MaintenancePolicyDto>> {
  const where = and(
    eq(maintenancePolicies.accountId, ctx.accountId),
    filtersToSql(maintenancePolicyListFields, input.filters),
    searchToSql(input.query, [maintenancePolicies.name, maintenancePolicies.description]),
  )
  const page = await paginateTable(ctx.db, maintenancePolicies, {
    fields: maintenancePolicyListFields,
    input,
    where,
  })
  return page.map(toMaintenancePolicyDto)
}
