import { edgeEnv } from '#lib/core/env-edge.ts'
import { AppError } from '#lib/core/errors.ts'
import { readBody } from '../http/read-body.ts'
import { STATUS } from '../http/status.ts'
import { sessionCookie } from '../sessions/cookie-names.ts'
import { readCookie } from '../sessions/read-cookie.ts'
import { openSessionCookie } from '../sessions/session-token.ts'

const CLIENT_IP_HEADER = 'x-latchkey-client-ip'
const FORWARDED_CLIENT_HEADER = 'x-latchkey-forwarded-client'
/** What comes back to the browser besides status and body. */
const PASSED_ON = [
  'content-type',
  'link',
  'pagination-count',
  'pagination-page',
  'pagination-limit',
  'idempotent-replayed',
  'latchkey-ignored',
  'retry-after',
  'x-request-id',
]

/**
 * Forwards a browser's request to the Web API with the token that the session cookie carries. It has no rules of its own: the
 * API decides what the customer may do. Runs on the edge and on Node (CX-04).
 */
export async function forward(request: Request, path: string): Promise<Response> {
  if (isWrite(request.method) && !isSameOrigin(request)) {
    return envelope(403, 'CROSS_ORIGIN_REFUSED', `This can only be sent from ${edgeEnv.publicUrl()}.`)
  }
  const token = await openSessionCookie(readCookie(request.headers.get('cookie') ?? '', sessionCookie().name))
  if (!token) return envelope(401, 'AUTHENTICATION_REQUIRED', 'Please sign in.')

  const headers = new Headers({ authorization: `Bearer ${token}` })
  for (const name of ['content-type', 'idempotency-key', 'prefer']) {
    const value = request.headers.get(name)
    if (value) headers.set(name, value)
  }
  const ip = request.headers.get(CLIENT_IP_HEADER)
  if (ip) headers.set(FORWARDED_CLIENT_HEADER, `${ip} ${await mac(ip)}`)
  const body = isWrite(request.method) ? await readBody(request).catch(refusal) : null
  if (body instanceof Response) return body
  const target = new URL(`/v3${path}${new URL(request.url).search}`, edgeEnv.apiOrigin())
  // An id of `..` would have walked to another address of the API.
  if (target.pathname !== `/v3${path}`) return envelope(404, 'NOT_FOUND', 'There is nothing at this address.')
  const answer = await fetch(target, { method: request.method, headers, body, redirect: 'manual' }).catch(
    () =>
      envelope(
        503,
        'SERVICE_UNAVAILABLE',
        'The service is not available right now. Please try again shortly.',
      ),
  )
  return new Response(answer.body, { status: answer.status, headers: passedOn(answer.headers) })
}

/** A body that is too large, broken or no text. */
function refusal(error: unknown): Response {
  if (!(error instanceof AppError)) throw error
  return envelope(STATUS[error.code], error.code, error.message)
}

function isWrite(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD'
}

function isSameOrigin(request: Request): boolean {
  const site = request.headers.get('sec-fetch-site')
  const own = new URL(edgeEnv.publicUrl()).origin
  return request.headers.get('origin') === own && (site === null || site === 'same-origin')
}

function passedOn(from: Headers): Headers {
  const headers = new Headers({ 'cache-control': 'private, no-store' })
  for (const name of PASSED_ON) {
    const value = from.get(name)
    if (value !== null) headers.set(name, value)
  }
  return headers
}

async function mac(text: string): Promise<string> {
  const bytes = new TextEncoder()
  const hash = { name: 'HMAC', hash: 'SHA-256' }
  const key = await crypto.subtle.importKey('raw', bytes.encode(edgeEnv.forwardKey()), hash, false, ['sign'])
  const signature = new Uint8Array(await crypto.subtle.sign('HMAC', key, bytes.encode(text)))
  return Array.from(signature, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function envelope(status: number, code: string, message: string): Response {
  return Response.json({ message, code }, { status, headers: { 'cache-control': 'private, no-store' } })
}
