import { and, eq, sql } from 'drizzle-orm'
import { licenseTemplates } from '#db/schema/products.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { ListInput } from '../list/filter.ts'
import { Page } from '../list/page.ts'
import { filtersToSql, likeText, sortToSql } from '../list/to-sql.ts'
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
  const [total, rows] = await Promise.all([
    ctx.db.$count(licenseTemplates, where),
    ctx.db
      .select()
      .from(licenseTemplates)
      .where(where)
      .orderBy(...sortToSql(templateListFields, input.sort, licenseTemplates))
      .limit(input.limit)
      .offset((input.page - 1) * input.limit),
  ])
  return new Page(rows.map(toTemplateDto), { total, page: input.page, limit: input.limit })
}
