import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { overrideEnv } from '#lib/core/env.ts'
import { ownsSocket } from '#lib/core/input/client-address.ts'
import { RouteTree } from '#server/fast-path/route-tree.ts'
import { createV3Door } from '#server/v3-door.ts'
import { createV3Router } from '#server/v3-router.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeLicenseOf, makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

let fast: Server
let plain: Server
let token: string
let product: { id: string }
let license: { id: string; key: string }

setUpTestDatabase({ env: { BILLING_MODE: 'off' } })
beforeAll(async () => {
  ownsSocket.set(true)
  const { id: accountId } = await makeAccount()
  token = await makeMachineToken(accountId, 'license:read', 'product:read')
  const signed = await makeSignedProduct(accountId)
  product = signed
  license = await makeLicenseOf(accountId, signed)
  const router = await createV3Router(join(import.meta.dirname, '../../app'))
  fast = await listen(createV3Door(router))
  overrideEnv({ FAST_PATH: 'off' })
  plain = await listen(createV3Door(router))
})
afterAll(async () => {
  for (const server of [fast, plain]) {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
})

async function listen(door: RequestListener): Promise<Server> {
  const server = createServer(door)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return server
}

/** Sends exactly these bytes: an HTTP library would tidy up what the test is about. */
async function ask(server: Server, head: string[], body = ''): Promise<string> {
  const { port } = server.address() as AddressInfo
  const socket = connect(port, '127.0.0.1')
  socket.write(`${[...head, 'Connection: close'].join('\r\n')}\r\n\r\n${body}`)
  return text(socket)
}

/** Without what differs from one request to the next, and in an order of its own. */
function comparable(answer: string): { head: string[]; body: string } {
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  const lines = head
    .replace(/^(date|x-request-id|digest|latchkey-signature): .*$/gim, '$1: …')
    .toLowerCase()
    .split('\r\n')
  return {
    head: [lines[0] ?? '', ...lines.slice(1).sort()],
    body: body.replace(/"issuedAt":"[^"]*"/, '"issuedAt":"…"'),
  }
}

const json = (value: unknown) => {
  const body = JSON.stringify(value)
  return { head: ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`], body }
}

describe('the fast path answers what FAST_PATH=off answers, to the letter', () => {
  const host = 'Host: 127.0.0.1'
  const bearer = () => `Authorization: Bearer ${token}`
  const validate = () => json({ productId: product.id, key: license.key, nonce: 'n' })
  const cases: [string, () => { head: string[]; body?: string }][] = [
    ['a public route', () => ({ head: ['GET /v3/status HTTP/1.1', host] })],
    ['a query', () => ({ head: ['GET /v3/licenses?limit=1&sort=-createdAt HTTP/1.1', host, bearer()] })],
    ['a parameter', () => ({ head: [`GET /v3/licenses/${license.id} HTTP/1.1`, host, bearer()] })],
    ['a malformed parameter', () => ({ head: ['GET /v3/licenses/nonsense HTTP/1.1', host, bearer()] })],
    ['no token', () => ({ head: ['GET /v3/licenses HTTP/1.1', host] })],
    ['two tokens', () => ({ head: ['GET /v3/licenses HTTP/1.1', host, bearer(), bearer()] })],
    ['a missing scope', () => ({ head: ['GET /v3/users HTTP/1.1', host, bearer()] })],
    ['an unknown path', () => ({ head: ['GET /v3/nothing/here HTTP/1.1', host] })],
    ['a wrong method', () => ({ head: ['DELETE /v3/status HTTP/1.1', host] })],
    ['a method nobody knows', () => ({ head: ['PROPFIND /v3/status HTTP/1.1', host] })],
    ['HEAD', () => ({ head: ['HEAD /v3/status HTTP/1.1', host] })],
    ['OPTIONS', () => ({ head: ['OPTIONS /v3/status HTTP/1.1', host] })],
    ['a trailing slash', () => ({ head: ['GET /v3/status/ HTTP/1.1', host] })],
    ['an encoded letter', () => ({ head: ['GET /v3/st%61tus HTTP/1.1', host] })],
    ['an encoded slash', () => ({ head: ['GET /v3/licenses%2Fexport HTTP/1.1', host, bearer()] })],
    ['dots in the path', () => ({ head: ['GET /v3/licenses/../status HTTP/1.1', host] })],
    ['a doubled slash', () => ({ head: ['GET /v3//status HTTP/1.1', host] })],
    ['a file', () => ({ head: ['GET /v3/licenses/export HTTP/1.1', host, bearer()] })],
    ['no body where one is wanted', () => ({ head: ['POST /v3/licenses/validate HTTP/1.1', host] })],
    [
      'a body',
      () => ({
        head: ['POST /v3/licenses/validate HTTP/1.1', host, ...validate().head],
        body: validate().body,
      }),
    ],
    [
      'a body in chunks',
      () => {
        const { body } = validate()
        const size = Buffer.byteLength(body).toString(16)
        return {
          head: ['POST /v3/licenses/validate HTTP/1.1', host, 'Transfer-Encoding: chunked'],
          body: `${size}\r\n${body}\r\n0\r\n\r\n`,
        }
      },
    ],
    [
      'a body that is not JSON',
      () => ({ head: ['POST /v3/licenses/validate HTTP/1.1', host, 'Content-Length: 4'], body: '{"a"' }),
    ],
    [
      'a body that is not UTF-8',
      () => ({ head: ['POST /v3/licenses/validate HTTP/1.1', host, 'Content-Length: 1'], body: '\u0000' }),
    ],
    [
      'a body too large to read',
      () => ({ head: ['POST /v3/licenses/validate HTTP/1.1', host, 'Content-Length: 9999999'] }),
    ],
    ['an account that is unknown', () => ({ head: ['GET /v3/status?accountAlias=nobody HTTP/1.1', host] })],
    ['another account header', () => ({ head: ['GET /v3/status HTTP/1.1', host, 'X-Account-Id: nobody'] })],
    ['a host in capitals', () => ({ head: ['GET /v3/status HTTP/1.1', 'Host: LOCALHOST:80'] })],
    [
      'a page of another origin',
      () => ({ head: ['GET /v3/status HTTP/1.1', host, 'Origin: https://a.example'] }),
    ],
  ]

  test.each(cases)('%s', async (_what, request) => {
    const { head, body } = request()
    const expected = comparable(await ask(plain, head, body))
    expect(comparable(await ask(fast, head, body))).toEqual(expected)
    expect(expected.head[0]).toMatch(/^http\/1\.1 \d{3}/)
  })

  test('a claimed address is nobody’s, either way', async () => {
    const lied = ['GET /v3/status HTTP/1.1', host, 'x-latchkey-client-ip: 203.0.113.9']
    for (const server of [fast, plain]) expect(await ask(server, lied)).toContain('200 OK')
  })
})

test.each(['1.2.3.999', '08.1.1.1', 'a.1', 'example.com:99999', 'a b'])(
  'a host that no URL can hold is refused, not stumbled over: %s',
  async (host) => {
    for (const server of [fast, plain]) {
      const answer = await ask(server, ['GET /v3/status?a=b HTTP/1.1', `Host: ${host}`])
      expect(answer).toMatch(/^HTTP\/1\.1 400 /)
      expect(answer).toContain('"code":"INVALID_INPUT"')
    }
  },
)

test.each(['1.2.3', 'xn--a', 'a..b', 'example.com:65535', '[::1]:80'])(
  'an odd host is one: %s',
  async (host) => {
    for (const server of [fast, plain]) {
      expect(await ask(server, ['GET /v3/status?a=b HTTP/1.1', `Host: ${host}`])).toContain('200 OK')
    }
  },
)

test('FAST_PATH decides whether the web’s request objects are made', async () => {
  const made = vi.spyOn(globalThis, 'Headers')
  const status = ['GET /v3/status HTTP/1.1', 'Host: 127.0.0.1']
  expect(await ask(fast, status)).toContain('200 OK')
  expect(made).not.toHaveBeenCalled()
  expect(await ask(plain, status)).toContain('200 OK')
  expect(made).toHaveBeenCalled()
})

describe('the tree of routes', () => {
  test('static segments win over dynamic ones, and a dead end turns back', () => {
    const tree = new RouteTree()
    const [file, other, deep] = [{}, {}, {}]
    tree.add(['v3', 'licenses', '[id]'], file)
    tree.add(['v3', 'licenses', 'export'], other)
    tree.add(['v3', 'licenses', '[licenseId]', 'files'], deep)
    expect(tree.find('/v3/licenses/export')?.methods).toBe(other)
    expect(tree.find('/v3/licenses/7')).toMatchObject({ params: { id: '7' } })
    expect(tree.find('/v3/licenses/7')?.methods).toBe(file)
    expect(tree.find('/v3/licenses/export/files')).toMatchObject({ params: { licenseId: 'export' } })
    expect(tree.find('/v3/licenses/7/nothing')).toBeUndefined()
    expect(tree.find('/v3')).toBeUndefined()
  })
})
