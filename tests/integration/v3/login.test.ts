import { eq } from 'drizzle-orm'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { db, sqlClient } from '#db/client.ts'
import { accounts } from '#db/schema/accounts.ts'
import { accessTokens, users } from '#db/schema/users.ts'
import { authorize } from '#lib/core/authorize.ts'
import { setClockOffset } from '#lib/core/clock.ts'
import { banUser } from '#lib/people/users/ban-user.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeMachineToken } from '#tests/factories/licensed.ts'
import { makeUser, USER_PASSWORD } from '#tests/factories/user.ts'
import { contextFor, operatorActor, visitorActor } from '#tests/helpers/context.ts'
import { call, handle } from '#tests/helpers/customer-routes.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { configureSessions, signInCustomer } from '#tests/helpers/sign-in-customer.ts'

let accountId: string
let alias: string
let user: Awaited<ReturnType<typeof makeUser>>

setUpTestDatabase()
beforeAll(async () => {
  configureSessions()
  accountId = (await makeAccount()).id
  const [account] = await db().select().from(accounts).where(eq(accounts.id, accountId))
  alias = account?.alias ?? ''
})
beforeEach(async () => {
  await sqlClient()`delete from throttles`
  user = await makeUser(accountId)
})
afterEach(() => setClockOffset(0))

const login = (body: Record<string, unknown>, headers?: Record<string, string>) =>
  call('/v3/accounts/login', { body: { password: USER_PASSWORD, ...body }, ...(headers && { headers }) })

interface LoggedIn {
  accessToken: string
  userId: string
}
async function bearer(): Promise<string> {
  const { body } = await login({ email: user.email })
  return (body as LoggedIn).accessToken
}
const tokensMade = async () =>
  (await db().select().from(accessTokens).where(eq(accessTokens.userId, user.id))).length

describe('POST /v3/accounts/login', () => {
  test('RH-07: answers a token and the user’s id, nothing else; the token opens /v3/me', async () => {
    const { status, body, headers } = await login({ accountId: '', accountAlias: '', email: user.email })
    expect(status).toBe(200)
    expect(body).toEqual({ accessToken: expect.stringMatching(/^lk_usr_[\w-]{43}$/), userId: user.id })
    const [row] = await db().select().from(users).where(eq(users.id, user.id))
    expect(row?.lastLoginAt).toEqual(expect.any(Date))
    expect(headers.get('cache-control')).toBe('no-store')
    const me = await call('/v3/me', { token: (body as LoggedIn).accessToken })
    expect(me).toMatchObject({ status: 200, body: { id: user.id, email: user.email } })
  })

  test.each([
    ['a wrong password', () => ({ email: user.email, password: 'entirely wrong words' })],
    ['an unknown address', () => ({ email: 'nobody@example.com' })],
    ['no address at all', () => ({ email: 'nobody' })],
  ])('%s is 400 AUTHENTICATION_FAILED, never 401', async (_what, body) => {
    expect(await login(body())).toMatchObject({
      status: 400,
      body: { code: 'AUTHENTICATION_FAILED', message: expect.any(String) },
    })
    expect(await tokensMade()).toBe(0)
  })

  test.each([
    ['no password', { password: undefined }, 'password'],
    ['a list for a password', { password: ['a'] }, 'password'],
    ['an endless password', { password: 'x'.repeat(200_000) }, 'password'],
    ['no address', { email: undefined }, 'email'],
    ['a number for an address', { email: 7 }, 'email'],
  ])('%s is 400 naming the field', async (_what, fields, field) => {
    const { status, body } = await login({ email: user.email, ...fields })
    expect(status).toBe(400)
    expect(body).toMatchObject({ code: 'INVALID_INPUT', fields: { [field]: expect.any(String) } })
    expect(await tokensMade()).toBe(0)
  })

  test('ten failures in a row answer 409 ACCOUNT_LOGIN_TEMPORARILY_LOCKED', async () => {
    for (let at = 0; at < 10; at += 1) {
      await sqlClient()`delete from throttles`
      await login({ email: user.email, password: 'entirely wrong words' })
    }
    await sqlClient()`delete from throttles`
    const { status, body, headers } = await login({ email: user.email })
    expect(status).toBe(409)
    expect(body).toMatchObject({ code: 'ACCOUNT_LOGIN_TEMPORARILY_LOCKED' })
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await tokensMade()).toBe(0)
  })

  test('the seventh attempt in a minute answers 409 ACCOUNT_LOGIN_TEMPORARILY_LOCKED with Retry-After', async () => {
    for (let at = 0; at < 6; at += 1) await login({ email: user.email, password: 'entirely wrong words' })
    const { status, body, headers } = await login({ email: user.email })
    expect(status).toBe(409)
    expect(body).toMatchObject({ code: 'ACCOUNT_LOGIN_TEMPORARILY_LOCKED' })
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await tokensMade()).toBe(0)
  })

  test('CX-08: it needs no bearer, and a stale one does no harm', async () => {
    for (const authorization of ['Bearer lk_usr_stale', 'Bearer lk_pat_stale', 'Basic eDp5', 'nonsense']) {
      expect(await login({ email: user.email }, { authorization })).toMatchObject({ status: 200 })
    }
  })

  test.each([
    ['by id', () => ({ accountId })],
    ['by alias', () => ({ accountAlias: alias })],
    ['by the alias under its older name', () => ({ companyId: alias })],
    ['by the alias where an id belongs', () => ({ accountId: alias })],
    ['not at all, there being one', () => ({})],
    ['by null', () => ({ accountId: null, accountAlias: null })],
  ])('CX-08: the account is named %s', async (_how, hint) => {
    expect(await login({ email: user.email, ...hint() })).toMatchObject({ status: 200 })
  })

  test('an account that does not exist is 400 INVALID_ACCOUNT_ID', async () => {
    expect(await login({ email: user.email, accountAlias: 'nobody' })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_ACCOUNT_ID', fields: { accountAlias: expect.any(String) } },
    })
  })
})

describe('tokens', () => {
  const refused = (token: string | undefined, headers?: Record<string, string>) =>
    call('/v3/me', { ...(token !== undefined && { token }), ...(headers && { headers }) })

  test('CX-07: a missing token is 401 AUTHENTICATION_REQUIRED', async () => {
    const answer = await refused(undefined)
    expect(answer).toMatchObject({ status: 401, body: { code: 'AUTHENTICATION_REQUIRED' } })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer')
  })

  test.each([
    ['of another scheme', (token: string) => `Basic ${token}`],
    ['without a scheme', (token: string) => token],
    ['twice', (token: string) => `Bearer ${token}, Bearer ${token}`],
    ['truncated', (token: string) => `Bearer ${token.slice(0, -1)}`],
    [
      'with a flipped letter',
      (token: string) => `Bearer ${token.slice(0, -1)}${token.endsWith('A') ? 'B' : 'A'}`,
    ],
    ['behind a prefix of another kind', (token: string) => `Bearer ${token.replace('lk_usr_', 'lk_pat_')}`],
    ['of 5,000 letters', (token: string) => `Bearer ${token}${'x'.repeat(5000)}`],
  ])('CX-07: a token %s is 401 INVALID_TOKEN', async (_how, spoil) => {
    const token = await bearer()
    expect(await refused(undefined, { authorization: spoil(token) })).toMatchObject({
      status: 401,
      body: { code: 'INVALID_TOKEN' },
    })
    expect(await refused(token)).toMatchObject({ status: 200 })
  })

  test('in the query string or a cookie it is no token', async () => {
    const token = await bearer()
    for (const request of [
      new Request(`http://portal.test/v3/me?access_token=${token}&token=${token}`),
      new Request('http://portal.test/v3/me', { headers: { cookie: `latchkey.session=${token}` } }),
    ]) {
      expect((await handle(request)).status).toBe(401)
    }
  })

  test('the browser’s cookie is no token for the Web API', async () => {
    const ctx = authorize(contextFor(visitorActor, { accountId }), 'public')
    const { value, token } = await signInCustomer(ctx, user.id)
    expect(await refused(value)).toMatchObject({ status: 401, body: { code: 'INVALID_TOKEN' } })
    expect(await refused(token)).toMatchObject({ status: 200 })
  })

  test('RH-08: expired by a second it is dead', async () => {
    const token = await bearer()
    setClockOffset((10 * 3600 - 2) * 1000)
    expect(await refused(token)).toMatchObject({ status: 200 })
    setClockOffset((10 * 3600 + 1) * 1000)
    expect(await refused(token)).toMatchObject({ status: 401, body: { code: 'INVALID_TOKEN' } })
  })

  test('revoked it is dead at the next request', async () => {
    const token = await bearer()
    await db().update(accessTokens).set({ revokedAt: new Date() }).where(eq(accessTokens.userId, user.id))
    expect(await refused(token)).toMatchObject({ status: 401, body: { code: 'INVALID_TOKEN' } })
  })

  test('SF-22, SF-23: after a ban the next request is 401 INVALID_TOKEN, and signing in looks like a wrong password', async () => {
    const token = await bearer()
    const operator = authorize(contextFor(operatorActor(), { accountId }), 'user:ban')
    await banUser(operator, { id: user.id, reason: 'fraud' })
    expect(await refused(token)).toMatchObject({ status: 401, body: { code: 'INVALID_TOKEN' } })
    expect(await login({ email: user.email })).toMatchObject({
      status: 400,
      body: { code: 'AUTHENTICATION_FAILED' },
    })
  })

  test('CX-07: a machine’s token on /v3/me is 403 naming the permission', async () => {
    const token = await makeMachineToken(accountId, 'user:read', 'user:write')
    const { status, body } = await refused(token)
    expect(status).toBe(403)
    expect(body).toMatchObject({ code: 'INSUFFICIENT_SCOPE', message: expect.stringContaining('me:read') })
  })
})
