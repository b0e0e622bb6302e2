import { type SQL, type SQLWrapper, sql } from 'drizzle-orm'

/** Nominal lengths as in `interval.ts`, seconds, by designator: those of dates, then those of times. */
const DATE = { Y: 31_536_000, M: 2_592_000, W: 604_800, D: 86_400 }
const TIME = { H: 3_600, M: 60, S: 1 }

/** `intervalSeconds` in SQL: the nominal length of a stored interval; 0 for the empty one. A test holds both to the same answers. */
export function validitySql(column: SQLWrapper): SQL {
  const sum = [
    ...Object.entries(DATE).map(([unit, seconds]) => term(sql`split_part(${column}, 'T', 1)`, unit, seconds)),
    ...Object.entries(TIME).map(([unit, seconds]) => term(sql`split_part(${column}, 'T', 2)`, unit, seconds)),
  ]
  return sql`(${sql.join(sum, sql` + `)})`
}

function term(part: SQL, unit: string, seconds: number): SQL {
  return sql`coalesce(substring(${part} from ${sql.raw(`'([0-9]+)${unit}'`)})::bigint, 0) * ${sql.raw(String(seconds))}`
}
