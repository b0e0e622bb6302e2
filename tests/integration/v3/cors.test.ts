import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { accounts } from '#db/schema/accounts.ts'
import { users } from '#db/schema/users.ts'
import { SCOPES } from '#lib/core/permissions.ts'
import { isForBrowsers } from '#lib/web/http/cors.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  makeCustomer,
  makeLicenseOf,
  makeMachineToken,
  makeSignedProduct,
} from '#tests/factories/licensed.ts'
import { type ApiCall, type ApiServer, startApiServer } from '#tests/helpers/api-server.ts'

const APP = 'https://app.example.com'
const THEIR_APP = 'https://their-app.example.com'

let api: ApiServer
let accountId: string
let customer: Awaited<ReturnType<typeof makeCustomer>>

beforeAll(async () => {
  api = await startApiServer()
})
afterAll(() => api.close())
beforeEach(async () => {
  await db().update(accounts).set({ settings: {} })
  accountId = (await makeAccount()).id
  const theirs = (await makeAccount()).id
  await allow(accountId, [APP])
  await allow(theirs, [THEIR_APP])
  customer = await makeCustomer(accountId)
})

const allow = (id: string, allowedOrigins: string[]) =>
  db().update(accounts).set({ settings: { allowedOrigins } }).where(eq(accounts.id, id))
const from = (origin: string, path = '/v3/me', call: ApiCall = {}) =>
  api.call(path, { token: customer.token, ...call, headers: { origin, ...call.headers } })
const preflight = (origin: string, path: string, method: string) =>
  api.call(path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': method } })
const corsOf = ({ headers }: { headers: Headers }) =>
  [...headers.keys()].filter((name) => name.startsWith('access-control-'))

describe('a page of an origin that the account lists', () => {
  test('reads what its user may, and the headers that belong to it; never with cookies', async () => {
    const answer = await from(APP)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('access-control-allow-origin')).toBe(APP)
    expect(answer.headers.get('vary')).toBe('Origin')
    expect(answer.headers.get('access-control-expose-headers')).toMatch(
      /Pagination-Count.*X-Rate-Limit-Remaining.*Retry-After/,
    )
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  })
  test('signs its user in, activates and begins trials without a token', async () => {
    const product = await makeSignedProduct(accountId)
    const license = await makeLicenseOf(accountId, product)
    const device = {
      accountId,
      productId: product.id,
      fingerprint: 'f'.repeat(64),
      os: 'linux',
      hostname: 'tab',
    }
    const attempts: [string, object, number][] = [
      ['/v3/activations', { ...device, key: license.key }, 201],
      ['/v3/trial-activations', device, 400],
      ['/v3/accounts/login', { accountId, email: customer.email, password: 'wrong wrong wrong' }, 400],
    ]
    for (const [path, body, status] of attempts) {
      const answer = await api.call(path, { body, headers: { origin: APP } })
      expect([path, answer.status]).toEqual([path, status])
      expect(answer.headers.get('access-control-allow-origin')).toBe(APP)
    }
  })
  test('is told when its token is no longer good', async () => {
    const answer = await from(APP, '/v3/me', { token: 'lk_usr_nothing' })
    expect([answer.status, answer.code]).toEqual([401, 'INVALID_TOKEN'])
    expect(answer.headers.get('access-control-allow-origin')).toBe(APP)
  })
  test('loses it with the very next request when the account takes it off', async () => {
    await allow(accountId, [])
    expect(corsOf(await from(APP))).toEqual([])
    expect(corsOf(await preflight(APP, '/v3/me', 'PATCH'))).toEqual([])
  })
})

describe('a preflight', () => {
  test('names the methods, headers and time that the browser may go by', async () => {
    const { status, headers, text } = await preflight(APP, '/v3/me', 'PATCH')
    expect([status, text]).toEqual([204, ''])
    expect(headers.get('access-control-allow-origin')).toBe(APP)
    expect(headers.get('access-control-allow-methods')?.split(', ')).toEqual(
      expect.arrayContaining(['GET', 'PATCH']),
    )
    expect(headers.get('access-control-allow-headers')).toBe(
      'authorization, content-type, idempotency-key, prefer, x-account-id, x-license-key',
    )
    expect(headers.get('access-control-max-age')).toBe('600')
    expect(headers.get('vary')).toContain('Origin')
    expect(headers.get('access-control-allow-credentials')).toBeNull()
    expect(headers.get('allow')).toContain('PATCH')
  })
  test('is answered on every route for browsers and on no other, by what the routes say of themselves', async () => {
    for (const { path, method, contract } of api.routes) {
      const url = path.replace(/\{\w+\}/g, '0197a3c0-0000-7000-8000-0000000000aa')
      const { status, headers } = await preflight(APP, url, method)
      const allowed = headers.get('access-control-allow-methods')?.split(', ').includes(method) ?? false
      expect({ path, method, status, allowed }).toEqual({
        path,
        method,
        status: 204,
        allowed: isForBrowsers(contract),
      })
    }
    const open = api.routes.filter(({ contract }) => isForBrowsers(contract))
    expect(open.some(({ path }) => path === '/v3/me')).toBe(true)
    // Nothing that a personal access token opens may be open to a page.
    for (const { path, contract } of open) {
      expect([path, /^(me:|public$)/.test(contract.permission)]).toEqual([path, true])
    }
  })
  test('without an origin is an ordinary question for the methods', async () => {
    const { status, headers } = await api.call('/v3/me', { method: 'OPTIONS' })
    expect([status, corsOf({ headers })]).toEqual([204, []])
    expect(headers.get('allow')).toContain('GET')
  })
})

describe('no page of another origin gets an answer', () => {
  test.each([
    ['one that nobody lists', 'https://evil.example.com'],
    ['another account’s', THEIR_APP],
    ['a sandboxed frame’s or a file’s', 'null'],
    ['the same name without encryption', 'http://app.example.com'],
    ['the same name at another port', 'https://app.example.com:8443'],
    ['one that only begins alike', 'https://app.example.com.evil.example'],
    ['one that only ends alike', 'https://evil-app.example.com'],
    ['a name below', 'https://x.app.example.com'],
    ['one written as no browser writes it', 'https://APP.example.com'],
    ['the star', '*'],
  ])('%s', async (_case, origin) => {
    const answer = await from(origin)
    expect(corsOf(answer)).toEqual([])
    expect(answer.headers.get('vary')).toBe('Origin')
    if (origin === THEIR_APP) return
    expect(corsOf(await preflight(origin, '/v3/me', 'PATCH'))).toEqual([])
  })
  test('an entry is meant as browsers write origins, however it was typed', async () => {
    await allow(accountId, ['HTTPS://App.Example.com:443/', 'null', '*', 'file:///etc', 'nonsense'])
    expect(corsOf(await from(APP))).toContain('access-control-allow-origin')
    for (const origin of ['null', '*', 'file://', 'nonsense']) expect(corsOf(await from(origin))).toEqual([])
  })
})

describe('SF-14: a personal access token is for servers', () => {
  test.each([
    ['origin', APP],
    ['origin', 'null'],
    ['sec-fetch-site', 'cross-site'],
    ['sec-fetch-site', 'same-origin'],
  ])(
    'a request that a browser made with one (%s: %s) is refused, reads and writes alike, and nothing is written',
    async (name, value) => {
      const token = await makeMachineToken(accountId, ...SCOPES)
      const count = () => db().$count(users, eq(users.accountId, accountId))
      const before = await count()
      const body = { firstName: 'Ada', email: 'ada@example.com', password: 'granite otter hums loudly' }
      for (const call of [{ body }, {}, { method: 'HEAD' }] as ApiCall[]) {
        const answer = await api.call('/v3/users', { ...call, token, headers: { [name]: value } })
        expect(answer.status).toBe(403)
        if (call.method !== 'HEAD') expect(answer.code).toBe('CROSS_ORIGIN_REFUSED')
        expect(corsOf(answer)).toEqual([])
      }
      const activate = await api.call('/v3/activations', { body: {}, token, headers: { [name]: value } })
      expect([activate.code, corsOf(activate)]).toEqual(['CROSS_ORIGIN_REFUSED', []])
      expect(await count()).toBe(before)
      expect((await api.call('/v3/users', { token })).status).toBe(200)
    },
  )
})
