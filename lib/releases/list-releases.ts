import { and, eq, or, sql } from 'drizzle-orm'
import { releases } from '#db/schema/releases.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { ListInput } from '../list/filter.ts'
import { Page } from '../list/page.ts'
import { filtersToSql, likeText, sortToSql } from '../list/to-sql.ts'
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
  const [total, found] = await Promise.all([
    ctx.db.$count(releases, and(eq(releases.accountId, ctx.accountId), where)),
    loadReleases(ctx.db, ctx.accountId, {
      where,
      orderBy: sortToSql(releaseListFields, input.sort, releases),
      limit: input.limit,
      offset: (input.page - 1) * input.limit,
    }),
  ])
  return new Page(found.map(toReleaseDto), { total, page: input.page, limit: input.limit })
}
