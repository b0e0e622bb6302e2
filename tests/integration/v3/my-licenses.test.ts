import { eq } from 'drizzle-orm'
import { beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { users } from '#db/schema/users.ts'
import { newId } from '#lib/core/ids.ts'
import { MyLicenseDto } from '#lib/licensing/licenses/my-license-dto.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  makeCustomer,
  makeLicenseOf,
  makeMachineToken,
  makeSignedProduct,
} from '#tests/factories/licensed.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

let accountId: string
let product: Awaited<ReturnType<typeof makeSignedProduct>>
let jane: Awaited<ReturnType<typeof makeCustomer>>

setUpTestDatabase()
beforeEach(async () => {
  accountId = (await makeAccount()).id
  product = await makeSignedProduct(accountId)
  jane = await makeCustomer(accountId)
})

const entry = (key: string, viewPermissions: string[]) => {
  const at = new Date().toISOString()
  return { id: newId(), key, value: 'v', viewPermissions, createdAt: at, updatedAt: at }
}

test("CX-03: a customer sees their own licenses and nobody else's, by list and by id", async () => {
  const john = await makeCustomer(accountId)
  const hers = await makeLicenseOf(accountId, product, { userId: jane.id })
  const his = await makeLicenseOf(accountId, product, { userId: john.id })
  const nobodys = await makeLicenseOf(accountId, product)
  const listed = bodyOf(await v3('/v3/me/licenses', { token: jane.token }), z.array(MyLicenseDto))
  expect(listed.map(({ id, key }) => ({ id, key }))).toEqual([hers])
  expect(bodyOf(await v3(`/v3/me/licenses/${hers.id}`, { token: jane.token }), MyLicenseDto)).toEqual(
    listed[0],
  )
  for (const id of [his.id, nobodys.id, newId(), 'x']) {
    expect(await v3(`/v3/me/licenses/${id}`, { token: jane.token })).toMatchObject({ status: 404 })
  }
  expect(
    bodyOf(await v3(`/v3/me/licenses?userId=${john.id}`, { token: jane.token }), z.array(MyLicenseDto)),
  ).toHaveLength(1)
})

test('the answer is the reduced license: no owner, no other metadata than that shared with the user', async () => {
  const metadata = [
    entry('secret', []),
    entry('app', ['activation']),
    entry('order', ['user', 'activation']),
    entry('a', ['user']),
  ]
  await makeLicenseOf(accountId, product, { userId: jane.id, metadata, notes: 'Thank you' })
  const answer = await v3('/v3/me/licenses', { token: jane.token })
  const [license] = bodyOf(answer, z.array(MyLicenseDto))
  expect(license).toMatchObject({
    metadata: [
      { key: 'order', value: 'v' },
      { key: 'a', value: 'v' },
    ],
    product: { displayName: 'Drawing Board' },
    productId: product.id,
    status: 'ACTIVE',
    meterAttributes: [],
  })
  expect(JSON.stringify(answer.body)).not.toContain('secret')
  expect(JSON.stringify(answer.body)).not.toContain(jane.email)
})

test('finds by product, by its name, by a whole key, and pages', async () => {
  const other = await makeSignedProduct(accountId, { displayName: 'Sound Mixer' })
  const one = await makeLicenseOf(accountId, product, { userId: jane.id, createdAt: new Date('2024-01-01') })
  const two = await makeLicenseOf(accountId, other, { userId: jane.id, createdAt: new Date('2024-02-01') })
  const list = async (query: string) =>
    bodyOf(await v3(`/v3/me/licenses?${query}`, { token: jane.token }), z.array(MyLicenseDto)).map(
      ({ id }) => id,
    )
  expect(await list(`productId=${other.id}`)).toEqual([two.id])
  expect(await list('query=mixer')).toEqual([two.id])
  expect(await list(`query=${one.key}`)).toEqual([one.id])
  expect(await list('sort=-createdAt')).toEqual([two.id, one.id])
  expect(await list('limit=1&page=2')).toEqual([two.id])
})

test('CX-07: no token 401, a machine 403 however wide its scopes, a banned customer 401', async () => {
  await makeLicenseOf(accountId, product, { userId: jane.id })
  const machine = await makeMachineToken(accountId, 'license:read', 'license:write', 'user:read')
  for (const path of ['/v3/me/licenses', `/v3/me/licenses/${newId()}`]) {
    expect(await v3(path)).toMatchObject({ status: 401, body: { code: 'AUTHENTICATION_REQUIRED' } })
    expect(await v3(path, { token: machine })).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('me:read') },
    })
  }
  await db().update(users).set({ bannedAt: new Date() }).where(eq(users.id, jane.id))
  expect(await v3('/v3/me/licenses', { token: jane.token })).toMatchObject({
    status: 401,
    body: { code: 'INVALID_TOKEN' },
  })
})
