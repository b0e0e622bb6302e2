import { and, eq, type SQL } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import { flipSort, type ListOrder, listOrder, type Placed } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { licenseListFields } from './list-fields.ts'
import { countLicenses } from './load-licenses.ts'

/** From this many skipped licenses on, counting the total first is faster. */
const DEEP = 5_000

/**
 * One page of the account's licenses that fit, and how many there are. Rows are wide, so the page is found by id and `load`
 * loads it, usually while the total is still being counted.
 */
export async function findLicensePage<T>(
  db: Executor,
  accountId: string,
  where: SQL | undefined,
  { fields = licenseListFields, load, ...input }: ListInput & Load<T>,
): Promise<{ total: number; found: T; page: Page<Row> }> {
  const order = listOrder(fields, input, licenses)
  if (order.offset < DEEP) {
    const [total, { rows, found }] = await Promise.all([
      countLicenses(db, accountId, where),
      findRows(db, accountId, { ...order, where: and(where, order.after) }).then(async (rows) => ({
        rows,
        found: await load(rows.slice(0, input.limit).map(({ id }) => id)),
      })),
    ])
    return { total, found, page: order.page(rows, total) }
  }
  const fromEnd = listOrder(fields, { ...input, sort: flipSort(input.sort) }, licenses)
  const { total, rows } = await findDeepPage(db, accountId, { where, order, fromEnd })
  const page = order.page(rows, total)
  return { total, found: await load(page.items.map(({ id }) => id)), page }
}

interface Load<T> {
  /** What it may be sorted by; those of the account's list, if none are named. */
  fields?: ListFields
  load: (ids: string[]) => Promise<T>
}

type Row = Placed & { id: string }

function findDeepPage(
  db: Executor,
  accountId: string,
  { where, order, fromEnd }: { where: SQL | undefined; order: ListOrder; fromEnd: ListOrder },
): Promise<{ total: number; rows: Row[] }> {
  const { limit, offset } = order
  // In one snapshot: when a page is counted from the end, a license that is made meanwhile would shift it.
  return db.transaction(
    async (tx) => {
      const total = await countLicenses(tx, accountId, where)
      if (offset >= total) return { total, rows: [] }
      if (offset * 2 < total) {
        return { total, rows: await findRows(tx, accountId, { ...order, where }) }
      }
      // Past the middle it is shorter to count from the end.
      const end = Math.min(total, offset + limit)
      const stretch = { where, limit: end - offset, offset: total - end }
      const rows = await findRows(tx, accountId, { ...fromEnd, ...stretch })
      return { total, rows: rows.reverse() }
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  )
}

function findRows(
  db: Executor,
  accountId: string,
  of: Pick<ListOrder, 'orderBy' | 'limit' | 'offset' | 'position'> & { where: SQL | undefined },
): Promise<Row[]> {
  return db
    .select({ id: licenses.id, position: of.position })
    .from(licenses)
    .where(and(eq(licenses.accountId, accountId), of.where))
    .orderBy(...of.orderBy)
    .limit(of.limit)
    .offset(of.offset)
}
