import { and, getTableColumns, type SQL } from 'drizzle-orm'
import type { AnyPgColumn, PgTable } from 'drizzle-orm/pg-core'
import type { Executor } from '#db/client.ts'
import type { ListFields, ListInput } from './filter.ts'
import { type ListOrder, listOrder, type Placed } from './order.ts'
import type { Page } from './page.ts'

/** The columns that break ties; rows without a sorting come in their order. */
interface Ties {
  createdAt: AnyPgColumn
  id: AnyPgColumn
}

interface List {
  fields: ListFields
  input: ListInput
  ties: Ties
  /** The condition of the list, filters included. */
  where: SQL | undefined
  /** The sorting if the client names none; without it, by creation. */
  byDefault?: ListInput['sort']
}

/** Which rows of a list to read, and in which order: `.where(where).orderBy(...orderBy).limit(limit).offset(offset)`. */
type PageSelection = Pick<ListOrder, 'orderBy' | 'limit' | 'offset' | 'position'> & { where: SQL | undefined }

interface Reads<Row> {
  count: () => PromiseLike<number>
  rows: (selection: PageSelection) => PromiseLike<Row[]>
}

/**
 * One page of a list: its rows are read while all of the list are counted.
 * @throws INVALID_INPUT naming `after` for a malformed cursor, or one of another list, sorting or filter
 */
export async function paginate<Row extends Placed>(
  { fields, input, ties, where, byDefault }: List,
  { count, rows }: Reads<Row>,
): Promise<Page<Row>> {
  const order = listOrder(fields, input, ties, byDefault)
  const [total, found] = await Promise.all([count(), rows({ ...order, where: and(where, order.after) })])
  return order.page(found, total)
}

/**
 * One page of the rows of one table, each with all of its columns.
 * @throws INVALID_INPUT as `paginate`
 */
export function paginateTable<T extends PgTable & Ties>(
  db: Executor,
  table: T,
  list: Omit<List, 'ties'> & { ties?: Ties },
): Promise<Page<T['$inferSelect'] & Placed>> {
  const source: PgTable = table
  return paginate<T['$inferSelect'] & Placed>(
    { ties: table, ...list },
    {
      count: () => db.$count(source, list.where),
      rows: async ({ where, orderBy, limit, offset, position }) => {
        const rows = await db
          .select({ ...getTableColumns(source), position })
          .from(source)
          .where(where)
          .orderBy(...orderBy)
          .limit(limit)
          .offset(offset)
        // The query's type is lost on a table that is a parameter: these are the table's own columns.
        return rows as (T['$inferSelect'] & Placed)[]
      },
    },
  )
}
