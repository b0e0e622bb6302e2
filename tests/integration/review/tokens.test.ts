import { eq } from 'drizzle-orm'
import { encode } from 'next-auth/jwt'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { personalAccessTokens } from '#db/schema/operators.ts'
import { accessTokens } from '#db/schema/users.ts'
import { setClockOffset } from '#lib/core/clock.ts'
import { derivedSecret } from '#lib/core/crypto/keyring.ts'
import { hashToken, newPersonalAccessToken, newToken } from '#lib/core/crypto/token.ts'
import { makeCustomer, makeMachineToken } from '#tests/factories/licensed.ts'
import { makeWorld, type World } from '#tests/factories/world.ts'
import { type ApiServer, startApiServer } from '#tests/helpers/api-server.ts'
import { storedRows } from '#tests/helpers/stored-rows.ts'

let api: ApiServer
let ours: World
let theirs: World

beforeAll(async () => {
  api = await startApiServer()
  ours = await makeWorld(api)
  theirs = await makeWorld(api)
}, 60_000)
afterAll(() => api.close())
afterEach(() => setClockOffset(0))

describe('two accounts', () => {
  test('one id may stand in two accounts without either seeing the other’s license', async () => {
    const id = '0197a3c0-0000-7000-8000-0000000000aa'
    for (const { pat, product } of [ours, theirs]) {
      const { status } = await api.call('/v3/licenses', { token: pat, body: { id, productId: product.id } })
      expect(status).toBe(201)
    }
    const keys = await Promise.all(
      [ours, theirs].map(async ({ pat }) => (await api.call(`/v3/licenses/${id}`, { token: pat })).body),
    )
    expect(new Set(keys.map((body) => (body as { key: string }).key)).size).toBe(2)
  })
})

// Which token opens which route stands in authorization-matrix.test.ts.
describe('CX-07: what counts as a token', () => {
  test('a damaged, unknown or foreign credential is 401 INVALID_TOKEN', async () => {
    const { pat, customer } = ours
    const flip = (token: string, at: number) => {
      const other = token.at(at) === 'A' ? 'B' : 'A'
      return token.slice(0, at) + other + token.slice(at + 1)
    }
    const cookie = await encode({
      token: { sub: customer.id, accessToken: customer.token },
      secret: derivedSecret('nextauth'),
      maxAge: 3600,
    })
    const bad: Record<string, string> = {
      'basic scheme': `Basic ${pat}`,
      'no scheme': pat,
      'scheme alone': 'Bearer',
      'two in one header': `Bearer ${pat} ${pat}`,
      'two, comma between': `Bearer ${pat}, Bearer ${pat}`,
      'a bit flipped': `Bearer ${flip(pat, 20)}`,
      'checksum flipped': `Bearer ${flip(pat, pat.length - 1)}`,
      truncated: `Bearer ${pat.slice(0, -1)}`,
      lengthened: `Bearer ${pat}0`,
      'prefix alone': 'Bearer lk_pat_',
      'unknown, well formed': `Bearer ${newPersonalAccessToken()}`,
      'a user’s, flipped': `Bearer ${flip(customer.token, 20)}`,
      'an operator’s session': `Bearer ${newToken('lk_opr_')}`,
      'the session cookie': `Bearer ${cookie}`,
      'its own hash': `Bearer ${hashToken(pat)}`,
      'far too long': `Bearer ${'a'.repeat(5000)}`,
    }
    for (const [what, authorization] of Object.entries(bad)) {
      for (const path of ['/v3/licenses', '/v3/me']) {
        const { status, code } = await api.call(path, { headers: { authorization } })
        expect({ what, status, code }).toEqual({ what, status: 401, code: 'INVALID_TOKEN' })
      }
    }
  })

  test('twice as two headers is refused; in the address it is not looked at', async () => {
    const line = `Authorization: Bearer ${ours.pat}\r\n`
    const head = 'GET /v3/licenses HTTP/1.1\r\nHost: x\r\nConnection: close\r\n'
    expect(await api.raw(`${head}${line}${line}\r\n`)).toMatch(/^HTTP\/1\.1 401 .*INVALID_TOKEN/s)
    expect(await api.raw(`${head}${line}\r\n`)).toMatch(/^HTTP\/1\.1 200 /)
    const { pat } = ours
    const { code } = await api.call(
      `/v3/licenses?access_token=${pat}&token=${pat}&authorization=Bearer%20${pat}`,
    )
    expect(code).toBe('AUTHENTICATION_REQUIRED')
  })

  test('RH-08: works until its last second and not one longer, however busy; so does a machine’s', async () => {
    const started = Date.now()
    const customer = await makeCustomer(ours.accountId)
    const pat = await makeMachineToken(ours.accountId, 'license:read')
    const expiresAt = new Date(started + 36_000_000)
    await db()
      .update(accessTokens)
      .set({ createdAt: new Date(started), expiresAt })
      .where(eq(accessTokens.userId, customer.id))
    await db()
      .update(personalAccessTokens)
      .set({ expiresAt })
      .where(eq(personalAccessTokens.tokenHash, hashToken(pat)))
    const both = async () => [
      (await api.call('/v3/me', { token: customer.token })).status,
      (await api.call('/v3/licenses', { token: pat })).status,
    ]
    for (const hours of [0, 4, 9]) {
      setClockOffset(hours * 3_600_000)
      expect(await both()).toEqual([200, 200])
    }
    setClockOffset(expiresAt.getTime() - 20_000 - Date.now())
    expect(await both()).toEqual([200, 200])
    setClockOffset(expiresAt.getTime() - Date.now() + 1)
    expect(await both()).toEqual([401, 401])
  })

  test('a revoked or deleted one is refused at the next request', async () => {
    const make = async () => {
      const body = { name: 'short', scopes: ['license:read'] }
      const made = await api.call('/v3/personal-access-tokens', { token: ours.pat, body })
      return made.body as { id: string; accessToken: string }
    }
    for (const end of [{ method: 'PATCH', body: { revoked: true } }, { method: 'DELETE' }]) {
      const { id, accessToken } = await make()
      expect((await api.call('/v3/licenses', { token: accessToken })).status).toBe(200)
      await api.call(`/v3/personal-access-tokens/${id}`, { ...end, token: ours.pat })
      expect((await api.call('/v3/licenses', { token: accessToken })).code).toBe('INVALID_TOKEN')
    }
  })

  test('a token gives at most what it holds, and nothing that only operators may do', async () => {
    const maker = await makeMachineToken(ours.accountId, 'personalAccessToken:write', 'license:read')
    const ask = (scopes: unknown) =>
      api.call('/v3/personal-access-tokens', { token: maker, body: { name: 'x', scopes } })
    const before = await storedRows(ours.accountId)
    expect(await ask(['license:write'])).toMatchObject({ status: 403, code: 'INSUFFICIENT_SCOPE' })
    for (const odd of [
      'user:ban',
      'operator:write',
      'me:read',
      'system:work',
      'public',
      '*',
      'License:Read',
    ]) {
      expect(await ask([odd]), odd).toMatchObject({ status: 400, code: 'INVALID_INPUT' })
    }
    for (const odd of ['__proto__', 'license:read ', 'license:read\n', ['license:read']]) {
      expect((await ask([odd])).status).toBe(400)
    }
    expect(await storedRows(ours.accountId)).toBe(before)
    expect((await ask(['license:read'])).status).toBe(201)
  })

  test('CX-08: at the public doors a stale token does no harm', async () => {
    const token = newPersonalAccessToken()
    expect((await api.call('/v3/status', { token })).status).toBe(200)
    expect((await api.call(`/v3/users/${ours.customer.id}/public`, { token })).status).toBe(200)
    const named = { email: 'nobody@example.com', password: 'whatever it is' }
    expect((await api.call('/v3/accounts/login', { token, body: named })).code).toBe('ACCOUNT_REQUIRED')
    const body = { ...named, accountId: ours.accountId }
    expect(await api.call('/v3/accounts/login', { token, body })).toMatchObject({
      status: 400,
      code: 'AUTHENTICATION_FAILED',
    })
  })
})
