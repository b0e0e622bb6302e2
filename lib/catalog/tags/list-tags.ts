import { and, eq } from 'drizzle-orm'
import { tags } from '#db/schema/tags.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginateTable } from '#lib/core/list/paginate.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { type TagDto, toTagDto } from './tag-dto.ts'

/** What the list of tags can be filtered and sorted by. */
export const tagListFields = {
  name: { kind: 'text', column: tags.name },
  createdAt: { kind: 'date', column: tags.createdAt },
  updatedAt: { kind: 'date', column: tags.updatedAt },
} as const satisfies ListFields

/** Tags, oldest first unless sorted otherwise. `query` finds part of the name or the description. */
export async function listTags(ctx: Authorized<'tag:read'>, input: ListInput): Promise<Page<TagDto>> {
  const where = and(
    eq(tags.accountId, ctx.accountId),
    filtersToSql(tagListFields, input.filters),
    searchToSql(input.query, [tags.name, tags.description]),
  )
  const page = await paginateTable(ctx.db, tags, { fields: tagListFields, input, where })
  return page.map(toTagDto)
}
