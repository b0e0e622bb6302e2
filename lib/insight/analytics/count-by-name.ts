import { and, eq, type SQLWrapper, sql } from 'drizzle-orm'
import { z } from 'zod'
import { fromReplica } from '#db/from-replica.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { filtersToSql } from '#lib/core/list/to-sql.ts'
import type { Subject } from './subjects.ts'

/** Most names in the answer; rarer ones are left out. */
const MOST_NAMES = 100

/** How many there are of each; most first. */
export const NameCountsDto = z.array(
  z
    .object({
      name: z.string().meta({ description: 'Empty where it is not known.' }),
      count: z.int(),
    })
    .meta({ id: 'NameCount' }),
)
export type NameCountsDto = z.output<typeof NameCountsDto>

/** Counts by the column's values: the hundred most frequent. */
export function countByName(
  ctx: Authorized<'analytics:read'>,
  subject: Subject,
  column: SQLWrapper,
  input: Pick<ListInput, 'filters'>,
): Promise<NameCountsDto> {
  const where = and(
    eq(subject.columns.accountId, ctx.accountId),
    subject.counts?.(ctx.clock.now()),
    filtersToSql(subject.fields, input.filters),
  )
  const name = sql<string>`coalesce(${column}, '')`
  return fromReplica(ctx.db, (db) =>
    db
      .select({ name, count: sql`count(*)`.mapWith(Number) })
      .from(subject.table)
      .where(where)
      .groupBy(name)
      .orderBy(sql`count(*) desc`, name)
      .limit(MOST_NAMES),
  )
}
