import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import postgres from 'postgres'
import { activate } from './activate.ts'
import { accountFinder, accountKeyFinder, type Row } from './statements.ts'
import { sync } from './sync.ts'
import { validate } from './validate.ts'

/**
 * What Latchkey's speed is compared with: a server without framework, schema, permission, throttle or error envelope, that
 * runs the same statements and makes the same signatures. It believes every request; it is no server to be used.
 */
const sql = postgres(process.env.DATABASE_URL ?? '', {
  max: Number(process.env.BENCH_CONNECTIONS),
  connection: { TimeZone: 'UTC' },
})
const findAccount = accountFinder(sql)
const findAccountKey = accountKeyFinder(sql)

async function answer(request: IncomingMessage): Promise<Said> {
  const path = request.url ?? '/'
  const host = request.headers.host ?? ''
  if (path === '/v3/status') {
    await findAccount(host)
    return json(200, { status: 'OK' })
  }
  const asked: Row = JSON.parse(await readText(request))
  const accountId = await findAccount(host)
  if (path === '/v3/licenses/validate') {
    const { text, headers } = await validate(sql, findAccountKey, { accountId, host, asked })
    return { status: 200, text, headers }
  }
  if (path === '/v3/activations') return json(201, await activate(sql, accountId, asked))
  return json(200, await sync(sql, accountId, path.slice('/v3/activations/'.length), asked))
}

interface Said {
  status: number
  text: string
  headers?: Record<string, string>
}

function json(status: number, value: unknown): Said {
  return { status, text: JSON.stringify(value) }
}

function readText(request: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')))
    request.once('error', reject)
  })
}

function send(response: ServerResponse, { status, text, headers }: Said): void {
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    ...headers,
  })
  response.end(text)
}

const server = createServer((request, response) => {
  answer(request).then(
    (said) => send(response, said),
    (error: unknown) => send(response, json(500, { message: String(error) })),
  )
})
server.listen(Number(process.env.PORT), '127.0.0.1')
process.once('SIGTERM', () => {
  server.close(() => sql.end().then(() => process.exit(0)))
  server.closeAllConnections()
})
