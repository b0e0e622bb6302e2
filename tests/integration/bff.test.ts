import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { accessTokens, users } from '#db/schema/users.ts'
import { openerForUsers } from '#lib/audit/user-key.ts'
import { authorize } from '#lib/core/authorize.ts'
import { derivedSecret } from '#lib/core/crypto/keyring.ts'
import { newId } from '#lib/core/ids.ts'
import { banUser } from '#lib/people/users/ban-user.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeLicenseOf, makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { makeUser } from '#tests/factories/user.ts'
import { type ApiServer, startApiServer } from '#tests/helpers/api-server.ts'
import { type BffCall, type BffRuntime, onEdge, onNode } from '#tests/helpers/bff-runtimes.ts'
import { contextFor, operatorActor, visitorActor } from '#tests/helpers/context.ts'
import { configureSessions, signInCustomer } from '#tests/helpers/sign-in-customer.ts'

let server: ApiServer
let accountId: string
const runtimes: Record<string, BffRuntime> = { Node: onNode }

beforeAll(async () => {
  server = await startApiServer()
  accountId = (await makeAccount()).id
  configureSessions('http://portal.test', server.origin)
  runtimes.edge = await onEdge({
    NEXTAUTH_SECRET: derivedSecret('nextauth'),
    NEXTAUTH_URL: 'http://portal.test',
    LATCHKEY_API_ORIGIN: server.origin,
    LATCHKEY_FORWARD_KEY: derivedSecret('forwarded-client'),
  })
})
afterAll(() => server.close())

describe.each(['Node', 'edge'])('CX-04: on %s', (name) => {
  let user: { id: string; email: string }
  let cookie: string
  let token: string

  beforeEach(async () => {
    user = await makeUser(accountId)
    const visitor = authorize(contextFor(visitorActor, { accountId }), 'public')
    ;({ cookie, token } = await signInCustomer(visitor, user.id))
  })

  const ask = async (call: BffCall) => {
    const answer = await runtimes[name]?.(call)
    if (!answer) throw new Error(`no runtime ${name}`)
    return { ...answer, body: answer.text === '' ? undefined : JSON.parse(answer.text) }
  }
  const own = {
    origin: 'http://portal.test',
    'sec-fetch-site': 'same-origin',
    'content-type': 'application/json',
  }

  test('the cookie’s bearer is added, the answer is private', async () => {
    const answer = await ask({ handler: 'forwardMe', headers: { cookie } })
    expect(answer).toMatchObject({ status: 200, body: { id: user.id, email: user.email } })
    expect(answer.headers['cache-control']).toBe('private, no-store')
    expect(answer.headers['x-request-id']).toBeTruthy()
    expect(answer.text + JSON.stringify(answer.headers)).not.toContain(token)
  })

  test('a write from our own pages goes through', async () => {
    const body = JSON.stringify({ company: 'Navy' })
    expect(
      await ask({ handler: 'forwardMe', method: 'PATCH', headers: { ...own, cookie }, body }),
    ).toMatchObject({ status: 200, body: { company: 'Navy' } })
  })

  test.each([
    ['from elsewhere', { origin: 'https://evil.example' }],
    ['without an origin', { origin: '' }],
    ['from a sandbox', { origin: 'null' }],
    ['from a sibling host', { 'sec-fetch-site': 'same-site' }],
  ])('a write %s is refused and changes nothing', async (_where, headers) => {
    const body = JSON.stringify({ company: 'Stolen' })
    expect(
      await ask({ handler: 'forwardMe', method: 'PATCH', headers: { ...own, ...headers, cookie }, body }),
    ).toMatchObject({ status: 403, body: { code: 'CROSS_ORIGIN_REFUSED' } })
    const [row] = await db().select().from(users).where(eq(users.id, user.id))
    expect(row?.company).toBe('')
  })

  test('the browser’s address reaches the audit trail, a forged one does not', async () => {
    const change = (company: string, headers: Record<string, string>) =>
      ask({
        handler: 'forwardMe',
        method: 'PATCH',
        headers: { ...own, cookie, ...headers },
        body: JSON.stringify({ company }),
      })
    await change('Navy', {
      'x-latchkey-client-ip': '203.0.113.99',
      'x-latchkey-forwarded-client': `192.0.2.1 ${'0'.repeat(64)}`,
      'x-forwarded-for': '192.0.2.2',
    })
    const [event] = await db()
      .select({ ip: eventLogs.ip })
      .from(eventLogs)
      .where(and(eq(eventLogs.userId, user.id), eq(eventLogs.event, 'user.updated')))
    const open = await openerForUsers(db(), accountId, [user.id])
    expect(open(user.id, event?.ip ?? '').text).toBe('203.0.113.99')
  })

  test('errors come through as they are', async () => {
    const answer = await ask({
      handler: 'forwardMe',
      method: 'PATCH',
      headers: { ...own, cookie },
      body: JSON.stringify({ email: 'nobody' }),
    })
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'INVALID_INPUT', fields: { email: expect.any(String) } },
    })
    expect(
      await ask({ handler: 'forwardMe', method: 'PATCH', headers: { ...own, cookie }, body: '{' }),
    ).toMatchObject({
      status: 400,
      body: { code: 'INVALID_JSON' },
    })
  })

  test.each([
    ['no cookie', () => ({})],
    ['an altered cookie', () => ({ cookie: `${cookie.slice(0, -3)}xyz` })],
    ['the cookie twice', () => ({ cookie: `${cookie}; ${cookie}` })],
    ['an oversized cookie', () => ({ cookie: `${cookie}${'x'.repeat(16_384)}` })],
    ['the bare token as the cookie', () => ({ cookie: `latchkey.session=${token}` })],
    ['only a cookie that starts alike', () => ({ cookie: cookie.replace('=', '.0=') })],
    [
      'the cookie as a bearer',
      () => ({ authorization: `Bearer ${cookie.slice('latchkey.session='.length)}` }),
    ],
    ['a bearer of one’s own', () => ({ authorization: `Bearer ${token}` })],
  ])('with %s nobody is signed in', async (_what, headers) => {
    expect(await ask({ handler: 'forwardMe', headers: headers() })).toMatchObject({
      status: 401,
      body: { code: 'AUTHENTICATION_REQUIRED' },
    })
  })

  test('a machine’s token beside the cookie changes nothing', async () => {
    const machine = await makeMachineToken(accountId, 'user:read')
    expect(
      await ask({ handler: 'forwardMe', headers: { cookie, authorization: `Bearer ${machine}` } }),
    ).toMatchObject({ status: 200, body: { id: user.id } })
  })

  test('a revoked session stops at the next request', async () => {
    expect(await ask({ handler: 'forwardMe', headers: { cookie } })).toMatchObject({ status: 200 })
    await db().update(accessTokens).set({ revokedAt: new Date() }).where(eq(accessTokens.userId, user.id))
    expect(await ask({ handler: 'forwardMe', headers: { cookie } })).toMatchObject({
      status: 401,
      body: { code: 'INVALID_TOKEN' },
    })
  })

  test('SF-22: so does a banned user’s', async () => {
    const operator = authorize(contextFor(operatorActor(), { accountId }), 'user:ban')
    await banUser(operator, { id: user.id, reason: 'fraud' })
    expect(await ask({ handler: 'forwardMyLicenses', headers: { cookie } })).toMatchObject({ status: 401 })
  })

  test('CX-03: licenses are the user’s own, paged as the Web API pages; others look like none', async () => {
    const product = await makeSignedProduct(accountId)
    const mine = [
      await makeLicenseOf(accountId, product, { userId: user.id }),
      await makeLicenseOf(accountId, product, { userId: user.id }),
    ]
    const foreign = await makeLicenseOf(accountId, product, { userId: (await makeUser(accountId)).id })
    const list = await ask({
      handler: 'forwardMyLicenses',
      path: '/api/me/licenses?limit=1',
      headers: { cookie },
    })
    expect(list.body).toMatchObject([{ id: mine[0]?.id, key: mine[0]?.key }])
    expect(list.headers['pagination-count']).toBe('2')
    const read = (id: string) => ask({ handler: 'forwardMyLicense', id, headers: { cookie } })
    expect(await read(mine[1]?.id ?? '')).toMatchObject({ status: 200, body: { key: mine[1]?.key } })
    for (const id of [
      foreign.id,
      newId(),
      '../../users',
      '..%2f..%2fusers',
      'x?y=1#z',
      '..',
      '.',
      '%2e%2e',
    ]) {
      expect(await read(id)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    }
    expect(await ask({ handler: 'forwardMyActivations', headers: { cookie } })).toMatchObject({
      status: 200,
      body: [],
    })
  })
})

test('with the Web API away the answer is 503 in the envelope', async () => {
  const user = await makeUser(accountId)
  const visitor = authorize(contextFor(visitorActor, { accountId }), 'public')
  const { cookie } = await signInCustomer(visitor, user.id)
  configureSessions('http://portal.test', 'http://127.0.0.1:1')
  try {
    const answer = await onNode({ handler: 'forwardMe', headers: { cookie } })
    expect(answer.status).toBe(503)
    expect(JSON.parse(answer.text)).toMatchObject({ code: 'SERVICE_UNAVAILABLE' })
  } finally {
    configureSessions('http://portal.test', server.origin)
  }
})
