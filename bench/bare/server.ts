import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import postgres from 'postgres'
import { activate } from './activate.ts'
import { findAccount } from './statements.ts'
import { sync } from './sync.ts'

/**
 * What Latchkey's speed is compared with: a server without framework, schema, permission, throttle or error envelope, that
 * runs the same statements and makes the same signatures. It believes every request; it is no server to be used.
 */
const sql = postgres(process.env.DATABASE_URL ?? '', {
  max: Number(process.env.BENCH_CONNECTIONS),
  connection: { TimeZone: 'UTC' },
})

async function answer(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
  const path = request.url ?? '/'
  const accountId = await findAccount(sql, request.headers.host ?? '')
  if (path === '/v3/status') return { status: 200, body: { status: 'OK' } }
  const asked = JSON.parse(await readText(request))
  if (path === '/v3/activations') return { status: 201, body: await activate(sql, accountId, asked) }
  return { status: 200, body: await sync(sql, accountId, path.slice('/v3/activations/'.length), asked) }
}

function readText(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.once('error', reject)
  })
}

function send(response: ServerResponse, status: number, value: unknown): void {
  const body = JSON.stringify(value)
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
  })
  response.end(body)
}

const server = createServer((request, response) => {
  answer(request).then(
    ({ status, body }) => send(response, status, body),
    (error: unknown) => send(response, 500, { message: String(error) }),
  )
})
server.listen(Number(process.env.PORT), '127.0.0.1')
process.once('SIGTERM', () => {
  server.close(() => sql.end().then(() => process.exit(0)))
  server.closeAllConnections()
})
