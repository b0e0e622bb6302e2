import { and, Column, getTableName, is, or, type SQL, type SQLWrapper, sql } from 'drizzle-orm'
import type { AnyPgColumn } from 'drizzle-orm/pg-core'
import { derivedKeys, mac } from '../crypto/keyring.ts'
import { fieldError } from '../errors.ts'
import type { FieldKind, ListFields, ListInput } from './filter.ts'
import { Page } from './page.ts'

/** One thing that a list is sorted by. */
interface SortKey {
  column: SQLWrapper
  descending: boolean
  /** The type in the database. A cursor's text is cast to it. */
  type: string
  nullable: boolean
}

/** The columns that break ties; rows without a sorting come in their order. */
type Fallback = { createdAt: AnyPgColumn; id: AnyPgColumn }

/** The values of a row from which a cursor is made. */
export interface Placed {
  position: string
}

/** The members of a `ListOrder` that a loader of rows takes, and its condition. */
export interface Selection {
  where: SQL | undefined
  orderBy?: SQL[]
  limit?: number
  offset?: number
  position?: SQL<string>
}

/** For rows that belong to no page. */
export const NO_POSITION = sql<string>`''`

/**
 * How the rows of a list are found: `.select({ …, position }).where(and(where, after)).orderBy(...orderBy).limit(limit)
 * .offset(offset)`, and `page` makes the answer from the rows and the total. The count uses `where` alone.
 */
export interface ListOrder {
  orderBy: SQL[]
  /** Rows after the cursor; undefined where a page begins elsewhere. */
  after: SQL | undefined
  /** One more than a page holds, where the extra row tells whether another page follows. */
  limit: number
  offset: number
  /** The values that a row is sorted by, as the database writes them: a `Date` would lose its microseconds. */
  position: SQL<string>
  page<T extends Placed>(rows: T[], total: number): Page<T>
}

/**
 * The order of a list, and where in it the page begins: after the cursor, or at the page of that number. `byDefault` is the
 * sorting if the client names none; without it, by creation.
 * @throws INVALID_INPUT naming `after` for a malformed cursor, or one of another list, sorting or filter
 */
export function listOrder(
  fields: ListFields,
  input: ListInput,
  fallback: Fallback,
  byDefault: ListInput['sort'] = [],
): ListOrder {
  const keys = sortKeys(fields, input.sort.length > 0 ? input.sort : byDefault, fallback)
  const numbered = input.numbered ?? input.page > 1
  const list = listName(keys, input, fallback)
  const place = input.after === undefined ? undefined : readCursor(input.after, list)
  const { limit } = input
  const number = place?.page ?? input.page
  return {
    orderBy: orderBy(keys),
    after: place && afterSql(keys, place.values),
    limit: numbered ? limit : limit + 1,
    offset: place ? 0 : (input.page - 1) * limit,
    position: numbered ? NO_POSITION : positionOf(keys),
    page(rows, total) {
      const items = rows.slice(0, limit)
      const last = rows.length > limit ? items.at(-1) : undefined
      const next = numbered ? undefined : last ? writeCursor(list, number + 1, last.position) : null
      return new Page(items, { total, page: number, limit, next })
    },
  }
}

/**
 * PostgreSQL computes a volatile column after sorting, for the page's rows alone; any other would be computed for every row
 * that is sorted, which takes longer than sorting them.
 */
function positionOf(keys: readonly SortKey[]): SQL<string> {
  const values = commas(keys.map(({ column }) => sql`(${column})::text`))
  return sql<string>`case when random() is not null then json_build_array(${values})::text end`
}

/**
 * The ORDER BY of a list: what was asked for, then the tie-breaker, so that pages never overlap. It has the direction of the
 * last sorting, so that one index serves both directions.
 */
export function sortToSql(fields: ListFields, sort: ListInput['sort'], fallback: Fallback): SQL[] {
  return orderBy(sortKeys(fields, sort, fallback))
}

function orderBy(keys: readonly SortKey[]): SQL[] {
  return keys.map(({ column, descending }) => (descending ? sql`${column} desc` : sql`${column} asc`))
}

function sortKeys(fields: ListFields, sort: ListInput['sort'], fallback: Fallback): SortKey[] {
  const asked = sort.flatMap(({ field, descending }) => {
    const found = fields[field]
    return found?.column ? [keyOf(found.column, found.kind, descending, fallback)] : []
  })
  if (asked.length === 0)
    return [keyOf(fallback.createdAt, 'date', false, fallback), keyOf(fallback.id, 'id', false, fallback)]
  return [...asked, keyOf(fallback.id, 'id', sort.at(-1)?.descending ?? false, fallback)]
}

const TYPES: Record<FieldKind, string> = {
  text: 'text',
  choice: 'text',
  id: 'uuid',
  number: 'numeric',
  boolean: 'boolean',
  date: 'timestamptz',
}

function keyOf(column: SQLWrapper, kind: FieldKind, descending: boolean, { id }: Fallback): SortKey {
  if (!is(column, Column)) return { column, descending, type: TYPES[kind], nullable: true }
  // A column of a joined table is null where nothing was joined.
  const nullable = !column.notNull || column.table !== id.table
  return { column, descending, type: column.getSQLType(), nullable }
}

/** The condition for rows that come after these values. Nulls are last, and first where it is sorted downwards. */
function afterSql(keys: readonly SortKey[], texts: readonly (string | null)[]): SQL | undefined {
  const values = keys.map(({ type }, at) => sql`${texts[at] ?? null}::text::${sql.raw(type)}`)
  const [first] = keys
  if (!first || texts.length !== keys.length) return sql`false`
  const isPlain = keys.every((key) => !key.nullable && key.descending === first.descending)
  if (isPlain) {
    const row = commas(keys.map(({ column }) => sql`${column}`))
    const operator = sql.raw(first.descending ? '<' : '>')
    return sql`(${row}) ${operator} (${commas(values)})`
  }
  const isNull = texts.map((text) => text === null)
  const equal = keys.map(({ column }, at) =>
    isNull[at] ? sql`${column} is null` : sql`${column} = ${values[at]}`,
  )
  const later = keys.map((key, at) => laterThan(key, values[at] ?? sql`null`, isNull[at] ?? false))
  return and(
    bound(first, values[0], isNull[0] ?? true),
    or(...keys.map((_key, at) => and(...equal.slice(0, at), later[at]))),
  )
}

/** A weaker condition that follows from the full one and lets an index start there. */
function bound({ column, descending, nullable }: SortKey, value: SQL | undefined, isNull: boolean) {
  if (isNull) return undefined
  if (descending) return sql`${column} <= ${value}`
  return nullable ? undefined : sql`${column} >= ${value}`
}

function laterThan({ column, descending, nullable }: SortKey, value: SQL, isNull: boolean): SQL {
  if (descending) return isNull ? sql`${column} is not null` : sql`${column} < ${value}`
  if (isNull) return sql`false`
  return nullable ? sql`(${column} > ${value} or ${column} is null)` : sql`${column} > ${value}`
}

function commas(parts: readonly SQL[]): SQL {
  return sql.join([...parts], sql`, `)
}

/** Table, sorting and filters that a cursor belongs to. Another `limit` is allowed. */
function listName(keys: readonly SortKey[], input: ListInput, { id }: Fallback): string {
  const sorted = keys.map(({ type, descending }) => [type, descending])
  return JSON.stringify([getTableName(id.table), input.sort, sorted, input.filters, input.query ?? ''])
}

/** Characters of a cursor's signature. Only signed values are cast to the database's types. */
const SIGNED = 22

function writeCursor(list: string, page: number, position: string): string {
  const place = `${page} ${position}`
  const [signature = ''] = signaturesOf(list, place)
  return Buffer.from(`${signature} ${place}`).toString('base64url')
}

/** @throws INVALID_INPUT naming `after` */
function readCursor(text: string, list: string): { page: number; values: (string | null)[] } {
  const [, signature = '', place = '', page, values = ''] =
    /^(\w+) ((\d+) (\[.*\]))$/s.exec(Buffer.from(text, 'base64url').toString('utf8')) ?? []
  if (!signaturesOf(list, place).includes(signature)) {
    throw fieldError(
      'after',
      'is no place in this list: take it from the link, with the same sorting and filters',
    )
  }
  return { page: Number(page), values: JSON.parse(values) }
}

/** Checked with every key, so that a client can page on while the secret is being rotated. */
function signaturesOf(list: string, place: string): string[] {
  return derivedKeys('list-cursor').map(({ secret }) => mac(secret, `${list} ${place}`).slice(0, SIGNED))
}

/** The sorting that gives a list's rows in exactly the opposite order; `sortToSql` turns its tie-breaker with it. */
export function flipSort(sort: ListInput['sort']): ListInput['sort'] {
  if (sort.length === 0) return [{ field: 'createdAt', descending: true }]
  return sort.map(({ field, descending }) => ({ field, descending: !descending }))
}
