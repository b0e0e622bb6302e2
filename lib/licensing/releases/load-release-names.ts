import { and, eq, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { releases } from '#db/schema/releases.ts'
import { notFound } from '#lib/core/errors.ts'
import { NO_POSITION, type Placed, type Selection } from '#lib/core/list/order.ts'
import { NAME_KINDS, type NameKind } from './name-kinds.ts'
import type { LoadedReleaseName } from './release-name-dto.ts'

/** Channels or platforms of the account with the number of releases that use each. */
export function loadReleaseNames(
  db: Executor,
  accountId: string,
  kind: NameKind,
  selection: Selection,
): Promise<(LoadedReleaseName & Placed)[]> {
  const { table, usedBy } = NAME_KINDS[kind]
  const { where, orderBy = [], limit = 1, offset = 0, position = NO_POSITION } = selection
  return db
    .select({
      position,
      id: table.id,
      name: table.name,
      displayName: table.displayName,
      createdAt: table.createdAt,
      updatedAt: table.updatedAt,
      // The table is spelled out: in a SELECT from one table drizzle drops its name, and `name` would be the release's.
      totalReleases: sql`(
        select count(*) from ${releases}
        where ${releases}.account_id = ${accountId} and ${usedBy(sql`${table}.name`)}
      )`.mapWith(Number),
    })
    .from(table)
    .where(and(eq(table.accountId, accountId), where))
    .orderBy(...orderBy)
    .limit(limit)
    .offset(offset)
}

/**
 * One of them.
 * @throws NOT_FOUND
 */
export async function loadReleaseName(
  db: Executor,
  accountId: string,
  kind: NameKind,
  id: string,
): Promise<LoadedReleaseName> {
  const { table, noun } = NAME_KINDS[kind]
  const [found] = await loadReleaseNames(db, accountId, kind, { where: eq(table.id, id) })
  if (!found) throw notFound(noun)
  return found
}
