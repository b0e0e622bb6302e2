import { sql } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import { newId } from '#lib/core/ids.ts'
import { storedKey } from '#lib/licensing/licenses/license-key.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  makeCustomer,
  makeLicenseOf,
  makeMachineToken,
  makeSignedProduct,
} from '#tests/factories/licensed.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { v3 } from '#tests/helpers/v3-call.ts'

let accountId: string
let token: string
let product: Awaited<ReturnType<typeof makeSignedProduct>>

setUpTestDatabase()
beforeEach(async () => {
  accountId = (await makeAccount()).id
  token = await makeMachineToken(accountId, 'license:read')
  product = await makeSignedProduct(accountId)
})

const exported = async (query = '') => {
  const { status, body } = await v3(`/v3/licenses/export${query}`, { token })
  expect(status).toBe(200)
  return String(body).trimEnd().split('\r\n').slice(1)
}

describe('an export of licenses', () => {
  test('holds what the list’s filters leave, whatever page and order were asked for', async () => {
    const owner = await makeCustomer(accountId, { company: '+49 Ltd' })
    const mine = await makeLicenseOf(accountId, product, { userId: owner.id, notes: 'a "quoted", note' })
    await makeLicenseOf(accountId, product)
    expect(await exported()).toHaveLength(2)
    const [line = '', ...others] = await exported(`?user.email=${owner.email}&page=7&limit=1&sort=nothing`)
    expect(others).toEqual([])
    expect(line.startsWith(`${mine.id},${mine.key},ACTIVE,`)).toBe(true)
    expect(line).toContain(",'+49 Ltd,")
    expect(line).toContain('"a ""quoted"", note"')
    expect(await exported('?key[in]=')).toEqual([])
  })
  test('never holds another account’s, and answers errors as errors', async () => {
    await makeLicenseOf(accountId, product)
    const stranger = await makeMachineToken((await makeAccount()).id, 'license:read')
    const { body } = await v3('/v3/licenses/export', { token: stranger })
    expect(String(body).trimEnd()).not.toContain('\n')
    expect((await v3('/v3/licenses/export?productId=x', { token })).status).toBe(400)
    expect((await v3('/v3/licenses/export')).status).toBe(401)
  })
  test('goes on over chunks without losing or repeating one, though many were made in the same microsecond', async () => {
    const at = new Date()
    await db()
      .insert(licenses)
      .values(
        Array.from({ length: 1201 }, () => {
          const id = newId()
          return {
            accountId,
            id,
            productId: product.id,
            licenseTemplateId: product.licenseTemplateId,
            ...storedKey(newId(), id),
            createdAt: at,
            updatedAt: at,
          }
        }),
      )
    // Times that a `Date` cannot hold, three of them shared by hundreds.
    await db().execute(
      sql`update licenses set created_at = created_at + make_interval(secs => (('x' || right(id::text, 1))::bit(4)::int % 3) * 0.0000004) where account_id = ${accountId}`,
    )
    const ids = (await exported()).map((line) => line.split(',')[0])
    expect(ids).toHaveLength(1201)
    expect(new Set(ids).size).toBe(1201)
  })
  test('is only described to whoever asks for its headers', async () => {
    await makeLicenseOf(accountId, product)
    const { status, headers, body } = await v3('/v3/licenses/export', { token, method: 'HEAD' })
    expect([status, body]).toEqual([200, undefined])
    expect(headers.get('content-disposition')).toMatch(
      /^attachment; filename="licenses-\d{4}-\d\d-\d\d\.csv"$/,
    )
  })
})
