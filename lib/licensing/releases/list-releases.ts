import { and, eq, or, sql } from 'drizzle-orm'
import { releases } from '#db/schema/releases.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { releaseListFields } from './list-fields.ts'
import { loadReleases } from './load-releases.ts'
import { type ReleaseDto, toReleaseDto } from './release-dto.ts'

/** Releases, oldest first unless sorted otherwise. `query` finds part of the name, the version or the notes. */
export async function listReleases(
  ctx: Authorized<'release:read'>,
  input: ListInput,
): Promise<Page<ReleaseDto>> {
  const part = `%${likeText(input.query)}%`
  const where = and(
    filtersToSql(releaseListFields, input.filters),
    input.query
      ? or(
          sql`${releases.name} ilike ${part}`,
          sql`${releases.version} ilike ${part}`,
          sql`${releases.notes} ilike ${part}`,
        )
      : undefined,
  )
  const order = listOrder(releaseListFields, input, releases)
  const [total, found] = await Promise.all([
    ctx.db.$count(releases, and(eq(releases.accountId, ctx.accountId), where)),
    loadReleases(ctx.db, ctx.accountId, {
      ...order,
      where: and(where, order.after),
    }),
  ])
  return order.page(found, total).map(toReleaseDto)
}
