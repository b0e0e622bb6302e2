import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import { products, signingKeys } from '#db/schema/products.ts'
import { notFound } from '../errors.ts'
import type { LoadedProduct } from './product-dto.ts'

/** Spelled out: in a SELECT from one table drizzle drops the table's name, and a subquery would take `id` for its own. */
const outer = { accountId: sql`${products}.account_id`, id: sql`${products}.id` }

/** Products of the account with the public half of the key that signs for them and the number of their licenses. */
export async function loadProducts(
  db: Executor,
  accountId: string,
  selection: { where: SQL | undefined; orderBy?: SQL[]; limit?: number; offset?: number },
): Promise<LoadedProduct[]> {
  const { where, orderBy = [], limit = 1, offset = 0 } = selection
  return db
    .select({
      product: products,
      publicPem: sql<string>`(
        select ${signingKeys.publicPem} from ${signingKeys}
        where ${signingKeys}.account_id = ${outer.accountId} and ${signingKeys}.product_id = ${outer.id}
          and ${signingKeys.algorithm} = 'RS256' and ${signingKeys.retiredAt} is null
        order by ${signingKeys.createdAt} desc, ${signingKeys.id} desc limit 1
      )`,
      totalLicenses: sql`(
        select count(*) from ${licenses}
        where ${licenses}.account_id = ${outer.accountId} and ${licenses}.product_id = ${outer.id}
      )`.mapWith(Number),
    })
    .from(products)
    .where(and(eq(products.accountId, accountId), where))
    .orderBy(...orderBy)
    .limit(limit)
    .offset(offset)
}

/**
 * One product of the account.
 * @throws NOT_FOUND
 */
export async function loadProduct(db: Executor, accountId: string, id: string): Promise<LoadedProduct> {
  const [found] = await loadProducts(db, accountId, { where: eq(products.id, id) })
  if (!found) throw notFound('product')
  return found
}
