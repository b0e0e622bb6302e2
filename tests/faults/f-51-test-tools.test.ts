import { readFileSync, statSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { testClock } from '#db/schema/accounts.ts'
import { clockOffset, setClockOffset } from '#lib/core/clock.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { createFront } from '#server/front.ts'
import { createTestClockDoor } from '#server/test-clock.ts'
import { testToolsSecret } from '#server/test-tools.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

const PUBLIC_URL = 'http://127.0.0.1:3000'
let dataDir: string
let server: Server
let origin: string
let secret: string
const asked: string[] = []

setUpTestDatabase()
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'tools-'))
  overrideEnv({
    SECRET_KEY: 'a test secret of more than thirty-two characters',
    LOG_LEVEL: 'silent',
    BILLING_MODE: 'test',
    DATABASE_URL: undefined,
    HOST: '127.0.0.1',
    PUBLIC_URL,
    DATA_DIR: dataDir,
  })
  secret = testToolsSecret() ?? ''
  const front = createFront({
    v3: (_request, response) => response.writeHead(418).end(),
    next: (_request, response) => response.writeHead(418).end(),
    checkout: (request, response) => {
      asked.push(request.url ?? '')
      response.end('emulator')
    },
    testClock: createTestClockDoor(async () => undefined),
    toolSecret: secret,
    metrics: (_request, response) => response.writeHead(418).end(),
  })
  server = createServer(front)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  server.close()
  setClockOffset(0)
  await rm(dataDir, { recursive: true, force: true })
})
beforeEach(() => {
  asked.length = 0
})

const move = (headers: Record<string, string>, body = '{"advance":60}') =>
  fetch(`${origin}/_test/clock`, { method: 'POST', headers, body })
const good = () => ({ 'content-type': 'application/json', 'x-latchkey-test-secret': secret })

async function expectUnmoved(offset: number): Promise<void> {
  expect(clockOffset()).toBe(offset)
  expect((await db().select().from(testClock))[0]?.offsetMs ?? 0).toBe(offset)
}

describe('the tools of test mode', () => {
  test('F-51: their secret lies in the data folder, for its owner alone, and stays the same', () => {
    const file = join(dataDir, 'test-tools-secret')
    expect(secret).toMatch(/^[\w-]{43}$/)
    expect(readFileSync(file, 'utf8').trim()).toBe(secret)
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(testToolsSecret()).toBe(secret)
  })

  test.each([
    ['without any proof, as any web page can send it', 401, { 'content-type': 'text/plain' }],
    [
      'with a wrong secret',
      401,
      { 'content-type': 'application/json', 'x-latchkey-test-secret': 'x'.repeat(43) },
    ],
    ['as text', 415, { ...{ 'content-type': 'text/plain' }, secret: 'yes' }],
    ['as a form', 415, { 'content-type': 'application/x-www-form-urlencoded', secret: 'yes' }],
    [
      'from a foreign origin',
      403,
      { 'content-type': 'application/json', origin: 'https://evil.example', secret: 'yes' },
    ],
    ['from the origin null', 403, { 'content-type': 'application/json', origin: 'null', secret: 'yes' }],
    [
      'from another site',
      403,
      { 'content-type': 'application/json', 'sec-fetch-site': 'cross-site', secret: 'yes' },
    ],
  ])(
    'F-51: the clock is not moved %s',
    async (_what, status, { secret: isKnown, ...headers }: Record<string, string>) => {
      const offset = clockOffset()
      const answer = await move({ ...headers, ...(isKnown && { 'x-latchkey-test-secret': secret }) })
      expect(answer.status).toBe(status)
      await expectUnmoved(offset)
    },
  )

  test('F-51: the clock moves for a developer who read the secret, and what is sent is bounded', async () => {
    const offset = clockOffset()
    expect((await move({ ...good(), origin: PUBLIC_URL })).status).toBe(200)
    expect(clockOffset()).toBe(offset + 60_000)
    const large = await move(good(), `{"advance":60,"x":"${'x'.repeat(300_000)}"}`)
    expect(large.status).toBe(413)
    await expectUnmoved(offset + 60_000)
  })

  test('F-51: the body of an unproved request is not even waited for', async () => {
    const { port } = server.address() as AddressInfo
    const socket = connect(port, '127.0.0.1', () =>
      socket.write(
        'POST /_test/clock HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 400000000\r\n\r\n',
      ),
    )
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 401 /)
  })

  test.each([
    '/_emu/faults',
    '/_emu/deliveries',
    '/v1/customers',
    '/',
    '/c/../_emu/faults',
    '/c/%2e%2e/_emu/faults',
  ])('F-51: the payment emulator’s %s is a tool, too', async (path) => {
    const { port } = server.address() as AddressInfo
    const raw = (extra: string) => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(`GET /test-checkout${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${extra}\r\n`),
      )
      return text(socket)
    }
    expect(await raw('')).toMatch(/^HTTP\/1\.1 401 /)
    expect(asked).toEqual([])
    expect(await raw(`X-Latchkey-Test-Secret: ${secret}\r\n`)).toMatch(/^HTTP\/1\.1 200 /)
    expect(asked).toEqual([path])
  })

  test('F-51: its payment pages are everybody’s', async () => {
    for (const path of ['/c/pay/cs_test_1', '/i/in_1', '/assets/checkout.css']) {
      expect((await fetch(`${origin}/test-checkout${path}`)).status).toBe(200)
    }
    expect(asked).toEqual(['/c/pay/cs_test_1', '/i/in_1', '/assets/checkout.css'])
  })

  test('F-51: no other secret opens them', async () => {
    const offset = clockOffset()
    await fc.assert(
      fc.asyncProperty(fc.stringMatching(/^[!-~]{0,60}$/), async (guess) => {
        fc.pre(guess !== secret)
        const answer = await move({ 'content-type': 'application/json', 'x-latchkey-test-secret': guess })
        expect(answer.status).toBe(401)
      }),
      { numRuns: 30 },
    )
    await expectUnmoved(offset)
  })

  test.each([
    ['0.0.0.0', undefined, false],
    ['::', undefined, false],
    ['192.0.2.4', 'off', false],
    ['0.0.0.0', 'on', true],
    ['localhost', undefined, true],
    ['::1', undefined, true],
  ])('F-51: where HOST is %s and TEST_TOOLS %s they exist: %s', (HOST, TEST_TOOLS, exist) => {
    try {
      overrideEnv({ HOST, TEST_TOOLS })
      expect(testToolsSecret()).toBe(exist ? secret : undefined)
    } finally {
      overrideEnv({ HOST: '127.0.0.1', TEST_TOOLS: undefined })
    }
  })

  test('F-51: outside test mode there are none', () => {
    try {
      overrideEnv({ BILLING_MODE: 'off' })
      expect(testToolsSecret()).toBeUndefined()
    } finally {
      overrideEnv({ BILLING_MODE: 'test' })
    }
  })
})
