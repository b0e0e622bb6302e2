import postgres from 'postgres'
import { expect, test } from 'vitest'
import { createTestDatabase } from '#tests/helpers/database.ts'

test('a test database is migrated, empty, its own, and gone after it was dropped', async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()])
  expect(one.url).not.toBe(two.url)
  const sql = postgres(one.url, { max: 1 })
  const [row] =
    await sql`select (select count(*)::int from accounts) as accounts, to_regclass('graphile_worker._private_jobs') is not null as jobs`
  expect(row).toEqual({ accounts: 0, jobs: true })
  await one.drop()
  await expect(sql`select 1`).rejects.toThrow()
  await sql.end()
  const gone = postgres(one.url, { max: 1 })
  await expect(gone`select 1`).rejects.toThrow(/does not exist/)
  await gone.end()
  await two.drop()
})
