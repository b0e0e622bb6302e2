import { eq, sql } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import { users } from '#db/schema/users.ts'
import { licenseStatus } from '#lib/licensing/licenses/status.ts'
import { expiredSql, expiringSoonSql, statusSql } from '#lib/licensing/licenses/status-sql.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeCustomer, makeLicenseOf, makeSignedProduct } from '#tests/factories/licensed.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

const NOW = new Date('2026-06-15T12:00:00Z')

setUpTestDatabase()

test('filters by status agree with the status that answers show, for 300 licenses in every kind of state', async () => {
  const accountId = (await makeAccount()).id
  const product = await makeSignedProduct(accountId)
  const owners = [
    null,
    (await makeCustomer(accountId)).id,
    (await makeCustomer(accountId, { bannedAt: NOW })).id,
  ]
  const seconds = fc.constantFrom(-1_209_601, -86_400, -60, -1, 0, 1, 60, 86_400, 1_209_600)
  const moment = fc.option(
    seconds.map((offset) => new Date(NOW.getTime() + offset * 1000)),
    { freq: 4 },
  )
  const rarely = fc.constantFrom<Date | null>(null, null, null, null, NOW)
  const samples = fc.sample(
    fc.record({
      userId: fc.constantFrom(...owners),
      expiresAt: moment,
      effectiveAt: fc.oneof(fc.constant(null), moment),
      suspendedManualAt: rarely,
      suspendedBillingAt: rarely,
      revokedManualAt: rarely,
      revokedBillingAt: rarely,
      expiryGracePeriod: fc.constantFrom(0, 60, 86_400),
      expiringSoonEventOffset: fc.constantFrom(0, 60, 1_209_600),
    }),
    300,
  )
  for (const columns of samples) await makeLicenseOf(accountId, product, columns)

  const rows = await db()
    .select({
      license: licenses,
      ownerBannedAt: users.bannedAt,
      status: statusSql(NOW),
      expired: expiredSql(NOW),
      expiringSoon: expiringSoonSql(NOW),
    })
    .from(licenses)
    .leftJoin(users, sql`${users.accountId} = ${licenses.accountId} and ${users.id} = ${licenses.userId}`)
    .where(eq(licenses.accountId, accountId))
  expect(rows).toHaveLength(300)
  for (const { license, ownerBannedAt, status, expired, expiringSoon } of rows) {
    expect(status).toBe(licenseStatus({ ...license, ownerBannedAt }, NOW))
    const standing = {
      revokedManualAt: null,
      revokedBillingAt: null,
      suspendedManualAt: null,
      suspendedBillingAt: null,
    }
    const bare = licenseStatus({ ...license, ...standing, effectiveAt: null, ownerBannedAt: null }, NOW)
    expect([expired, expiringSoon]).toEqual([bare === 'EXPIRED', bare === 'EXPIRING_SOON'])
  }
})
