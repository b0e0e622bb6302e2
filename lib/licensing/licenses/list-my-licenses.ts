import { and, or, type SQL, sql } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { products } from '#db/schema/products.ts'
import { releases } from '#db/schema/releases.ts'
import { self } from '#lib/access/calling-customer.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Filter, ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { anyOf, compare, filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { findLicensePage } from './find-license-page.ts'
import { keyMatches } from './key-search.ts'
import { loadLicensesById } from './load-licenses.ts'
import { type MyLicenseDto, toMyLicenseDto } from './my-license-dto.ts'
import { visibleTo } from './visible-to.ts'

/** What customers can filter and sort their own licenses by. */
export const myLicenseListFields = {
  productId: { kind: 'id', column: licenses.productId },
  releaseId: { kind: 'id', where: (filter) => anyOf(filter, allowsRelease) },
  type: { kind: 'choice', column: licenses.type },
  expiresAt: { kind: 'date', column: licenses.expiresAt },
  createdAt: { kind: 'date', column: licenses.createdAt },
  updatedAt: { kind: 'date', column: licenses.updatedAt },
} as const satisfies ListFields

/** The licenses that the signed-in customer owns or shares, oldest first unless sorted otherwise. `query` finds a product's name or a key, its beginning or its end. */
export async function listMyLicenses(
  ctx: Authorized<'me:read'>,
  input: ListInput,
): Promise<Page<MyLicenseDto>> {
  const now = ctx.clock.now()
  const { userId } = self(ctx)
  const mine = visibleTo(ctx.accountId, userId)
  const where = and(
    mine,
    filtersToSql(myLicenseListFields, input.filters),
    input.query
      ? or(
          sql`exists (
            select 1 from ${products}
            where ${products.accountId} = ${licenses.accountId} and ${products.id} = ${licenses.productId}
              and ${products.displayName} ilike ${`%${likeText(input.query)}%`})`,
          await keyMatches({ db: ctx.db, accountId: ctx.accountId, within: mine }, input.query),
        )
      : undefined,
  )
  const load = async (ids: string[]) => {
    const loaded = await loadLicensesById(ctx.db, ctx.accountId, ids, now)
    return loaded.map((license) => toMyLicenseDto(license, userId, now))
  }
  const asked = { ...input, fields: myLicenseListFields, load }
  const { page, found } = await findLicensePage(ctx.db, ctx.accountId, where, asked)
  return page.holding(found)
}

/** `releaseRefusal` in SQL, without the license's state: the customer's licenses that cover a release. A test compares both. */
function allowsRelease(filter: Filter): SQL {
  const limit = sql`string_to_array(${licenses.maxAllowedReleaseVersion}, '.')::int[]`
  const parts = releases.versionParts
  return sql`exists (
    select 1 from ${releases}
    where ${releases.accountId} = ${licenses.accountId} and ${releases.productId} = ${licenses.productId}
      and ${compare(releases.id, filter)} and ${releases.publishedAt} is not null
      and (${licenses.maintenanceExpiresAt} is null or ${releases.publishedAt} <= ${licenses.maintenanceExpiresAt})
      and (${licenses.maxAllowedReleaseVersion} = ''
        or (${parts})[1:cardinality(${limit})] <= (${limit})[1:cardinality(${parts})]))`
}
