import { and, eq, or, sql } from 'drizzle-orm'
import { releaseChannels, releasePlatforms } from '#db/schema/releases.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
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
  const part = `%${likeText(input.query)}%`
  const where = and(
    filtersToSql(fields, input.filters),
    input.query ? or(sql`${table.name} ilike ${part}`, sql`${table.displayName} ilike ${part}`) : undefined,
  )
  const order = listOrder(fields, input, table)
  const [total, found] = await Promise.all([
    ctx.db.$count(table, and(eq(table.accountId, ctx.accountId), where)),
    loadReleaseNames(ctx.db, ctx.accountId, kind, {
      ...order,
      where: and(where, order.after),
    }),
  ])
  return order.page(found, total).map(toReleaseNameDto)
}
