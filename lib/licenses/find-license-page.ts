import { and, eq, type SQL } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import type { ListInput } from '../list/filter.ts'
import { flipSort } from '../list/flip-sort.ts'
import { sortToSql } from '../list/to-sql.ts'
import { licenseListFields } from './list-fields.ts'
import { countLicenses } from './load-licenses.ts'

/** From how many skipped licenses on it pays to know the total first. */
const DEEP = 5_000

/**
 * One page of the account's licenses that fit, and how many there are. Rows are wide: the page is found by id, and `load`
 * makes of its ids what is wanted; mostly while the others are still being counted.
 */
export async function findLicensePage<T>(
  db: Executor,
  accountId: string,
  where: SQL | undefined,
  { sort, page, limit, load }: Pick<ListInput, 'sort' | 'page' | 'limit'> & Load<T>,
): Promise<{ total: number; found: T }> {
  const offset = (page - 1) * limit
  if (offset < DEEP) {
    const [total, found] = await Promise.all([
      countLicenses(db, accountId, where),
      findIds(db, accountId, { where, sort, limit, offset }).then(load),
    ])
    return { total, found }
  }
  const { total, ids } = await findDeepPage(db, accountId, { where, sort, limit, offset })
  return { total, found: await load(ids) }
}

interface Load<T> {
  load: (ids: string[]) => Promise<T>
}

interface Stretch {
  where: SQL | undefined
  sort: ListInput['sort']
  limit: number
  offset: number
}

function findDeepPage(
  db: Executor,
  accountId: string,
  { where, sort, limit, offset }: Stretch,
): Promise<{ total: number; ids: string[] }> {
  // In one snapshot: counted from the end, a license that is made meanwhile would move the page.
  return db.transaction(
    async (tx) => {
      const total = await countLicenses(tx, accountId, where)
      if (offset >= total) return { total, ids: [] }
      if (offset * 2 < total) {
        return { total, ids: await findIds(tx, accountId, { where, sort, limit, offset }) }
      }
      // Past the middle the way from the end is shorter.
      const end = Math.min(total, offset + limit)
      const fromEnd = await findIds(tx, accountId, {
        where,
        sort: flipSort(sort),
        limit: end - offset,
        offset: total - end,
      })
      return { total, ids: fromEnd.reverse() }
    },
    { isolationLevel: 'repeatable read', accessMode: 'read only' },
  )
}

async function findIds(db: Executor, accountId: string, of: Stretch): Promise<string[]> {
  const rows = await db
    .select({ id: licenses.id })
    .from(licenses)
    .where(and(eq(licenses.accountId, accountId), of.where))
    .orderBy(...sortToSql(licenseListFields, of.sort, licenses))
    .limit(of.limit)
    .offset(of.offset)
  return rows.map(({ id }) => id)
}
