import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sqlClient } from '#db/client.ts'
import { readBody } from '#lib/web/http/read-body.ts'
import { fill, makeWorld, type World } from '#tests/factories/world.ts'
import { type ApiServer, startApiServer } from '#tests/helpers/api-server.ts'
import { refusalOf } from '#tests/helpers/refusal.ts'

let api: ApiServer
let pat: string
let world: World
let customer: World['customer']
let product: World['product']
let license: World['license']

beforeAll(async () => {
  api = await startApiServer()
  world = await makeWorld(api)
  ;({ pat, customer, product, license } = world)
}, 60_000)
afterAll(() => api.close())

let callers = 0
const elsewhere = () => `10.1.${Math.floor(callers / 250)}.${(callers++ % 250) + 1}`

/** How many rows there are of everything that a request could make. */
async function counted(): Promise<unknown> {
  const [row] = await sqlClient()`
    select (select count(*) from users) as users, (select count(*) from licenses) as licenses,
      (select count(*) from products) as products, (select count(*) from license_templates) as templates,
      (select count(*) from activations) as activations, (select count(*) from event_logs) as events,
      (select count(*) from personal_access_tokens) as tokens`
  return { ...row }
}

const PASSWORD = 'walnut bridge harbor copper'
let named = 0
const userBody = (fields: object) => ({
  firstName: 'Ada',
  email: `ada${named++}@example.com`,
  password: PASSWORD,
  ...fields,
})
const deviceBody = (fields: object) => ({
  productId: product.id,
  key: license.key,
  fingerprint: 'f'.repeat(64),
  os: 'linux',
  hostname: 'desk',
  ...fields,
})

/** Every text that each body takes, with the text in question in it. */
function bodiesHolding(bad: string): [string, string, object, string?][] {
  const all: [string, string, object, string?][] = []
  for (const field of ['firstName', 'lastName', 'company', 'email']) {
    all.push(['POST', '/v3/users', userBody({ [field]: bad })])
    all.push(['PATCH', '/v3/me', { [field]: bad }, customer.token])
    all.push(['PATCH', `/v3/users/${customer.id}`, { [field]: bad }])
  }
  all.push(['POST', '/v3/users', userBody({ tags: [bad] })])
  for (const entry of [
    { key: bad, value: 'v' },
    { key: 'k', value: bad },
  ]) {
    const metadata = [entry]
    all.push(['POST', '/v3/users', userBody({ metadata })])
    all.push(['POST', '/v3/licenses', { productId: product.id, metadata }])
    all.push(['PATCH', `/v3/licenses/${license.id}`, { metadata }])
    all.push(['PATCH', `/v3/products/${product.id}`, { metadata }])
    all.push(['POST', '/v3/activations', deviceBody({ metadata })])
  }
  for (const field of ['notes', 'key', 'subscriptionInterval', 'allowedIpRange', 'userId', 'type', 'id']) {
    all.push(['POST', '/v3/licenses', { productId: product.id, [field]: bad.repeat(6) }])
  }
  all.push(['POST', '/v3/licenses', { productId: product.id, tags: [bad] }])
  for (const field of ['name', 'displayName', 'description']) {
    const fine = {
      name: 'n',
      displayName: 'd',
      description: 'd',
      licenseTemplateId: product.licenseTemplateId,
    }
    all.push(['POST', '/v3/products', { ...fine, [field]: bad }])
  }
  all.push(['POST', '/v3/license-templates', { name: bad }])
  all.push(['POST', '/v3/license-templates', { name: 'n', keyPattern: bad }])
  all.push(['POST', '/v3/personal-access-tokens', { name: bad, scopes: ['user:read'] }])
  const device = ['productId', 'key', 'hostname', 'os', 'osVersion', 'vmName', 'appVersion', 'releaseVersion']
  for (const field of [...device, 'clientVersion', 'userHash', 'email', 'password']) {
    all.push(['POST', '/v3/activations', deviceBody({ [field]: bad })])
  }
  all.push(['POST', '/v3/activations', deviceBody({ fingerprint: bad.repeat(8) })])
  for (const field of ['email', 'password', 'accountId', 'accountAlias', 'companyId']) {
    const fine = { email: 'nobody@example.com', password: PASSWORD }
    all.push(['POST', '/v3/accounts/login', { ...fine, [field]: bad }])
  }
  return all
}

describe('characters that no database keeps', () => {
  test.each([
    ['NUL', 'a\0b'],
    ['half a surrogate pair', 'a\ud800b'],
    ['the other half first', '\udc00\ud800'],
  ])('%s in any text of any body is 400 and writes nothing', async (_what, bad) => {
    const before = await counted()
    for (const [method, path, body, token = pat] of bodiesHolding(bad)) {
      const { status, text } = await api.call(path, { method, body, token, ip: elsewhere() })
      expect(status, `${method} ${path} ${JSON.stringify(body).slice(0, 200)} ${text}`).toBe(400)
    }
    expect(await counted()).toEqual(before)
  })

  test('in an address or its query they are 404 or 400', async () => {
    expect((await api.call('/v3/licenses/%00', { token: pat })).status).toBe(404)
    expect((await api.call('/v3/status?accountId=%00')).code).toBe('INVALID_ACCOUNT_ID')
    const body = deviceBody({ accountId: 'a\0b' })
    expect((await api.call('/v3/activations', { body })).code).toBe('INVALID_ACCOUNT_ID')
    expect((await api.call('/v3/status', { headers: { 'x-account-id': 'no such one' } })).code).toBe(
      'INVALID_ACCOUNT_ID',
    )
  })
})

describe('bodies of the wrong shape', () => {
  const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`
  const shapes = {
    'a list': '[]',
    null: 'null',
    'a number': '1',
    'a text': '"x"',
    'cut off': '{"a":1',
    'not JSON': '{a:1}',
    'ten thousand levels': deep(10_000),
    'lists a hundred thousand deep': '['.repeat(100_000) + ']'.repeat(100_000),
    'another charset': Buffer.from('{"a":"\xe9"}', 'latin1'),
    'UTF-16': Buffer.from('{"a":1}', 'utf16le'),
  }
  test.each(Object.entries(shapes))('%s is 400 at every door that takes a body', async (_what, body) => {
    for (const { path, method, contract } of api.routes) {
      if (!contract.body) continue
      // A body that needs nothing may be null as well.
      if (body === 'null' && contract.body.safeParse({}).success) continue
      const url = fill(path, world)
      const token = contract.permission.startsWith('me:') ? customer.token : pat
      for (const headers of [undefined, { 'idempotency-key': `shape-${named++}` }]) {
        const { status, text } = await api.call(url, {
          method,
          body,
          token,
          ip: elsewhere(),
          ...(headers && { headers }),
        })
        expect(status, `${method} ${url} ${text}`).toBe(400)
      }
    }
  })

  test('deep nesting in a field that nobody reads is refused too, also under an Idempotency-Key', async () => {
    for (const levels of [40, 10_000]) {
      const body = `{"productId":"${product.id}","unknown":${deep(levels)}}`
      const headers = { 'idempotency-key': `deep-${levels}` }
      expect((await api.call('/v3/licenses', { token: pat, body, headers })).code).toBe('INVALID_JSON')
    }
  })

  test('one byte over the limit is 413, announced or not', async () => {
    const body = `{"notes":"${'x'.repeat(256 * 1024)}"}`
    expect(await api.call('/v3/licenses', { token: pat, body })).toMatchObject({
      status: 413,
      code: 'BODY_TOO_LARGE',
    })
    const size = 256 * 1024 + 1
    const chunked = `${size.toString(16)}\r\n${'x'.repeat(size)}\r\n0\r\n\r\n`
    const head = `POST /v3/licenses HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${pat}\r\nConnection: close\r\n`
    const answer = await api.raw(`${head}Transfer-Encoding: chunked\r\n\r\n${chunked}`).catch(String)
    expect(answer).toMatch(/^HTTP\/1\.1 413 |ECONNRESET|EPIPE/)
  })

  test('one that breaks off is the caller’s fault, not the database’s', async () => {
    const body = new ReadableStream({
      start: (controller) => controller.error(Object.assign(new Error('aborted'), { code: 'ECONNRESET' })),
    })
    const request = new Request('http://x/', { method: 'POST', body, duplex: 'half' } as RequestInit)
    expect(await refusalOf(readBody(request))).toMatchObject({ code: 'INVALID_JSON' })
  })

  test('RH-03: privileged and prototype keys change nothing', async () => {
    const twice = `{"company":"first","company":"Doe Ltd","__proto__":{"banned":true},"constructor":{"x":1},
      "role":"super-admin","emailVerified":true,"id":"018f4d1e-7c4b-7000-8000-000000000001","passwordHash":"x"}`
    const before = await api.call('/v3/me', { token: customer.token })
    const answer = await api.call('/v3/me', { method: 'PATCH', body: twice, token: customer.token })
    expect(answer.status).toBe(200)
    const { updatedAt: _now, lastSeenAt: _seen, ...rest } = answer.body as Record<string, unknown>
    expect(before.body).toMatchObject(rest)
    expect({}).not.toHaveProperty('banned')
  })

  test.each([
    ['allowedActivations', 2_147_483_648],
    ['allowedActivations', '2147483648'],
    ['allowedActivations', -2],
    ['allowedActivations', 1.5],
    ['leaseDuration', '9007199254740993'],
    ['serverSyncInterval', -1],
    ['expiryGracePeriod', 2_147_483_648],
    ['allowedClockOffset', 59],
    ['validity', 2_147_483_648],
    ['subscriptionInterval', 'P101Y'],
    ['subscriptionInterval', 'P-1Y'],
    ['subscriptionInterval', 'P0D'],
    ['expiresAt', '10000-01-01T00:00:00Z'],
    ['expiresAt', '+275760-09-13T00:00:00Z'],
    ['expiresAt', '2027-02-30'],
    ['expiresAt', 1],
    ['createdAt', '0000-12-31'],
  ])('a license with %s %s is 400 naming the field', async (field, value) => {
    const before = await counted()
    const body = { productId: product.id, [field]: value }
    const answer = await api.call('/v3/licenses', { token: pat, body })
    expect(answer).toMatchObject({ status: 400, body: { fields: { [field]: expect.any(String) } } })
    expect(await counted()).toEqual(before)
  })

  test('numbers that no float holds are 400', async () => {
    const body = `{"productId":"${product.id}","allowedActivations":1e400}`
    expect((await api.call('/v3/licenses', { token: pat, body })).status).toBe(400)
  })
})

describe('ids', () => {
  test('in capitals they are the same ids, in addresses, bodies and what is sealed under them', async () => {
    const id = '0197A3C0-0000-7000-8000-00000000ABCD'
    const body = { id, productId: product.id.toUpperCase(), userId: customer.id.toUpperCase() }
    const made = await api.call('/v3/licenses', { token: pat, body })
    expect(made).toMatchObject({ status: 201, body: { id: id.toLowerCase(), user: { id: customer.id } } })
    const again = await api.call('/v3/licenses', { token: pat, body: { ...body, id: id.toLowerCase() } })
    expect(again.body).toEqual(made.body)
    for (const url of [`/v3/licenses/${id}`, `/v3/users/${customer.id.toUpperCase()}`]) {
      expect((await api.call(url, { token: pat })).status).toBe(200)
    }
    const path = `/v3/users/${customer.id.toUpperCase()}`
    const patched = await api.call(path, { method: 'PATCH', body: { company: 'Doe Ltd' }, token: pat })
    expect(patched.status).toBe(200)
    const found = await api.call(`/v3/licenses?userId=${customer.id.toUpperCase()}`, { token: pat })
    expect(found.text).toContain(id.toLowerCase())
  })

  test.each([
    '1',
    '..%2f..%2fetc%2fpasswd',
    '%zz',
    '%E0%A4%A',
    '%00',
    '{id}',
    `${'a'.repeat(5000)}`,
    '%2e%2e',
  ])('malformed %s is 404 with the envelope', async (id) => {
    for (const path of ['licenses', 'users', 'products', 'activations', 'personal-access-tokens']) {
      const { status, code } = await api.call(`/v3/${path}/${id}`, { token: pat })
      const folded = id === '%2e%2e'
      // Of an activation the contract's clients look for a word of its own.
      const word = path === 'activations' ? 'ACTIVATION_NOT_FOUND' : 'NOT_FOUND'
      expect({ path, status, code }).toEqual({ path, status: 404, code: folded ? code : word })
    }
  })
})

describe('requests that no client library makes', () => {
  const request = (line: string, headers: string[], body = '') =>
    `${[line, ...headers, 'Connection: close', '', body].join('\r\n')}`

  test.each([
    ['no host', 'GET /v3/status HTTP/1.1', [], /^HTTP\/1\.1 400 /],
    ['a host that is none', 'GET /v3/status HTTP/1.1', ['Host: ][@\\garbage'], /^HTTP\/1\.1 400 /],
    ['a host with a path', 'GET /v3/status HTTP/1.1', ['Host: a@b/../c'], /^HTTP\/1\.1 400 /],
    [
      'lengths that contradict',
      'POST /v3/licenses HTTP/1.1',
      ['Host: x', 'Content-Length: 5', 'Transfer-Encoding: chunked'],
      /^HTTP\/1\.1 400 /,
    ],
    [
      'a 16 kB cookie',
      'GET /v3/status HTTP/1.1',
      ['Host: x', `Cookie: a=${'x'.repeat(16_384)}`],
      /^HTTP\/1\.1 431 /,
    ],
    [
      'a 12 kB cookie',
      'GET /v3/status HTTP/1.1',
      ['Host: x', `Cookie: a=${'x'.repeat(12_000)}`],
      /^HTTP\/1\.1 200 /,
    ],
    [
      'an unknown method',
      'PROPFIND /v3/licenses HTTP/1.1',
      ['Host: x'],
      /^HTTP\/1\.1 405 .*METHOD_NOT_ALLOWED/s,
    ],
    ['TRACE', 'TRACE /v3/licenses HTTP/1.1', ['Host: x', 'X-Secret: echo'], /^HTTP\/1\.1 405 (?!.*echo)/s],
    [
      'a claimed address',
      'GET /v3/status HTTP/1.1',
      ['Host: x', 'X-Latchkey-Client-Ip: 127.0.0.1', 'X-Forwarded-For: 1:2:3:4:5:6:7:8:9::1'],
      /^HTTP\/1\.1 200 /,
    ],
    [
      'a forged forwarded address',
      'GET /v3/licenses HTTP/1.1',
      ['Host: x', `X-Latchkey-Forwarded-Client: 127.0.0.1 ${'0'.repeat(64)}`],
      /^HTTP\/1\.1 401 /,
    ],
    [
      'a middleware subrequest',
      'GET /v3/licenses HTTP/1.1',
      ['Host: x', 'x-middleware-subrequest: middleware:middleware:middleware:middleware:middleware'],
      /^HTTP\/1\.1 401 /,
    ],
    [
      'a whole URL as a proxy sends it',
      'GET http://evil.example/v3/status HTTP/1.1',
      ['Host: x'],
      /^HTTP\/1\.1 200 /,
    ],
    [
      'a whole URL of a page',
      'GET http://evil.example/me HTTP/1.1',
      ['Host: x'],
      /^HTTP\/1\.1 418 (?!.*evil)/s,
    ],
    ['no path', 'OPTIONS * HTTP/1.1', ['Host: x'], /^HTTP\/1\.1 400 .*INVALID_INPUT/s],
    ['a page by TRACE', 'TRACE /me HTTP/1.1', ['Host: x'], /^HTTP\/1\.1 405 .*METHOD_NOT_ALLOWED/s],
    [
      'a page that cannot be decoded',
      'GET /api/me/licenses/%zz HTTP/1.1',
      ['Host: x'],
      /^HTTP\/1\.1 404 .*NOT_FOUND/s,
    ],
  ] as [string, string, string[], RegExp][])(
    '%s is answered, and the server goes on',
    async (_what, line, headers, expected) => {
      expect(await api.raw(request(line, headers))).toMatch(expected)
      expect((await api.call('/v3/status')).status).toBe(200)
    },
  )
})
