import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { db, sqlClient } from '#db/client.ts'
import { users } from '#db/schema/users.ts'
import { setClockOffset } from '#lib/core/clock.ts'
import type { UserDto } from '#lib/people/users/user-dto.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeLicenseOf, makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { makeUser, USER_PASSWORD } from '#tests/factories/user.ts'
import { call } from '#tests/helpers/customer-routes.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

let accountId: string

setUpTestDatabase()
beforeEach(async () => {
  accountId = (await makeAccount()).id
})
afterEach(() => setClockOffset(0))

async function signedIn(fields: Parameters<typeof makeUser>[1] = {}) {
  const user = await makeUser(accountId, fields)
  const login = () =>
    call('/v3/accounts/login', { body: { accountId, email: user.email, password: user.password } })
  const { body } = await login()
  return { ...user, token: (body as { accessToken: string }).accessToken, login }
}
const patch = (token: string, body: unknown) => call('/v3/me', { method: 'PATCH', token, body })
const rowOf = async (id: string) => (await db().select().from(users).where(eq(users.id, id)))[0]

describe('the profile', () => {
  test('SF-01: is the user’s own, without what only operators see', async () => {
    const { id, email, token } = await signedIn()
    const machine = await makeMachineToken(accountId, 'user:write')
    await call(`/v3/users/${id}`, {
      method: 'PATCH',
      token: machine,
      body: {
        metadata: [
          { key: 'plan', value: 'gold', viewPermissions: ['user'] },
          { key: 'crm', value: 'difficult person', viewPermissions: [] },
        ],
      },
    })
    const { status, body } = await call('/v3/me', { token })
    expect(status).toBe(200)
    expect(body).toMatchObject({ id, email, name: 'Grace Hopper', role: 'user' })
    expect(Object.keys(body as UserDto)).not.toContain('banReason')
    expect((body as UserDto).metadata).toMatchObject([{ key: 'plan', value: 'gold' }])
    expect(JSON.stringify(body)).not.toMatch(/difficult|passwordHash|argon2/)
  })

  test('is changed in part', async () => {
    const { token } = await signedIn()
    expect(await patch(token, { company: 'Navy' })).toMatchObject({
      status: 200,
      body: { firstName: 'Grace', company: 'Navy' },
    })
    expect(await patch(token, { company: null })).toMatchObject({ status: 200, body: { company: null } })
  })

  test('RH-03, SF-28: what only operators may say of a user is ignored and never stored', async () => {
    const { id, token } = await signedIn()
    const { status } = await patch(token, {
      role: 'admin',
      roles: ['super-admin'],
      banned: false,
      tags: ['vip'],
      metadata: [{ key: 'plan', value: 'gold' }],
      allowCustomerPortalAccess: false,
      emailVerified: true,
      id: '0',
      password: 'garden lantern pebble',
    })
    expect(status).toBe(200)
    expect(await rowOf(id)).toMatchObject({ tags: [], metadata: [], allowCustomerPortalAccess: true })
    expect(await call('/v3/me', { token })).toMatchObject({ body: { id, role: 'user' } })
  })

  test.each([
    ['a malformed address', { email: 'nobody' }, 'email'],
    ['an object for a name', { firstName: {} }, 'firstName'],
    ['a control character', { lastName: 'Hop\u0007per' }, 'lastName'],
    ['an endless company', { company: 'x'.repeat(257) }, 'company'],
  ])('%s is 400 naming the field and changes nothing', async (_what, fields, field) => {
    const { id, token } = await signedIn()
    const before = await rowOf(id)
    expect(await patch(token, { firstName: 'Changed', ...fields })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_INPUT', fields: { [field]: expect.any(String) } },
    })
    expect(await rowOf(id)).toMatchObject({ firstName: before?.firstName, updatedAt: before?.updatedAt })
  })
})

describe('another address', () => {
  test('is taken with a fresh sign-in; the own one in another spelling is no other', async () => {
    const { email, token, login } = await signedIn()
    setClockOffset(11 * 60_000)
    expect(await patch(token, { email: email.toUpperCase() })).toMatchObject({ status: 200 })
    const { body } = await login()
    const fresh = (body as { accessToken: string }).accessToken
    expect(await patch(fresh, { email: 'new@example.com' })).toMatchObject({
      status: 200,
      body: { email: 'new@example.com' },
    })
    expect(await login()).toMatchObject({ status: 400 })
  })

  test('needs a sign-in of the last ten minutes', async () => {
    const { email, token } = await signedIn()
    setClockOffset(10 * 60_000 + 2000)
    expect(await patch(token, { email: 'thief@example.com', firstName: 'Thief' })).toMatchObject({
      status: 403,
      body: { code: 'STEP_UP_REQUIRED' },
    })
    expect(await call('/v3/me', { token })).toMatchObject({ body: { email, firstName: 'Grace' } })
  })

  test('that is taken is 409 and changes nothing', async () => {
    const other = await makeUser(accountId)
    const { email, token } = await signedIn()
    expect(await patch(token, { email: other.email, firstName: 'Changed' })).toMatchObject({
      status: 409,
      body: { code: 'EMAIL_TAKEN' },
    })
    expect(await call('/v3/me', { token })).toMatchObject({ body: { email, firstName: 'Grace' } })
  })
})

describe('the password', () => {
  const change = (token: string, oldPassword: unknown, newPassword: unknown) =>
    call('/v3/me/update-password', { token, body: { oldPassword, newPassword } })

  test('is changed with the old one; every other session ends, this one goes on', async () => {
    const { token, login } = await signedIn()
    const { body } = await login()
    const other = (body as { accessToken: string }).accessToken
    expect(await change(token, USER_PASSWORD, 'garden lantern pebble')).toMatchObject({ status: 204 })
    expect(await call('/v3/me', { token: other })).toMatchObject({ status: 401 })
    expect(await call('/v3/me', { token })).toMatchObject({ status: 200 })
    expect(await login()).toMatchObject({ status: 400 })
  })

  test.each([
    [
      'a wrong old one',
      'entirely wrong words',
      'garden lantern pebble',
      'AUTHENTICATION_FAILED',
      'oldPassword',
    ],
    ['no old one', undefined, 'garden lantern pebble', 'INVALID_INPUT', 'oldPassword'],
    ['a short new one', USER_PASSWORD, 'qzjxk7w', 'INVALID_INPUT', 'newPassword'],
    ['a common new one', USER_PASSWORD, 'password123', 'INVALID_INPUT', 'newPassword'],
    ['a list for a new one', USER_PASSWORD, ['garden lantern pebble'], 'INVALID_INPUT', 'newPassword'],
  ])('%s is 400 naming the field and changes nothing', async (_what, old, next, code, field) => {
    const { id, token } = await signedIn()
    const before = await rowOf(id)
    expect(await change(token, old, next)).toMatchObject({
      status: 400,
      body: { code, fields: { [field]: expect.any(String) } },
    })
    expect((await rowOf(id))?.passwordHash).toBe(before?.passwordHash)
  })

  test('cannot be guessed through a stolen session: the seventh try in a minute is 429', async () => {
    const { token } = await signedIn()
    for (let at = 0; at < 6; at += 1) await change(token, 'entirely wrong words', 'garden lantern pebble')
    expect(await change(token, USER_PASSWORD, 'garden lantern pebble')).toMatchObject({ status: 429 })
  })
})

describe('CX-03: two users', () => {
  test('see their own licenses and never each other’s', async () => {
    const [jane, john] = [await signedIn(), await signedIn()]
    const product = await makeSignedProduct(accountId)
    const license = await makeLicenseOf(accountId, product, { userId: jane.id })
    const seen = async (token: string) =>
      ((await call('/v3/me/licenses', { token })).body as { id: string }[]).map(({ id }) => id)
    expect(await seen(jane.token)).toEqual([license.id])
    expect(await seen(john.token)).toEqual([])
    expect(await call(`/v3/me/licenses/${license.id}`, { token: jane.token })).toMatchObject({ status: 200 })
    expect(await call(`/v3/me/licenses/${license.id}`, { token: john.token })).toMatchObject({
      status: 404,
      body: { code: 'NOT_FOUND' },
    })
  })

  test('reach nothing outside /v3/me', async () => {
    const [jane, john] = [await signedIn(), await signedIn()]
    for (const [method, path] of [
      ['GET', '/v3/users'],
      ['GET', `/v3/users/${john.id}`],
      ['PATCH', `/v3/users/${john.id}`],
      ['DELETE', `/v3/users/${john.id}`],
      ['DELETE', `/v3/users/${jane.id}`],
      ['POST', `/v3/users/${john.id}/update-password`],
    ] as const) {
      const body = method === 'PATCH' || method === 'POST' ? { body: { firstName: 'X' } } : {}
      expect(await call(path, { method, token: jane.token, ...body })).toMatchObject({
        status: 403,
        body: { code: 'INSUFFICIENT_SCOPE' },
      })
    }
    expect(await rowOf(john.id)).toMatchObject({ firstName: 'Grace' })
    expect(await sqlClient()`select 1 from users where account_id = ${accountId}`).toHaveLength(2)
  })
})
