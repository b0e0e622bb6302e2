import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { buffer, text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { overrideEnv } from '#lib/core/env.ts'
import { LARGEST_BODY } from '#lib/web/http/read-body.ts'
import { describeRoutes } from '#server/describe-routes.ts'
import { createFront } from '#server/front.ts'
import { createBoundedServer } from '#server/http-server.ts'
import { unfinishedBodies } from '#server/unfinished-bodies.ts'
import { withWholeBody } from '#server/whole-request.ts'

const LIMIT = 256 * 1024
/** What reached the pages: their requests, each with its whole body. */
const arrived: { url: string; length: number }[] = []

const pages: RequestListener = async (request, response) => {
  const body = await buffer(request)
  arrived.push({ url: request.url ?? '', length: body.length })
  response.end(body)
}

let server: Server
let port: number
beforeAll(async () => {
  overrideEnv({
    SECRET_KEY: 'a test secret of more than thirty-two characters',
    LOG_LEVEL: 'silent',
    PUBLIC_URL: 'https://portal.example',
    TRUST_PROXY: '1',
  })
  server = createBoundedServer(
    createFront({ v3: pages, next: pages, checkout: pages, testClock: undefined, metrics: pages }),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  port = (server.address() as AddressInfo).port
})
afterAll(() => {
  server.closeAllConnections()
  server.close()
})
afterEach(() => {
  arrived.length = 0
})

const open: Socket[] = []
afterEach(() => {
  for (const socket of open.splice(0)) socket.destroy()
})

/** A connection of its own, on which exactly these bytes are sent. */
function send(bytes: string | Buffer): Socket {
  const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
  socket.on('error', () => undefined)
  open.push(socket)
  return socket
}

const head = (lines: string[], path = '/') =>
  `POST ${path} HTTP/1.1\r\nHost: portal.example\r\n${lines.join('\r\n')}\r\n\r\n`
const post = (path: string, body: string | Buffer) =>
  fetch(`http://127.0.0.1:${port}${path}`, { method: 'POST', body: body as string })

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve))
}

describe('a body has a limit before it is read', () => {
  test.each([
    '/',
    '/login',
    '/me/licenses',
    '/api/auth/signout',
    '/api/me',
    '/test-checkout/c/pay/x',
    '/metrics',
  ])('F-51: more than 256 kB for %s is 413, told or not, and reaches nobody', async (path) => {
    const told = send(head([`Content-Length: ${LIMIT + 1}`, 'Connection: close'], path))
    expect(await text(told)).toMatch(/^HTTP\/1\.1 413 [\s\S]*BODY_TOO_LARGE/)
    const chunk = Buffer.alloc(LIMIT + 1, 'x')
    const chunked = Buffer.concat([
      Buffer.from(`${chunk.length.toString(16)}\r\n`),
      chunk,
      Buffer.from('\r\n0\r\n\r\n'),
    ])
    const untold = send(
      Buffer.concat([Buffer.from(head(['Transfer-Encoding: chunked', 'Connection: close'], path)), chunked]),
    )
    expect(await text(untold)).toMatch(/^HTTP\/1\.1 413 /)
    expect(arrived).toEqual([])
  })

  test('F-51: 256 kB are taken, and events of the payment provider up to a mebibyte', async () => {
    expect((await post('/', 'x'.repeat(LIMIT))).status).toBe(200)
    expect((await post('/api/webhooks/stripe', 'x'.repeat(LARGEST_BODY))).status).toBe(200)
    expect((await post('/api/webhooks/stripe', 'x'.repeat(LARGEST_BODY + 1))).status).toBe(413)
    expect(arrived).toEqual([
      { url: '/', length: LIMIT },
      { url: '/api/webhooks/stripe', length: LARGEST_BODY },
    ])
  })

  test('F-51: hundreds of megabytes in one request are thrown away, not kept', async () => {
    const socket = send(head(['Transfer-Encoding: chunked']))
    const chunk = Buffer.concat([Buffer.from('100000\r\n'), Buffer.alloc(0x100000, 'x'), Buffer.from('\r\n')])
    let most = 0
    const before = process.memoryUsage().arrayBuffers
    socket.on('data', () => undefined)
    for (let sent = 0; sent < 400 && !socket.destroyed; sent += 1) {
      await new Promise((resolve) => socket.write(chunk, resolve))
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
    }
    await until(() => socket.destroyed)
    expect(most).toBeLessThan(64 * 1024 * 1024)
    expect(arrived).toEqual([])
    expect((await post('/', 'still here')).status).toBe(200)
  })

  test('F-51: no route of the Web API declares more than a mebibyte', async () => {
    const routes = await describeRoutes(new URL('../../app', import.meta.url).pathname)
    const declared = routes.filter(({ contract }) => contract.bodyLimit !== undefined)
    expect(declared.length).toBeGreaterThan(0)
    for (const { contract } of declared) expect(contract.bodyLimit).toBeLessThanOrEqual(LARGEST_BODY)
  }, 120_000)
})

describe('a body that is not complete', () => {
  test('F-51: a thousand unfinished posts hold little, reach no page, and others are served meanwhile', async () => {
    const before = process.memoryUsage().rss
    for (let at = 0; at < 1000; at += 1) {
      send(`${head([`X-Forwarded-For: 198.51.100.${at % 250}`, 'Content-Length: 200000'])}half of it`)
    }
    await until(() => unfinishedBodies.size.bodies === 1000)
    expect(unfinishedBodies.size.bytes).toBeLessThanOrEqual(1000 * 'half of it'.length)
    expect(process.memoryUsage().rss - before).toBeLessThan(150 * 1024 * 1024)
    expect(arrived).toEqual([])
    const answer = await post('/', 'whole')
    expect([answer.status, await answer.text()]).toEqual([200, 'whole'])
    for (const socket of open) socket.destroy()
    await until(() => unfinishedBodies.size.bodies === 0)
    expect(unfinishedBodies.size.bytes).toBe(0)
  })

  test('F-51: of one client at most 64 are waited for, the oldest is told 408; a whole one is always taken', async () => {
    const slow = () => send(`${head(['X-Forwarded-For: 203.0.113.9', 'Content-Length: 10'])}12345`)
    const oldest = slow()
    await until(() => unfinishedBodies.size.bodies === 1)
    for (let at = 0; at < 64; at += 1) slow()
    expect(await text(oldest)).toMatch(/^HTTP\/1\.1 408 /)
    expect(unfinishedBodies.size.bodies).toBe(64)
    const headers = { 'x-forwarded-for': '203.0.113.9' }
    const whole = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'whole', headers })
    expect(await whole.text()).toBe('whole')
    open[10]?.write('67890')
    await until(() => arrived.length === 2)
    expect(arrived).toMatchObject([{ length: 5 }, { length: 10 }])
  })

  test('F-51: addresses that nobody knows share one budget', async () => {
    const oldest = send(`${head(['X-Forwarded-For: rubbish', 'Content-Length: 10'])}12345`)
    await until(() => unfinishedBodies.size.bodies === 1)
    for (let at = 0; at < 64; at += 1)
      send(`${head([`X-Forwarded-For: rubbish-${at}`, 'Content-Length: 10'])}12345`)
    expect(await text(oldest)).toMatch(/^HTTP\/1\.1 408 /)
  })

  test('F-51: headers and bodies that do not come in time end with 408', async () => {
    const impatient = createServer(
      { headersTimeout: 150, requestTimeout: 300, connectionsCheckingInterval: 50 },
      withWholeBody(pages),
    )
    await new Promise<void>((resolve) => impatient.listen(0, '127.0.0.1', resolve))
    const at = (impatient.address() as AddressInfo).port
    const start = (bytes: string) => {
      const socket = connect(at, '127.0.0.1', () => socket.write(bytes))
      return text(socket)
    }
    const ends = await Promise.all([start('POST / HT'), start(`${head(['Content-Length: 10'])}12345`)])
    expect(ends).toEqual([
      expect.stringMatching(/^HTTP\/1\.1 408 /),
      expect.stringMatching(/^HTTP\/1\.1 408 /),
    ])
    expect(arrived).toEqual([])
    impatient.close()
    // What the product's own server has: neither is left to chance.
    expect(server.headersTimeout).toBeLessThanOrEqual(15_000)
    expect(server.requestTimeout).toBeLessThanOrEqual(60_000)
    expect(server.maxConnections).toBeLessThanOrEqual(4096)
  })

  test('F-51: a body arrives as it was sent, however it was cut up', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 3000 }), { minLength: 1, maxLength: 6 }),
        fc.boolean(),
        async (parts, isChunked) => {
          const whole = Buffer.concat(parts)
          const socket = send('')
          socket.write(
            head([
              isChunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${whole.length}`,
              'Connection: close',
            ]),
          )
          for (const part of parts) {
            if (isChunked) socket.write(`${part.length.toString(16)}\r\n`)
            await new Promise((resolve) => socket.write(part, resolve))
            if (isChunked) socket.write('\r\n')
          }
          if (isChunked) socket.write('0\r\n\r\n')
          const answer = await buffer(socket)
          const begin = answer.indexOf('\r\n\r\n') + 4
          expect(answer.subarray(begin).equals(whole)).toBe(true)
        },
      ),
      { numRuns: 40 },
    )
  })

  test('F-51: what a page sees of a request with a body is the request itself', async () => {
    const seen: IncomingMessage[] = []
    const door = withWholeBody((request, response) => {
      seen.push(request)
      response.end()
    })
    const plain = createServer(door)
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve))
    const at = (plain.address() as AddressInfo).port
    await fetch(`http://127.0.0.1:${at}/a?b=c`, { method: 'PUT', body: 'x', headers: { 'x-one': '1' } })
    expect(seen[0]).toMatchObject({ method: 'PUT', url: '/a?b=c', httpVersion: '1.1', complete: true })
    expect(seen[0]?.headers).toMatchObject({ 'x-one': '1', 'content-length': '1' })
    expect(seen[0]?.socket.localPort).toBe(at)
    plain.closeAllConnections()
    plain.close()
  })
})
