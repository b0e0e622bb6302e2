import { and, eq } from 'drizzle-orm'
import { releaseFiles } from '#db/schema/releases.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginateTable } from '#lib/core/list/paginate.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { type ReleaseFileDto, toReleaseFileDto } from './release-file-dto.ts'

/** What the list of release files can be filtered and sorted by. */
export const releaseFileListFields = {
  releaseId: { kind: 'id', column: releaseFiles.releaseId },
  name: { kind: 'text', column: releaseFiles.name },
  extension: { kind: 'text', column: releaseFiles.extension },
  size: { kind: 'number', column: releaseFiles.size },
  downloads: { kind: 'number', column: releaseFiles.downloads },
  secured: { kind: 'boolean', column: releaseFiles.secured },
  createdAt: { kind: 'date', column: releaseFiles.createdAt },
  updatedAt: { kind: 'date', column: releaseFiles.updatedAt },
} as const satisfies ListFields

/** Files of releases, oldest first unless sorted otherwise. `query` finds part of the name. */
export async function listReleaseFiles(
  ctx: Authorized<'release:read'>,
  input: ListInput,
): Promise<Page<ReleaseFileDto>> {
  const where = and(
    eq(releaseFiles.accountId, ctx.accountId),
    filtersToSql(releaseFileListFields, input.filters),
    searchToSql(input.query, [releaseFiles.name]),
  )
  const page = await paginateTable(ctx.db, releaseFiles, { fields: releaseFileListFields, input, where })
  return page.map(toReleaseFileDto)
}
