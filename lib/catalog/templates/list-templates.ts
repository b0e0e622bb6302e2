import { and, eq } from 'drizzle-orm'
import { licenseTemplates } from '#db/schema/products.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginateTable } from '#lib/core/list/paginate.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { type TemplateDto, toTemplateDto } from './template-dto.ts'

/** What the list of license templates can be filtered and sorted by. */
export const templateListFields = {
  name: { kind: 'text', column: licenseTemplates.name },
  type: { kind: 'choice', column: licenseTemplates.type },
  entitlementSetId: { kind: 'id', column: licenseTemplates.entitlementSetId },
  maintenancePolicyId: { kind: 'id', column: licenseTemplates.maintenancePolicyId },
  createdAt: { kind: 'date', column: licenseTemplates.createdAt },
  updatedAt: { kind: 'date', column: licenseTemplates.updatedAt },
} as const satisfies ListFields

/** License templates, oldest first unless sorted otherwise. `query` finds part of the name. */
export async function listTemplates(
  ctx: Authorized<'licenseTemplate:read'>,
  input: ListInput,
): Promise<Page<TemplateDto>> {
  const where = and(
    eq(licenseTemplates.accountId, ctx.accountId),
    filtersToSql(templateListFields, input.filters),
    searchToSql(input.query, [licenseTemplates.name]),
  )
  const page = await paginateTable(ctx.db, licenseTemplates, { fields: templateListFields, input, where })
  return page.map(toTemplateDto)
}
