import { randomBytes, timingSafeEqual } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import { env } from '#lib/core/env.ts'
import { isLoopback } from '#lib/core/ip-address.ts'
import { refuse } from './refuse.ts'

/** Where a developer's program finds the secret, below `DATA_DIR`. */
export const SECRET_FILE = 'test-tools-secret'
/** The header that it is sent in. */
export const SECRET_HEADER = 'x-latchkey-test-secret'

/**
 * The secret that the tools of test mode ask for (clock, faults, the payment emulator's API), made on first use. Undefined if
 * there are no such tools: outside test mode, and if other machines reach the server without `TEST_TOOLS=on`.
 */
export function testToolsSecret(): string | undefined {
  const { BILLING_MODE, HOST, TEST_TOOLS, DATA_DIR } = env()
  if (BILLING_MODE !== 'test') return undefined
  if (!isLoopback(HOST) && TEST_TOOLS !== 'on') return undefined
  const file = join(DATA_DIR, SECRET_FILE)
  if (!existsSync(file)) {
    mkdirSync(DATA_DIR, { recursive: true, mode: 0o700 })
    writeFileSync(file, `${randomBytes(32).toString('base64url')}\n`, { mode: 0o600, flag: 'wx' })
  }
  return readFileSync(file, 'utf8').trim()
}

/**
 * Guards a tool of test mode: a socket of this machine, no foreign origin, the secret, and JSON, which a web page cannot send
 * without a preflight. The body is read afterwards only.
 */
export function guardTool(secret: string, tool: RequestListener): RequestListener {
  return (request, response) => {
    const { origin, 'sec-fetch-site': site, 'content-type': type, [SECRET_HEADER]: given } = request.headers
    if (!isLoopback(request.socket.remoteAddress))
      return refuse(response, 'NOT_FOUND', 'There is nothing here.')
    const isForeign = origin !== undefined && origin !== new URL(env().PUBLIC_URL).origin
    if (isForeign || (site !== undefined && site !== 'same-origin' && site !== 'none')) {
      return refuse(response, 'CROSS_ORIGIN_REFUSED', 'Tools of test mode answer no other origin.')
    }
    if (typeof given !== 'string' || !isSame(given, secret)) {
      const message = `The header ${SECRET_HEADER} must hold the secret that lies in DATA_DIR/${SECRET_FILE}.`
      return refuse(response, 'AUTHENTICATION_REQUIRED', message)
    }
    const isRead = request.method === 'GET' || request.method === 'HEAD'
    if (!isRead && !/^application\/json(;|$)/i.test(type ?? '')) {
      return refuse(response, 'UNSUPPORTED_MEDIA_TYPE', 'The body must be application/json.')
    }
    return tool(request, response)
  }
}

function isSame(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)]
  return left.length === right.length && timingSafeEqual(left, right)
}
