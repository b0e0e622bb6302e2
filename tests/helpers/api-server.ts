import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { join } from 'node:path'
import { closeDatabase, configureDatabase } from '#db/client.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { ownsSocket } from '#lib/core/input/client-address.ts'
import type { DescribedRoute } from '#lib/web/http/openapi.ts'
import { describeRoutes } from '#server/describe-routes.ts'
import { createFront } from '#server/front.ts'
import { createV3Door } from '#server/v3-door.ts'
import { createV3Router } from '#server/v3-router.ts'
import { createTestDatabase } from './database.ts'
import { checkPublished } from './published-answer.ts'
import { parseAnswer } from './route-caller.ts'

export interface ApiCall {
  method?: string
  /** An object is sent as JSON, text and bytes as they are. */
  body?: unknown
  token?: string
  /** The address of the caller, as the one trusted proxy saw it. */
  ip?: string
  headers?: Record<string, string>
}

export interface ApiAnswer {
  status: number
  headers: Headers
  text: string
  /** What was parsed from it; undefined for an empty one. */
  body: unknown
  /** Of an error; empty otherwise. */
  code: string
}

/** The Web API as the server mounts it, on a database of its own: the real front, router and sockets, without the pages. */
export interface ApiServer {
  origin: string
  routes: DescribedRoute[]
  call(path: string, options?: ApiCall): Promise<ApiAnswer>
  /** Sends text as it is on a new connection, and gives all that came back until the server closed it. */
  raw(text: string): Promise<string>
  close(): Promise<void>
}

const APP = join(import.meta.dirname, '../../app')

/** Starts it; `connections` is the most that it may open to the database. */
export async function startApiServer(
  settings: { connections?: number; rateLimit?: number } = {},
): Promise<ApiServer> {
  overrideEnv({
    SECRET_KEY: 'a test secret of more than thirty-two characters',
    LOG_LEVEL: 'silent',
    BILLING_MODE: 'off',
    TRUST_PROXY: '1',
    API_RATE_LIMIT: String(settings.rateLimit ?? 0),
  })
  const database = await createTestDatabase()
  configureDatabase(database.url, { max: settings.connections ?? 10 })
  ownsSocket.set(true)
  const router = await createV3Router(APP)
  const front = createFront({
    v3: createV3Door(router),
    next: (_request, response) => response.writeHead(418).end(),
    checkout: undefined,
    testClock: undefined,
    metrics: (_request, response) => response.writeHead(418).end(),
  })
  const server = createServer(front)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const routes = await describeRoutes(APP)
  const patterns = routes.map((route) => ({
    route,
    pattern: new RegExp(`^${route.path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}/?$`),
  }))
  return {
    origin: `http://127.0.0.1:${port}`,
    routes,
    async call(path, { method, body, token, ip = '198.51.100.7', headers = {} } = {}) {
      const isRaw = typeof body === 'string' || body instanceof Uint8Array
      const answer = await fetch(`http://127.0.0.1:${port}${path}`, {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: {
          'x-forwarded-for': ip,
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(token && { authorization: `Bearer ${token}` }),
          ...headers,
        },
        ...(body !== undefined && { body: isRaw ? (body as string) : JSON.stringify(body) }),
      })
      const text = await answer.text()
      const parsed = parseAnswer(answer, text)
      const used = method ?? (body === undefined ? 'GET' : 'POST')
      // Static segments come first, as in the router.
      const found = patterns.find(({ pattern }) => pattern.test(path.replace(/\?.*/, '')))
      const described = routes.find((route) => route.path === found?.route.path && route.method === used)
      const contentType = answer.headers.get('content-type')
      if (described) checkPublished(described, { status: answer.status, body: parsed, contentType })
      const code = parsed && typeof parsed === 'object' && 'code' in parsed ? String(parsed.code) : ''
      return { status: answer.status, headers: answer.headers, text, body: parsed, code }
    },
    raw: (text) =>
      new Promise((resolve, reject) => {
        const chunks: Buffer[] = []
        const socket = connect(port, '127.0.0.1', () => socket.write(text))
        socket.on('data', (chunk) => chunks.push(chunk))
        socket.on('error', reject)
        socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')))
      }),
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      await closeDatabase()
      await database.drop()
    },
  }
}
