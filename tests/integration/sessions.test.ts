import { and, eq } from 'drizzle-orm'
import { decode } from 'next-auth/jwt'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { accounts } from '#db/schema/accounts.ts'
import { accessTokens, signInTickets, users } from '#db/schema/users.ts'
import { findAccessToken } from '#lib/access/tokens/find-access-token.ts'
import { listMySessions } from '#lib/access/tokens/list-my-sessions.ts'
import { mintSignInTicket } from '#lib/access/tokens/mint-sign-in-ticket.ts'
import { redeemSignInTicket } from '#lib/access/tokens/redeem-sign-in-ticket.ts'
import { revokeMySession } from '#lib/access/tokens/revoke-my-session.ts'
import { revokeOtherSessions } from '#lib/access/tokens/revoke-other-sessions.ts'
import { authorize } from '#lib/core/authorize.ts'
import { derivedSecret } from '#lib/core/crypto/keyring.ts'
import { hashToken } from '#lib/core/crypto/token.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { newId } from '#lib/core/ids.ts'
import { parseInput } from '#lib/core/input/input.ts'
import { deleteUser } from '#lib/insight/delete-user.ts'
import { banUser } from '#lib/people/users/ban-user.ts'
import { Registration, registerUser } from '#lib/people/users/register-user.ts'
import { unbanUser } from '#lib/people/users/unban-user.ts'
import { answerAuth } from '#lib/web/sessions/auth-door.ts'
import { sessionCookie } from '#lib/web/sessions/cookie-names.ts'
import { carrySession } from '#lib/web/sessions/next-auth.ts'
import { openSessionCookie } from '#lib/web/sessions/session-token.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeUser } from '#tests/factories/user.ts'
import {
  contextFor,
  operatorActor,
  patActor,
  type TestClock,
  testClock,
  visitorActor,
} from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { refusalOf } from '#tests/helpers/refusal.ts'
import { configureSessions, provenNow, signInCustomer } from '#tests/helpers/sign-in-customer.ts'

let accountId: string
let clock: TestClock
let userId: string

setUpTestDatabase()
beforeAll(async () => {
  configureSessions()
})
beforeEach(async () => {
  accountId = (await makeAccount()).id
  clock = testClock()
  userId = (await makeUser(accountId)).id
})

const visitor = () => authorize(contextFor(visitorActor, { accountId, clock }), 'public')
const operator = () => authorize(contextFor(operatorActor(), { accountId, clock }), 'user:ban')
const enter = (id = userId) => signInCustomer(visitor(), id)

/** The context that the token proves, as the doors make it. */
async function contextOf(token: string) {
  const live = await findAccessToken(token, clock)
  if (!live) throw new Error('the token is dead')
  return contextFor(
    { kind: 'customer', userId: live.userId, tokenId: live.id, authenticatedAt: live.createdAt },
    { accountId, clock },
  )
}
const mine = async (token: string) => authorize(await contextOf(token), 'me:write')
const alive = async (token: string) => (await findAccessToken(token, clock)) !== undefined

describe('a token', () => {
  test('RH-08: works for 10 hours from its creation and not a second longer, however busy', async () => {
    const { token } = await enter()
    for (let hour = 0; hour < 9; hour += 1) {
      clock.advance({ hours: 1 })
      expect(await alive(token)).toBe(true)
    }
    clock.advance({ minutes: 59, seconds: 59 })
    expect(await alive(token)).toBe(true)
    clock.advance({ seconds: 2 })
    expect(await alive(token)).toBe(false)
  })

  test.each([
    [3600, 3600],
    [1, 60],
    [60 * 24 * 3600, 31 * 24 * 3600],
  ])('RH-08: the account may ask for %i seconds and gets %i', async (asked, given) => {
    await db()
      .update(accounts)
      .set({ settings: { sessionDurationSeconds: asked } })
      .where(eq(accounts.id, accountId))
    const { token } = await enter()
    clock.advance({ seconds: given - 1 })
    expect(await alive(token)).toBe(true)
    clock.advance({ seconds: 1 })
    expect(await alive(token)).toBe(false)
  })

  test('stands in the database as a hash only, the address it was made from sealed', async () => {
    const { token } = await enter()
    const rows = await db().select().from(accessTokens).where(eq(accessTokens.accountId, accountId))
    expect(rows).toMatchObject([{ tokenHash: hashToken(token), kind: 'browser', userId }])
    expect(JSON.stringify(rows)).not.toContain(token)
    expect(JSON.stringify(rows)).not.toContain('198.51.100.7')
  })

  test.each([
    ['truncated', (token: string) => token.slice(0, -1)],
    ['with a letter changed', (token: string) => token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A')],
    ['without its prefix', (token: string) => token.slice('lk_usr_'.length)],
    ['as its hash', (token: string) => hashToken(token)],
  ])('is nothing %s', async (_how, spoil) => {
    const { token } = await enter()
    expect(await alive(spoil(token))).toBe(false)
    expect(await alive(token)).toBe(true)
  })
})

describe('a ticket', () => {
  const mint = async () =>
    mintSignInTicket(visitor(), { ...(await provenNow(userId)), userAgent: 'Test/1.0' })

  test('is redeemed once, also when ten ask at once', async () => {
    const earned = await mint()
    const results = await Promise.all(Array.from({ length: 10 }, () => redeemSignInTicket(visitor(), earned)))
    expect(results.filter(Boolean)).toHaveLength(1)
    const rows = await db().select().from(accessTokens).where(eq(accessTokens.userId, userId))
    expect(rows).toHaveLength(1)
  })

  test('is worth nothing after 60 seconds, in another flow, or altered', async () => {
    const { ticket, flow } = await mint()
    const other = await mint()
    expect(await redeemSignInTicket(visitor(), { ticket, flow: other.flow })).toBeUndefined()
    expect(await redeemSignInTicket(visitor(), { ticket: `${ticket}x`, flow })).toBeUndefined()
    clock.advance({ seconds: 60 })
    expect(await redeemSignInTicket(visitor(), { ticket, flow })).toBeUndefined()
    expect(await carrySession(visitor(), { ticket, flow })).toBeUndefined()
    expect(await db().select().from(accessTokens).where(eq(accessTokens.userId, userId))).toEqual([])
  })

  test('is kept as a hash', async () => {
    const { ticket, flow } = await mint()
    const rows = await db().select().from(signInTickets).where(eq(signInTickets.userId, userId))
    expect(JSON.stringify(rows)).not.toContain(ticket)
    expect(JSON.stringify(rows)).not.toContain(flow)
  })
})

describe('RH-09: several sessions', () => {
  test('are listed newest first with device, place and "this one"', async () => {
    const first = await enter()
    clock.advance({ minutes: 5 })
    const second = await enter()
    const sessions = await listMySessions(authorize(await contextOf(second.token), 'me:read'))
    expect(sessions).toMatchObject([
      { current: true, kind: 'browser', ip: '198.51.100.7', userAgent: expect.stringContaining('Firefox') },
      { current: false },
    ])
    expect(JSON.stringify(sessions)).not.toMatch(/lk_usr_|hash/i)
    expect(await alive(first.token)).toBe(true)
  })

  test('one revokes another, which is dead at once; the first goes on', async () => {
    const kept = await enter()
    const other = await enter()
    const { id } = (await findAccessToken(other.token, clock)) ?? { id: '' }
    await revokeMySession(await mine(kept.token), { id })
    expect([await alive(kept.token), await alive(other.token)]).toEqual([true, false])
    expect((await refusalOf(revokeMySession(await mine(kept.token), { id }))).code).toBe('NOT_FOUND')
  })

  test('all others end, this one goes on', async () => {
    const kept = await enter()
    const others = [await enter(), await enter()]
    expect(await revokeOtherSessions(await mine(kept.token))).toBe(2)
    expect(await Promise.all(others.map(({ token }) => alive(token)))).toEqual([false, false])
    expect(await alive(kept.token)).toBe(true)
  })

  test('CX-03: somebody else’s session looks like none, and goes on', async () => {
    const { token } = await enter()
    const stranger = await enter((await makeUser(accountId)).id)
    const { id } = (await findAccessToken(stranger.token, clock)) ?? { id: '' }
    expect((await refusalOf(revokeMySession(await mine(token), { id }))).code).toBe('NOT_FOUND')
    expect((await refusalOf(revokeMySession(await mine(token), { id: newId() }))).code).toBe('NOT_FOUND')
    expect(await alive(stranger.token)).toBe(true)
  })
})

test('the start of a session is the last sign-in, also right after registering, when no password was asked for', async () => {
  const ofUser = async (id: string) =>
    (await db().select().from(users).where(eq(users.id, id)))[0]?.lastLoginAt
  const { userId: registered } = await registerUser(
    visitor(),
    parseInput(Registration, {
      email: 'newcomer@example.test',
      password: 'walnut bridge harbor copper',
      terms: 'on',
      privacy: 'on',
    }),
  )
  expect(await ofUser(registered)).toBeNull()
  await enter(registered)
  expect(await ofUser(registered)).toEqual(clock.now())
  clock.advance({ hours: 1 })
  await enter(registered)
  expect(await ofUser(registered)).toEqual(clock.now())
  expect(await ofUser(userId)).toBeNull()
})

test('SF-22: a ban ends every session at its next request; unbanning does not bring the old ones back', async () => {
  const [one, two] = [await enter(), await enter()]
  await banUser(operator(), { id: userId, reason: 'fraud' })
  expect([await alive(one.token), await alive(two.token)]).toEqual([false, false])
  await unbanUser(operator(), { id: userId })
  expect([await alive(one.token), await alive(two.token)]).toEqual([false, false])
  expect(await alive((await enter()).token)).toBe(true)
})

test('SF-22: a ticket that was minted before a ban signs nobody in', async () => {
  const earned = await mintSignInTicket(visitor(), { ...(await provenNow(userId)), userAgent: '' })
  await banUser(operator(), { id: userId, reason: 'fraud' })
  const redeemed = await redeemSignInTicket(visitor(), earned)
  expect(redeemed ? await alive(redeemed.token) : false).toBe(false)
  const [row] = await db().select().from(users).where(eq(users.id, userId))
  expect(row?.lastLoginAt).toBeNull()
})

test('a deleted user’s sessions end', async () => {
  const { token } = await enter()
  const machine = authorize(contextFor(patActor('user:write'), { accountId, clock }), 'user:write')
  await deleteUser(machine, { id: userId })
  expect(await alive(token)).toBe(false)
})

describe('the cookie', () => {
  test('carries who, the token and until when, and nothing else; it ends with the row', async () => {
    const { value, expires, token } = await enter()
    const carried = await decode({ token: value, secret: derivedSecret('nextauth') })
    expect(Object.keys(carried ?? {}).sort()).toEqual(['accessToken', 'exp', 'iat', 'jti', 'sub'])
    expect(carried).toMatchObject({ sub: userId, accessToken: token })
    const { expiresAt } = (await findAccessToken(token, clock)) ?? { expiresAt: new Date(0) }
    expect(Math.abs(expires.getTime() - expiresAt.getTime())).toBeLessThanOrEqual(2000)
    expect(value.length).toBeLessThan(1000)
  })

  test.each([
    ['altered', (value: string) => `${value.slice(0, -2)}xx`],
    ['truncated', (value: string) => value.slice(0, 100)],
    ['empty', () => ''],
    ['of 16 kB', (value: string) => value + 'x'.repeat(16_384)],
    ['the bare token', () => 'lk_usr_0123456789'],
  ])('%s opens nothing', async (_how, spoil) => {
    expect(await openSessionCookie(spoil((await enter()).value))).toBeUndefined()
  })

  test('sealed with another key opens nothing', async () => {
    const { value } = await enter()
    overrideEnv({ NEXTAUTH_SECRET: 'another secret of more than thirty-two characters' })
    expect(await openSessionCookie(value)).toBeUndefined()
    configureSessions()
    expect(await openSessionCookie(value)).toBeDefined()
  })

  test('is tied to the host and to https where there is https', () => {
    expect(sessionCookie()).toEqual({
      name: 'latchkey.session',
      attributes: { httpOnly: true, secure: false, sameSite: 'lax', path: '/' },
    })
    configureSessions('https://portal.test')
    expect(sessionCookie()).toEqual({
      name: '__Host-latchkey.session',
      attributes: { httpOnly: true, secure: true, sameSite: 'lax', path: '/' },
    })
    configureSessions()
  })
})

describe('/api/auth', () => {
  interface Ask {
    method?: string
    cookie?: string
    body?: string
    type?: string
    headers?: Record<string, string>
  }
  async function ask(path: string, { method = 'GET', cookie, body, type, headers }: Ask = {}) {
    const url = `http://portal.test/api/auth/${path}`
    const request = new Request(url, {
      method,
      headers: {
        ...(method !== 'GET' && { origin: 'http://portal.test' }),
        ...(cookie && { cookie }),
        ...(body !== undefined && { 'content-type': type ?? 'application/x-www-form-urlencoded' }),
        ...headers,
      },
      ...(body !== undefined && { body }),
    })
    const segments = new URL(url).pathname.split('/').slice(3).map(decodeURIComponent)
    return answerAuth(visitor(), request, segments)
  }
  const cookiesOf = (response: Response) =>
    response.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
  async function csrf() {
    const response = await ask('csrf')
    const { csrfToken }: { csrfToken: string } = await response.json()
    return { csrfToken, cookie: cookiesOf(response) }
  }

  test('tells a script who is signed in, never the token, and renews nothing', async () => {
    const { cookie, token } = await enter()
    const response = await ask('session', { cookie })
    const text = await response.text()
    expect(JSON.parse(text)).toEqual({ user: { id: userId }, expires: expect.any(String) })
    expect(text).not.toContain(token)
    expect(response.headers.getSetCookie().join()).not.toContain('latchkey.session')
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  test('of two session cookies neither is believed: a planted one signs nobody in', async () => {
    const own = await enter()
    const planted = await enter((await makeUser(accountId)).id)
    const response = await ask('session', { cookie: `${planted.cookie}; ${own.cookie}` })
    expect(await response.json()).toEqual({})
  })

  test('signing out revokes: a copied cookie is dead, and the browser forgets what it kept', async () => {
    const { cookie, value, token } = await enter()
    const proof = await csrf()
    const response = await ask('signout', {
      method: 'POST',
      cookie: `${cookie}; ${proof.cookie}`,
      body: new URLSearchParams({
        csrfToken: proof.csrfToken,
        callbackUrl: 'https://evil.example/',
      }).toString(),
    })
    expect(response.status).toBe(302)
    expect(response.headers.get('location')).toBe('http://portal.test/')
    expect(response.headers.get('clear-site-data')).toContain('cache')
    expect(response.headers.getSetCookie().join()).toMatch(/latchkey\.session=;/)
    expect(await alive(token)).toBe(false)
    expect(await openSessionCookie(value)).toBe(token)
    expect(await (await ask('session', { cookie })).json()).toEqual({})
  })

  test('a dead session is nobody’s and its cookie is taken away', async () => {
    const { cookie, token } = await enter()
    await db()
      .update(accessTokens)
      .set({ revokedAt: clock.now() })
      .where(and(eq(accessTokens.accountId, accountId), eq(accessTokens.tokenHash, hashToken(token))))
    const response = await ask('session', { cookie })
    expect(await response.json()).toEqual({})
    expect(response.headers.getSetCookie().join()).toMatch(/latchkey\.session=;/)
  })

  test('another cookie whose name starts alike does no harm', async () => {
    const { cookie } = await enter()
    const response = await ask('session', {
      cookie: `latchkey.session.0=x; ${cookie}; latchkey.session-old=y`,
    })
    expect(await response.json()).toMatchObject({ user: { id: userId } })
  })

  test('a session cookie sent as a bearer is no session', async () => {
    const { value } = await enter()
    const response = await ask('session', { headers: { authorization: `Bearer ${value}` } })
    expect(await response.json()).toEqual({})
  })

  test.each([
    ['POST', 'session', 405],
    ['POST', '_log', 404],
    ['POST', 'callback/credentials', 404],
    ['GET', 'callback/credentials', 404],
    ['POST', 'signin/credentials', 404],
    ['GET', 'constructor', 404],
    ['GET', '__proto__', 404],
    ['GET', 'session/x', 404],
    ['PUT', 'session', 405],
    ['DELETE', 'signout', 405],
  ])('%s %s is not for browsers', async (method, path, status) => {
    const { cookie } = await enter()
    const response = await ask(path, { method, cookie, ...(method !== 'GET' && { body: 'a=b' }) })
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ code: expect.any(String), message: expect.any(String) })
    expect(response.headers.getSetCookie()).toEqual([])
  })

  test('what is posted to the session never reaches the cookie', async () => {
    const { cookie, token } = await enter()
    const proof = await csrf()
    const body = JSON.stringify({ csrfToken: proof.csrfToken, data: { sub: newId(), accessToken: 'x' } })
    const response = await ask('session', {
      method: 'POST',
      cookie: `${cookie}; ${proof.cookie}`,
      body,
      type: 'application/json',
    })
    expect(response.status).toBe(405)
    expect(await alive(token)).toBe(true)
  })

  test.each([
    ['malformed JSON', '{"csrfToken":', 'application/json', 400],
    ['a JSON list', '[]', 'application/json', 400],
    ['JSON null', 'null', 'application/json', 400],
    ['a nested value', '{"csrfToken":{"a":1}}', 'application/json', 400],
    ['a list for the callbackUrl', '{"callbackUrl":["/"]}', 'application/json', 400],
    ['a malformed callbackUrl', 'callbackUrl=http%3A%2F%2F%25', undefined, 400],
    ['a script for a callbackUrl', 'callbackUrl=javascript%3Aalert(1)', undefined, 400],
    ['more than 8 KiB', `csrfToken=${'x'.repeat(9000)}`, undefined, 413],
  ])('%s is answered %#: never with a failure of ours', async (_what, body, type, status) => {
    const { cookie, token } = await enter()
    const response = await ask('signout', { method: 'POST', cookie, body, ...(type && { type }) })
    expect(response.status).toBe(status)
    expect(await alive(token)).toBe(true)
  })

  test.each(['http://%', 'javascript:alert(1)', 'x'.repeat(3000)])(
    'the query’s callbackUrl %s is refused',
    async (callbackUrl) => {
      const response = await ask(`signin?${new URLSearchParams({ callbackUrl })}`)
      expect(response.status).toBe(400)
    },
  )

  test('a malformed callback cookie is ignored', async () => {
    const response = await ask('csrf', { cookie: 'latchkey.auth-callback=http%3A%2F%2F%25' })
    expect(response.status).toBe(200)
  })

  test.each([
    ['from elsewhere', { origin: 'https://evil.example' }],
    ['from a sandbox', { origin: 'null' }],
    ['from a sibling host', { origin: 'http://portal.test', 'sec-fetch-site': 'same-site' }],
  ])('signing out %s is refused', async (_where, headers) => {
    const { cookie, token } = await enter()
    const proof = await csrf()
    const response = await ask('signout', {
      method: 'POST',
      cookie: `${cookie}; ${proof.cookie}`,
      body: `csrfToken=${proof.csrfToken}`,
      headers,
    })
    expect(response.status).toBe(403)
    expect(await alive(token)).toBe(true)
  })

  test('asking to sign in leads to our own page, whatever the callbackUrl', async () => {
    const response = await ask('signin?callbackUrl=https%3A%2F%2Fevil.example')
    expect(response.headers.get('location')).toMatch(/^\/login\?callbackUrl=http%3A%2F%2Fportal\.test%2F$/)
  })
})
