import { and, eq, sql } from 'drizzle-orm'
import { releases } from '#db/schema/releases.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Filter, ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginate } from '#lib/core/list/paginate.ts'
import { anyElement, compare, filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { loadReleases } from './load-releases.ts'
import { type ReleaseDto, toReleaseDto } from './release-dto.ts'

const byPlatform = (filter: Filter) =>
  anyElement(sql`unnest(${releases.platforms}) as platform_name`, sql`platform_name`, filter)

/** What the list of releases can be filtered and sorted by. Sorted by version, 1.10 comes after 1.9. */
export const releaseListFields = {
  productId: { kind: 'id', column: releases.productId },
  name: { kind: 'text', column: releases.name },
  version: {
    kind: 'text',
    column: releases.versionParts,
    where: (filter) => compare(releases.version, filter),
  },
  channel: { kind: 'text', column: releases.channel },
  platform: { kind: 'text', where: byPlatform },
  platforms: { kind: 'text', where: byPlatform },
  published: {
    kind: 'boolean',
    where: (filter) => compare(sql`(${releases.publishedAt} is not null)`, filter),
  },
  private: { kind: 'boolean', column: releases.private },
  publishedAt: { kind: 'date', column: releases.publishedAt },
  createdAt: { kind: 'date', column: releases.createdAt },
  updatedAt: { kind: 'date', column: releases.updatedAt },
} as const satisfies ListFields

/** Releases, oldest first unless sorted otherwise. `query` finds part of the name, the version or the notes. */
export async function listReleases(
  ctx: Authorized<'release:read'>,
  input: ListInput,
): Promise<Page<ReleaseDto>> {
  const where = and(
    filtersToSql(releaseListFields, input.filters),
    searchToSql(input.query, [releases.name, releases.version, releases.notes]),
  )
  const page = await paginate(
    { fields: releaseListFields, input, ties: releases, where },
    {
      count: () => ctx.db.$count(releases, and(eq(releases.accountId, ctx.accountId), where)),
      rows: (selection) => loadReleases(ctx.db, ctx.accountId, selection),
    },
  )
  return page.map(toReleaseDto)
}
