import { eq, sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import { sortToSql } from '#lib/core/list/order.ts'
import { filtersToSql } from '#lib/core/list/to-sql.ts'
import { findLicensePage } from '#lib/licensing/licenses/find-license-page.ts'
import { licenseListFields } from '#lib/licensing/licenses/list-fields.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeLicenseOf, makeSignedProduct } from '#tests/factories/licensed.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

const COUNT = 12_000
/** What is found is looked at by id. */
const itself = async (ids: string[]) => ids
let accountId: string

setUpTestDatabase()
beforeAll(async () => {
  accountId = (await makeAccount()).id
  const product = await makeSignedProduct(accountId)
  await makeLicenseOf(accountId, product)
  // Dates repeat and are missing, so that pages must be told apart by their tie-breaker.
  await db().execute(sql`
    insert into licenses (account_id, id, product_id, license_template_id, sealed_key, key_hash, key_prefix,
      allowed_activations, expires_at, created_at, updated_at)
    select ${accountId}, gen_random_uuid(), ${product.id}, ${product.licenseTemplateId}, '', n::text, 'ABCDEF', n % 3,
      case when n % 4 = 0 then null else timestamptz '2026-01-01' + (n % 50) * interval '1 day' end,
      timestamptz '2026-01-01' + (n % 700) * interval '1 hour', timestamptz '2026-01-01' + (n % 90) * interval '1 hour'
    from generate_series(1, ${COUNT - 1}::int) n`)
})

const sortings: ListInput['sort'][] = [
  [],
  [{ field: 'expiresAt', descending: false }],
  [{ field: 'expiresAt', descending: true }],
  [
    { field: 'allowedActivations', descending: true },
    { field: 'updatedAt', descending: false },
  ],
]

test.each(sortings.map((sort) => [JSON.stringify(sort), sort] as const))(
  'far pages sorted by %s hold what the whole list holds there, and none is beyond its end',
  async (_name, sort) => {
    const whole = await db()
      .select({ id: licenses.id })
      .from(licenses)
      .where(eq(licenses.accountId, accountId))
      .orderBy(...sortToSql(licenseListFields, sort, licenses))
    const ids = whole.map(({ id }) => id)
    for (const [page, limit] of [
      [1, 100],
      [50, 100],
      [51, 100],
      [61, 100],
      [120, 100],
      [121, 100],
      [601, 20],
      [172, 70],
      [12_000, 1],
      [1_000_000, 100],
    ] as const) {
      const found = await findLicensePage(db(), accountId, undefined, {
        sort,
        page,
        limit,
        filters: [],
        load: itself,
      })
      expect(found.total).toBe(COUNT)
      expect(found.found, `page ${page} of ${limit}`).toEqual(ids.slice((page - 1) * limit, page * limit))
    }
  },
)

test('far pages of a filtered list hold what fits', async () => {
  const where = filtersToSql(licenseListFields, [
    { field: 'allowedActivations', operator: 'gt', values: [0] },
  ])
  const whole = await db()
    .select({ id: licenses.id })
    .from(licenses)
    .where(where)
    .orderBy(...sortToSql(licenseListFields, [], licenses))
  const ids = whole.map(({ id }) => id)
  const found = await findLicensePage(db(), accountId, where, {
    filters: [],
    sort: [],
    page: 77,
    limit: 100,
    load: itself,
  })
  expect(found).toMatchObject({ total: ids.length, found: ids.slice(7_600, 7_700) })
})
