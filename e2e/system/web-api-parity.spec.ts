import { randomUUID } from 'node:crypto'
import { type Answer, callApi } from '../support/api.ts'
import { databaseUrlOf, runCommand, secretKeyOf } from '../support/product.ts'
import { rememberSecret } from '../support/run.ts'
import { expect, test } from '../support/test.ts'

const SCOPES =
  'license:read,license:write,product:read,product:write,user:read,user:write,licenseTemplate:read,licenseTemplate:write'
const MISSING = '0190a0a0-0000-7000-8000-000000000000'
const BIG = JSON.stringify({ name: 'x'.repeat(300 * 1024) })

interface Row {
  what: string
  method?: string
  path: string
  as?: 'machine' | 'nobody' | 'stranger'
  body?: unknown
  headers?: Record<string, string>
  status: number
  code?: string
  allow?: string
}

const ROWS: Row[] = [
  { what: 'status needs nobody', path: '/v3/status', as: 'nobody', status: 200 },
  { what: 'a list', path: '/v3/products?limit=2', status: 200 },
  { what: 'a list in the old name', path: '/v3/license-policies', status: 200 },
  { what: 'a static segment before a parameter', path: '/v3/openapi.json', as: 'nobody', status: 200 },
  { what: 'HEAD as GET without a body', method: 'HEAD', path: '/v3/products', status: 200 },
  {
    what: 'OPTIONS of a list',
    method: 'OPTIONS',
    path: '/v3/products',
    status: 204,
    allow: 'GET, POST, HEAD, OPTIONS',
  },
  {
    what: 'a wrong method',
    method: 'PUT',
    path: '/v3/products',
    status: 405,
    code: 'METHOD_NOT_ALLOWED',
    allow: 'GET, POST, HEAD, OPTIONS',
  },
  { what: 'an unknown path', path: '/v3/nothing/here', status: 404, code: 'NOT_FOUND' },
  {
    what: 'an unknown path, posted to',
    method: 'POST',
    path: '/v3/nothing',
    body: {},
    status: 404,
    code: 'NOT_FOUND',
  },
  { what: 'the root', path: '/v3', status: 404, code: 'NOT_FOUND' },
  { what: 'a missing row', path: `/v3/products/${MISSING}`, status: 404, code: 'NOT_FOUND' },
  { what: 'a malformed id', path: '/v3/products/not-an-id', status: 404, code: 'NOT_FOUND' },
  { what: 'an encoded slash', path: '/v3/products%2F..%2Fusers', status: 404, code: 'NOT_FOUND' },
  { what: 'an encoded slash in a parameter', path: `/v3/products/a%2Fb`, status: 404, code: 'NOT_FOUND' },
  { what: 'a trailing slash', path: '/v3/products/', status: 200 },
  { what: 'no token', path: '/v3/products', as: 'nobody', status: 401, code: 'AUTHENTICATION_REQUIRED' },
  { what: 'a token that is none', path: '/v3/products', as: 'stranger', status: 401, code: 'INVALID_TOKEN' },
  {
    what: 'a scope that is missing',
    path: '/v3/personal-access-tokens',
    status: 403,
    code: 'INSUFFICIENT_SCOPE',
  },
  { what: 'a machine is no customer', path: '/v3/me', status: 403, code: 'INSUFFICIENT_SCOPE' },
  {
    what: 'broken JSON',
    method: 'POST',
    path: '/v3/products',
    body: '{"name":',
    status: 400,
    code: 'INVALID_JSON',
  },
  {
    what: 'a field of the wrong type',
    method: 'POST',
    path: '/v3/products',
    body: { name: 7 },
    status: 400,
    code: 'INVALID_INPUT',
  },
  {
    what: 'a body above 256 kB',
    method: 'POST',
    path: '/v3/products',
    body: BIG,
    status: 413,
    code: 'BODY_TOO_LARGE',
  },
  { what: 'an export, as a file', path: '/v3/licenses/export', status: 200 },
  {
    what: 'a preflight of an origin that nobody lists',
    method: 'OPTIONS',
    path: '/v3/me',
    as: 'nobody',
    headers: { origin: 'https://elsewhere.example.com', 'access-control-request-method': 'GET' },
    status: 204,
  },
  {
    what: 'a machine’s token in a browser',
    path: '/v3/products',
    headers: { origin: 'https://elsewhere.example.com' },
    status: 403,
    code: 'CROSS_ORIGIN_REFUSED',
  },
  { what: 'a page that is no number', path: '/v3/products?page=x', status: 400, code: 'INVALID_INPUT' },
]

/** Headers by which a client steers; dates and ids differ by nature. */
const COMPARED = [
  'content-type',
  'cache-control',
  'allow',
  'www-authenticate',
  'location',
  'pagination-count',
  'link',
  'content-disposition',
  'access-control-allow-origin',
  'access-control-allow-methods',
]

function comparable(answer: Answer) {
  return {
    status: answer.status,
    headers: Object.fromEntries(COMPARED.map((name) => [name, answer.headers.get(name)])),
    body: answer.text,
  }
}

test.describe.configure({ mode: 'serial' })

let token: string

test.beforeAll(async ({ run }) => {
  const made = await runCommand(run.dataDir, ['pat', 'create', '--name', 'parity', '--scopes', SCOPES])
  token = made.stdout.trim()
  rememberSecret('personal access token', token)
})

test('the server, the same without its fast path and Next alone answer every request of the table alike', async ({
  run,
  startOwn,
}) => {
  // The same database behind all three: an answer can only differ by the server.
  const environment = {
    DATABASE_URL: databaseUrlOf(run.dataDir),
    SECRET_KEY: await secretKeyOf(run.dataDir),
    BILLING_MODE: 'off',
    WORKER: 'off',
    HOST: '127.0.0.1',
  }
  const viaHono = await startOwn({ environment: { ...environment, FAST_PATH: 'off' } })
  const viaNext = await startOwn({ args: ['--next-v3'], environment })
  for (const row of ROWS) {
    await test.step(row.what, async () => {
      const { method = 'GET', path, as = 'machine', body, headers } = row
      const bearer = { machine: token, nobody: undefined, stranger: `lk_pat_${'x'.repeat(43)}00000000` }[as]
      const options = { ...(bearer && { token: bearer }), body, ...(headers && { headers }) }
      const [accelerated, hono, next] = await Promise.all([
        callApi(run.url, method, path, options),
        callApi(viaHono.url, method, path, options),
        callApi(viaNext.url, method, path, options),
      ])
      expect.soft(accelerated.status, row.what).toBe(row.status)
      if (row.code)
        expect.soft(accelerated.body, row.what).toMatchObject({ code: row.code, message: expect.any(String) })
      if (row.allow) expect.soft(accelerated.headers.get('allow'), row.what).toBe(row.allow)
      expect.soft(comparable(hono), row.what).toEqual(comparable(accelerated))
      expect.soft(comparable(next), row.what).toEqual(comparable(accelerated))
    })
  }
  const name = `both-${randomUUID()}`
  const written = await callApi(viaNext.url, 'POST', '/v3/license-templates', { token, body: { name } })
  expect(written.status, written.text).toBe(201)
  expect((await callApi(run.url, 'GET', `/v3/license-templates?name=${name}`, { token })).text).toContain(
    name,
  )
})

test('CX-07: missing token, bad token and missing scope are told apart, and the scope is named', async ({
  run,
}) => {
  const scope = await callApi(run.url, 'GET', '/v3/personal-access-tokens', { token })
  expect(scope.body).toMatchObject({
    code: 'INSUFFICIENT_SCOPE',
    message: expect.stringContaining('personalAccessToken:write'),
  })
})

test('the burst limit answers 429 with Retry-After, and only to the one who called too often', async ({
  run,
}) => {
  const headers = { 'x-forwarded-for': '192.0.2.77' }
  const statuses = await Promise.all(
    Array.from({ length: 130 }, () => callApi(run.url, 'GET', '/v3/status', { headers })),
  )
  const refused = statuses.filter(({ status }) => status === 429)
  expect(refused.length).toBeGreaterThanOrEqual(20)
  expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThanOrEqual(1)
  expect(refused[0]?.body).toMatchObject({ code: 'RATE_LIMITED' })
  expect((await callApi(run.url, 'GET', '/v3/status')).status).toBe(200)
})
