import { and, eq, getTableColumns, sql } from 'drizzle-orm'
import { releaseFiles } from '#db/schema/releases.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { releaseFileListFields } from './list-fields.ts'
import { type ReleaseFileDto, toReleaseFileDto } from './release-file-dto.ts'

/** Files of releases, oldest first unless sorted otherwise. `query` finds part of the name. */
export async function listReleaseFiles(
  ctx: Authorized<'release:read'>,
  input: ListInput,
): Promise<Page<ReleaseFileDto>> {
  const where = and(
    eq(releaseFiles.accountId, ctx.accountId),
    filtersToSql(releaseFileListFields, input.filters),
    input.query ? sql`${releaseFiles.name} ilike ${`%${likeText(input.query)}%`}` : undefined,
  )
  const order = listOrder(releaseFileListFields, input, releaseFiles)
  const [total, rows] = await Promise.all([
    ctx.db.$count(releaseFiles, where),
    ctx.db
      .select({ ...getTableColumns(releaseFiles), position: order.position })
      .from(releaseFiles)
      .where(and(where, order.after))
      .orderBy(...order.orderBy)
      .limit(order.limit)
      .offset(order.offset),
  ])
  return order.page(rows, total).map(toReleaseFileDto)
}
