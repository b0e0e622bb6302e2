import { and, eq, or, sql } from 'drizzle-orm'
import { tags } from '#db/schema/tags.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { ListFields, ListInput } from '../list/filter.ts'
import { Page } from '../list/page.ts'
import { filtersToSql, likeText, sortToSql } from '../list/to-sql.ts'
import { type TagDto, toTagDto } from './tag-dto.ts'

/** What the list of tags can be filtered and sorted by. */
export const tagListFields = {
  name: { kind: 'text', column: tags.name },
  createdAt: { kind: 'date', column: tags.createdAt },
  updatedAt: { kind: 'date', column: tags.updatedAt },
} as const satisfies ListFields

/** Tags, oldest first unless sorted otherwise. `query` finds part of the name or the description. */
export async function listTags(ctx: Authorized<'tag:read'>, input: ListInput): Promise<Page<TagDto>> {
  const part = `%${likeText(input.query)}%`
  const where = and(
    eq(tags.accountId, ctx.accountId),
    filtersToSql(tagListFields, input.filters),
    input.query ? or(sql`${tags.name} ilike ${part}`, sql`${tags.description} ilike ${part}`) : undefined,
  )
  const [total, rows] = await Promise.all([
    ctx.db.$count(tags, where),
    ctx.db
      .select()
      .from(tags)
      .where(where)
      .orderBy(...sortToSql(tagListFields, input.sort, tags))
      .limit(input.limit)
      .offset((input.page - 1) * input.limit),
  ])
  return new Page(rows.map(toTagDto), { total, page: input.page, limit: input.limit })
}
