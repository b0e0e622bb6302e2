import { and, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import { fromReplica } from '#db/from-replica.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { fieldError } from '#lib/core/errors.ts'
import type { Filter, ListInput } from '#lib/core/list/filter.ts'
import { filtersToSql } from '#lib/core/list/to-sql.ts'
import type { Subject } from './subjects.ts'

const DAY_MS = 86_400_000
/** Days without a given range, and the most days of a range. */
const DEFAULT_DAYS = 30
const MOST_DAYS = 1100

/** Years have four digits, and the database knows no year 0. */
const FIRST_DAY = Date.parse('0001-01-01T00:00:00Z')

/** How many were made on each day (UTC) of a range; days without any are there too. */
export const DayCountsDto = z.array(z.object({ date: z.iso.date(), count: z.int() }).meta({ id: 'DayCount' }))
export type DayCountsDto = z.output<typeof DayCountsDto>

/**
 * Counts what was made per day, by `createdAt`; without a range, in the last 30 days. What has been deleted since is not counted.
 * @throws INVALID_INPUT for a range of more than three years
 */
export function countByDay(
  ctx: Authorized<'analytics:read'>,
  subject: Subject,
  input: Pick<ListInput, 'filters'>,
): Promise<DayCountsDto> {
  const now = ctx.clock.now()
  const { first, last } = rangeOf(input.filters, now)
  const { accountId, createdAt } = subject.columns
  const where = and(
    eq(accountId, ctx.accountId),
    subject.counts?.(now),
    filtersToSql(subject.fields, input.filters),
    sql`${createdAt} >= ${first}::date`,
    sql`${createdAt} < ${last}::date + 1`,
  )
  return fromReplica(ctx.db, async (db) => {
    const day = sql<string>`to_char(${createdAt} at time zone 'UTC', 'YYYY-MM-DD')`
    const rows = await db
      .select({ day, count: sql`count(*)`.mapWith(Number) })
      .from(subject.table)
      .where(where)
      .groupBy(day)
    const counts = new Map(rows.map((row) => [row.day, row.count]))
    return daysBetween(first, last).map((date) => ({ date, count: counts.get(date) ?? 0 }))
  })
}

/** The days that the filters on `createdAt` leave. */
function rangeOf(filters: readonly Filter[], now: Date): { first: string; last: string } {
  const bounds = (operators: readonly string[]) =>
    filters
      .filter(({ field, operator }) => field === 'createdAt' && operators.includes(operator))
      .flatMap(({ values }) => (values[0] instanceof Date ? [values[0].getTime()] : []))
  const end = Math.min(...bounds(['lt', 'lte', 'eq']), Number.POSITIVE_INFINITY)
  const last = Number.isFinite(end) ? end : now.getTime()
  const start = Math.max(...bounds(['gt', 'gte', 'eq']), Number.NEGATIVE_INFINITY)
  const first = Number.isFinite(start) ? start : last - (DEFAULT_DAYS - 1) * DAY_MS
  if (last - first > MOST_DAYS * DAY_MS) {
    throw fieldError('createdAt', `a range of at most ${MOST_DAYS} days can be told by day`)
  }
  return { first: dayOf(Math.max(first, FIRST_DAY)), last: dayOf(last) }
}

function daysBetween(first: string, last: string): string[] {
  const days: string[] = []
  for (let at = Date.parse(first); at <= Date.parse(last); at += DAY_MS) days.push(dayOf(at))
  return days
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}
