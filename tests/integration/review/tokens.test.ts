import { eq } from 'drizzle-orm'
import { encode } from 'next-auth/jwt'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { db, sqlClient } from '#db/client.ts'
import { personalAccessTokens } from '#db/schema/operators.ts'
import { accessTokens } from '#db/schema/users.ts'
import { SCOPES } from '#lib/auth/permissions.ts'
import { setClockOffset } from '#lib/clock.ts'
import { derivedSecret } from '#lib/crypto/keyring.ts'
import { hashToken, newPersonalAccessToken, newToken } from '#lib/crypto/token.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  makeCustomer,
  makeLicenseOf,
  makeMachineToken,
  makeSignedProduct,
} from '#tests/factories/licensed.ts'
import { type ApiServer, startApiServer } from '#tests/helpers/api-server.ts'

let api: ApiServer
let ours: Awaited<ReturnType<typeof makeWorld>>
let theirs: Awaited<ReturnType<typeof makeWorld>>

/** An account with one of everything. */
async function makeWorld() {
  const { id: accountId } = await makeAccount()
  const pat = await makeMachineToken(accountId, ...SCOPES)
  const customer = await makeCustomer(accountId)
  const product = await makeSignedProduct(accountId)
  const entry = { key: 'plan', value: 'gold' }
  const license = await makeLicenseOf(accountId, product, { userId: customer.id })
  await api.call(`/v3/licenses/${license.id}`, { method: 'PATCH', token: pat, body: { metadata: [entry] } })
  const device = { productId: product.id, key: license.key, fingerprint: 'f'.repeat(64), os: 'linux' }
  await api.call('/v3/activations', { body: { ...device, hostname: 'desk' }, token: pat })
  const ids = async (path: string) => {
    const found = (await api.call(path, { token: pat })).body as { id: string; metadata?: { id: string }[] }[]
    return found[0]
  }
  const known = {
    activations: (await ids('/v3/activations'))?.id ?? '',
    licenses: license.id,
    'licenses/metadata': (await ids('/v3/licenses'))?.metadata?.[0]?.id ?? '',
    'license-templates': product.licenseTemplateId,
    'license-policies': product.licenseTemplateId,
    'personal-access-tokens': (await ids('/v3/personal-access-tokens'))?.id ?? '',
    products: product.id,
    users: customer.id,
  } as Record<string, string>
  return { accountId, pat, customer, product, license, device, known }
}
type World = Awaited<ReturnType<typeof makeWorld>>

beforeAll(async () => {
  api = await startApiServer()
  ours = await makeWorld()
  theirs = await makeWorld()
})
afterAll(() => api.close())
afterEach(() => setClockOffset(0))

/** Bodies that each write would take, if only it were allowed. */
const BODIES: Record<string, object> = {
  'POST /v3/licenses/{id}/extend': { extensionLength: 60 },
  'PATCH /v3/licenses/{id}/expires-at': { expiresAt: '2030-01-01T00:00:00Z' },
  'POST /v3/users/{id}/update-password': { newPassword: 'granite otter hums loudly' },
  'PATCH /v3/personal-access-tokens/{id}': { revoked: true },
  'PATCH /v3/users/{id}': { company: 'Taken over' },
  'PATCH /v3/licenses/{id}': { notes: 'taken over' },
}

/** Every operation, with the ids of one account in its address. */
function operations(of: World) {
  return api.routes.map(({ path, method, contract }) => {
    const collection = /^\/v3\/(?:me\/)?(.+?)\/\{id\}/.exec(path)?.[1] ?? ''
    const id = of.known[collection] ?? ''
    if (path.includes('{id}') && !id) throw new Error(`no example for ${path}`)
    const body = contract.body ? (BODIES[`${method} ${path}`] ?? {}) : undefined
    return { name: `${method} ${path}`, url: path.replace('{id}', id), method, body, contract }
  })
}

/** Everything that is stored for an account, but what counts callers. */
async function stored(accountId: string): Promise<string> {
  const tables = await sqlClient()<{ name: string }[]>`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'account_id' order by 1`
  const parts = []
  for (const { name } of tables) {
    const rows = await sqlClient()`
      select (to_jsonb(t) - 'last_used_at' - 'last_seen_at')::text as row from ${sqlClient()(name)} t
      where account_id = ${accountId} order by 1`
    parts.push(name, ...rows.map(({ row }) => String(row)))
  }
  return parts.join('\n')
}

describe('another account', () => {
  test('CX-03: a token with every scope gets 404 for each of its ids, sees nothing in lists, and changes nothing', async () => {
    const before = await stored(theirs.accountId)
    const secrets = [...new Set([...Object.values(theirs.known), theirs.license.key, theirs.customer.email])]
    for (const { name, url, method, body, contract } of operations(theirs)) {
      if (contract.permission.startsWith('me:') || contract.permission === 'public') continue
      const { status, text } = await api.call(url, { method, body, token: ours.pat })
      if (name.includes('{id}')) expect(status, name).toBe(404)
      for (const secret of secrets) expect(text, name).not.toContain(secret)
    }
    expect(await stored(theirs.accountId)).toBe(before)
  })

  test('its ids in a body are unknown ids: 400, nothing made', async () => {
    const before = [await stored(ours.accountId), await stored(theirs.accountId)]
    const { product, customer, known } = theirs
    const template = product.licenseTemplateId
    const attempts: [string, string, object][] = [
      ['POST', '/v3/licenses', { productId: product.id }],
      ['POST', '/v3/licenses', { productId: ours.product.id, userId: customer.id }],
      ['POST', '/v3/licenses', { productId: ours.product.id, licenseTemplateId: template }],
      [
        'POST',
        '/v3/products',
        { name: 'x', displayName: 'x', description: 'x', licenseTemplateId: template },
      ],
      ['PATCH', `/v3/products/${ours.product.id}`, { licenseTemplateId: template }],
      ['PATCH', `/v3/licenses/${ours.license.id}`, { userId: customer.id }],
    ]
    for (const [method, path, body] of attempts) {
      const { status } = await api.call(path, { method, body, token: ours.pat })
      expect(status, `${method} ${path} ${JSON.stringify(body)}`).toBe(400)
    }
    const device = { ...theirs.device, fingerprint: 'e'.repeat(64) }
    for (const token of [ours.pat, ours.customer.token]) {
      expect(await api.call('/v3/activations', { body: device, token })).toMatchObject({ status: 400 })
      const id = known.activations
      const sync = await api.call(`/v3/activations/${id}`, { method: 'PATCH', body: theirs.device, token })
      expect(sync.status).toBe(404)
      expect((await api.call(`/v3/activations/${id}/deactivate`, { body: {}, token })).status).toBe(404)
    }
    expect([await stored(ours.accountId), await stored(theirs.accountId)]).toEqual(before)
  })

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

describe('CX-07: which token opens which route', () => {
  test('none: 401 AUTHENTICATION_REQUIRED wherever a permission is needed', async () => {
    for (const { name, url, method, body, contract } of operations(ours)) {
      if (contract.permission === 'public') continue
      const { status, code, headers } = await api.call(url, { method, body })
      expect({ name, status, code }).toEqual({ name, status: 401, code: 'AUTHENTICATION_REQUIRED' })
      expect(headers.get('www-authenticate')).toBe('Bearer')
    }
  })

  test('without any scope a token is refused with 403 naming the one that is missing; so is a user’s', async () => {
    const bare = await makeMachineToken(ours.accountId)
    for (const { name, url, method, body, contract } of operations(ours)) {
      if (contract.permission === 'public') continue
      const isMine = contract.permission.startsWith('me:')
      for (const token of isMine ? [bare, ours.pat] : [bare, ours.customer.token]) {
        const { status, code, text } = await api.call(url, { method, body, token })
        expect({ name, status, code }).toEqual({ name, status: 403, code: 'INSUFFICIENT_SCOPE' })
        expect(text).toContain(contract.permission)
      }
    }
  })

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
    const before = await stored(ours.accountId)
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
    expect(await stored(ours.accountId)).toBe(before)
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
