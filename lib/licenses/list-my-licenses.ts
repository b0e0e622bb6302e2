import { and, eq, or, sql } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { products } from '#db/schema/products.ts'
import type { Authorized } from '../auth/authorize.ts'
import { self } from '../auth/self.ts'
import type { ListFields, ListInput } from '../list/filter.ts'
import { Page } from '../list/page.ts'
import { filtersToSql, likeText, sortToSql } from '../list/to-sql.ts'
import { keyLookUp } from './license-key.ts'
import { countLicenses, loadLicenses } from './load-licenses.ts'
import { type MyLicenseDto, toMyLicenseDto } from './my-license-dto.ts'

/** What customers can filter and sort their own licenses by. */
export const myLicenseListFields = {
  productId: { kind: 'id', column: licenses.productId },
  type: { kind: 'choice', column: licenses.type },
  expiresAt: { kind: 'date', column: licenses.expiresAt },
  createdAt: { kind: 'date', column: licenses.createdAt },
  updatedAt: { kind: 'date', column: licenses.updatedAt },
} as const satisfies ListFields

/** The signed-in customer's licenses, oldest first unless sorted otherwise. `query` finds a product's name or a whole key. */
export async function listMyLicenses(
  ctx: Authorized<'me:read'>,
  input: ListInput,
): Promise<Page<MyLicenseDto>> {
  const now = ctx.clock.now()
  const where = and(
    eq(licenses.userId, self(ctx).userId),
    filtersToSql(myLicenseListFields, input.filters),
    input.query
      ? or(
          sql`${products.displayName} ilike ${`%${likeText(input.query)}%`}`,
          eq(licenses.keyHash, keyLookUp(input.query)),
        )
      : undefined,
  )
  const [total, found] = await Promise.all([
    countLicenses(ctx.db, ctx.accountId, where),
    loadLicenses(ctx.db, ctx.accountId, {
      at: now,
      where,
      orderBy: sortToSql(myLicenseListFields, input.sort, licenses),
      limit: input.limit,
      offset: (input.page - 1) * input.limit,
    }),
  ])
  return new Page(
    found.map((license) => toMyLicenseDto(license, now)),
    { total, page: input.page, limit: input.limit },
  )
}
