import { and, eq, sql } from 'drizzle-orm'
import { releaseFiles } from '#db/schema/releases.ts'
import type { Authorized } from '../auth/authorize.ts'
import type { ListInput } from '../list/filter.ts'
import { Page } from '../list/page.ts'
import { filtersToSql, likeText, sortToSql } from '../list/to-sql.ts'
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
  const [total, rows] = await Promise.all([
    ctx.db.$count(releaseFiles, where),
    ctx.db
      .select()
      .from(releaseFiles)
      .where(where)
      .orderBy(...sortToSql(releaseFileListFields, input.sort, releaseFiles))
      .limit(input.limit)
      .offset((input.page - 1) * input.limit),
  ])
  return new Page(rows.map(toReleaseFileDto), { total, page: input.page, limit: input.limit })
}
