import { and, eq } from 'drizzle-orm'
import { releaseChannels, releasePlatforms } from '#db/schema/releases.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginate } from '#lib/core/list/paginate.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { loadReleaseNames } from './load-release-names.ts'
import { NAME_KINDS, type NameKind } from './name-kinds.ts'
import { type ReleaseNameDto, toReleaseNameDto } from './release-name-dto.ts'

const fieldsOf = (table: typeof releaseChannels | typeof releasePlatforms) =>
  ({
    name: { kind: 'text', column: table.name },
    displayName: { kind: 'text', column: table.displayName },
    createdAt: { kind: 'date', column: table.createdAt },
    updatedAt: { kind: 'date', column: table.updatedAt },
  }) as const satisfies ListFields

/** What the lists of channels and of platforms can be filtered and sorted by. */
export const releaseNameListFields = {
  channel: fieldsOf(releaseChannels),
  platform: fieldsOf(releasePlatforms),
} as const satisfies Record<NameKind, ListFields>

/** Channels or platforms, oldest first unless sorted otherwise. `query` finds part of a name. */
export async function listReleaseNames(
  ctx: Authorized<'release:read'>,
  kind: NameKind,
  input: ListInput,
): Promise<Page<ReleaseNameDto>> {
  const { table } = NAME_KINDS[kind]
  const fields = releaseNameListFields[kind]
  const where = and(
    filtersToSql(fields, input.filters),
    searchToSql(input.query, [table.name, table.displayName]),
  )
  const page = await paginate(
    { fields: fields, input, ties: table, where },
    {
      count: () => ctx.db.$count(table, and(eq(table.accountId, ctx.accountId), where)),
      rows: (selection) => loadReleaseNames(ctx.db, ctx.accountId, kind, selection),
    },
  )
  return page.map(toReleaseNameDto)
}
