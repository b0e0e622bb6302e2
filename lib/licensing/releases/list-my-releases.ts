import { and, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { products } from '#db/schema/products.ts'
import { releases } from '#db/schema/releases.ts'
import { self } from '#lib/access/calling-customer.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import type { Page } from '#lib/core/list/page.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { visibleTo } from '../licenses/visible-to.ts'
import { findLicensesForReleases } from './find-licenses.ts'
import { releaseListFields } from './list-releases.ts'
import { loadReleases } from './load-releases.ts'
import { type MyReleaseDto, toMyReleaseDto } from './release-dto.ts'
import { releaseRefusal } from './release-refusal.ts'

const { published: _published, private: _private, ...shared } = releaseListFields

/** What customers can filter and sort their releases by. `licenseId` leaves those that this license allows. */
export const myReleaseListFields = { ...shared, licenseId: { kind: 'id' } } as const satisfies ListFields

/**
 * The published releases that any license allows which the signed-in customer owns or shares, oldest first unless sorted otherwise. `query`
 * finds part of the name, the version or the notes.
 */
export async function listMyReleases(
  ctx: Authorized<'me:read'>,
  input: ListInput,
): Promise<Page<MyReleaseDto>> {
  const byLicense = input.filters.filter(({ field }) => field === 'licenseId')
  const mine = await findLicensesForReleases(
    ctx.db,
    ctx.accountId,
    and(
      visibleTo(ctx.accountId, self(ctx).userId),
      filtersToSql({ licenseId: { kind: 'id', column: licenses.id } }, byLicense),
    ),
    ctx.clock.now(),
  )
  const order = listOrder(shared, input, releases)
  const productIds = [...new Set(mine.map(({ productId }) => productId))]
  // A vendor has hundreds of releases, not millions. All are checked; only those of the page are loaded.
  const candidates =
    productIds.length === 0
      ? []
      : await ctx.db
          .select({
            id: releases.id,
            productId: releases.productId,
            publishedAt: releases.publishedAt,
            versionParts: releases.versionParts,
            position: order.position,
            isAfter: sql<boolean>`${order.after ?? sql`true`}`,
          })
          .from(releases)
          .innerJoin(
            products,
            and(eq(products.accountId, releases.accountId), eq(products.id, releases.productId)),
          )
          .where(
            and(
              eq(releases.accountId, ctx.accountId),
              inArray(releases.productId, productIds),
              isNotNull(releases.publishedAt),
              filtersToSql(
                shared,
                input.filters.filter(({ field }) => field !== 'licenseId'),
              ),
              searchToSql(input.query, [releases.name, releases.version, releases.notes]),
            ),
          )
          .orderBy(...order.orderBy)
  const allowed = candidates.filter((release) =>
    mine.some((license) => releaseRefusal(license, release) === null),
  )
  const rows = allowed.filter(({ isAfter }) => isAfter).slice(order.offset, order.offset + order.limit)
  const page = order.page(rows, allowed.length)
  const pageIds = page.items.map(({ id }) => id)
  const loaded =
    pageIds.length === 0
      ? []
      : await loadReleases(ctx.db, ctx.accountId, {
          where: inArray(releases.id, pageIds),
          limit: pageIds.length,
        })
  const byId = new Map(loaded.map((release) => [release.release.id, release]))
  return page.holding(pageIds.flatMap((id) => byId.get(id) ?? []).map(toMyReleaseDto))
}
