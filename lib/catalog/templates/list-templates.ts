import { and, eq, getTableColumns, sql } from 'drizzle-orm'
import { licenseTemplates } from '#db/schema/products.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { templateListFields } from './list-fields.ts'
import { type TemplateDto, toTemplateDto } from './template-dto.ts'

/** License templates, oldest first unless sorted otherwise. `query` finds part of the name. */
export async function listTemplates(
  ctx: Authorized<'licenseTemplate:read'>,
  input: ListInput,
): Promise<Page<TemplateDto>> {
  const where = and(
    eq(licenseTemplates.accountId, ctx.accountId),
    filtersToSql(templateListFields, input.filters),
    input.query ? sql`${licenseTemplates.name} ilike ${`%${likeText(input.query)}%`}` : undefined,
  )
  const order = listOrder(templateListFields, input, licenseTemplates)
  const [total, rows] = await Promise.all([
    ctx.db.$count(licenseTemplates, where),
    ctx.db
      .select({ ...getTableColumns(licenseTemplates), position: order.position })
      .from(licenseTemplates)
      .where(and(where, order.after))
      .orderBy(...order.orderBy)
      .limit(order.limit)
      .offset(order.offset),
  ])
  return order.page(rows, total).map(toTemplateDto)
}
