import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { closeDatabase, configureDatabase, db } from '#db/client.ts'
import { tags } from '#db/schema/tags.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { contextFor, operatorActor } from '#tests/helpers/context.ts'
import { createTestDatabase, type TestDatabase } from '#tests/helpers/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  configureDatabase(database.url)
})
afterAll(async () => {
  await closeDatabase()
  await database.drop()
})

test('a change through a door that installed no listener is refused, and nothing of it is written', async () => {
  const { id } = await makeAccount()
  // A copy of every module of its own, as Next's bundle is one: nobody installed a listener in it.
  vi.resetModules()
  const { authorize } = await import('#lib/core/authorize.ts')
  const { createTag } = await import('#lib/catalog/tags/create-tag.ts')
  const ctx = authorize(contextFor(operatorActor(), { accountId: id }), 'tag:write')
  await expect(createTag(ctx, { name: 'unheard' })).rejects.toThrow('lib/announce/listen.ts')
  expect(await db().$count(tags)).toBe(0)

  await import('#lib/announce/listen.ts')
  await createTag(ctx, { name: 'heard' })
  expect(await db().$count(tags)).toBe(1)
})
