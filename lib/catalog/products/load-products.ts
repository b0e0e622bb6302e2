import { and, eq, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import { featureFlags, productVersions } from '#db/schema/product-versions.ts'
import { products, signingKeys } from '#db/schema/products.ts'
import { releases } from '#db/schema/releases.ts'
import { trialActivations } from '#db/schema/trials.ts'
import { automatedEmails } from '#db/schema/webhooks.ts'
import { notFound } from '#lib/core/errors.ts'
import { NO_POSITION, type Placed, type Selection } from '#lib/core/list/order.ts'
import type { LoadedProduct } from './product-dto.ts'

/** The table's name is written out: in a SELECT from one table drizzle drops it, and a subquery would read `id` as its own. */
const outer = { accountId: sql`${products}.account_id`, id: sql`${products}.id` }

/** How many rows of a table belong to the product of the surrounding query. */
function totalOf(
  table:
    | typeof licenses
    | typeof trialActivations
    | typeof releases
    | typeof productVersions
    | typeof featureFlags,
) {
  return sql`(
    select count(*) from ${table}
    where ${table}.account_id = ${outer.accountId} and ${table}.product_id = ${outer.id}
  )`.mapWith(Number)
}

/** Products of the account with the public half of the key that signs for them and the number of what belongs to them. */
export async function loadProducts(
  db: Executor,
  accountId: string,
  selection: Selection,
): Promise<(LoadedProduct & Placed)[]> {
  const { where, orderBy = [], limit = 1, offset = 0, position = NO_POSITION } = selection
  return db
    .select({
      position,
      product: products,
      publicPem: sql<string>`(
        select ${signingKeys.publicPem} from ${signingKeys}
        where ${signingKeys}.account_id = ${outer.accountId} and ${signingKeys}.product_id = ${outer.id}
          and ${signingKeys.algorithm} = 'RS256' and ${signingKeys.retiredAt} is null
        order by ${signingKeys.createdAt} desc, ${signingKeys.id} desc limit 1
      )`,
      totalLicenses: totalOf(licenses),
      totalTrialActivations: totalOf(trialActivations),
      totalReleases: totalOf(releases),
      totalProductVersions: totalOf(productVersions),
      totalFeatureFlags: totalOf(featureFlags),
      automatedEmailIds: sql<string[]>`array(
        select ${automatedEmails}.id from ${automatedEmails}
        where ${automatedEmails}.account_id = ${outer.accountId}
          and (${automatedEmails}.product_ids = '{}' or ${outer.id} = any(${automatedEmails}.product_ids))
        order by ${automatedEmails}.created_at, ${automatedEmails}.id
      )`,
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
