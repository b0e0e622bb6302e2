import { and, eq, getTableColumns, or, sql } from 'drizzle-orm'
import { tags } from '#db/schema/tags.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
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
  const order = listOrder(tagListFields, input, tags)
  const [total, rows] = await Promise.all([
    ctx.db.$count(tags, where),
    ctx.db
      .select({ ...getTableColumns(tags), position: order.position })
      .from(tags)
      .where(and(where, order.after))
      .orderBy(...order.orderBy)
      .limit(order.limit)
      .offset(order.offset),
  ])
  return order.page(rows, total).map(toTagDto)
}
