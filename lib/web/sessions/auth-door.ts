import type { Ctx } from '#lib/core/context.ts'
import { edgeEnv } from '#lib/core/env-edge.ts'
import { AppError } from '#lib/core/errors.ts'
import { readWebAddress } from '#lib/core/web-address.ts'
import { CLEAR_SITE_DATA } from '../headers.ts'
import { errorResponse } from '../http/error-response.ts'
import { readBody } from '../http/read-body.ts'
import { sessionCookie } from './cookie-names.ts'
import { CALLBACK_COOKIE, CSRF_COOKIE, callNextAuth } from './next-auth.ts'
import { readCookie } from './read-cookie.ts'

const BODY_LIMIT = 8 * 1024
const TEXT_LIMIT = 2048

/**
 * The next-auth actions that a browser may call. Only our own sign-in redeems tickets; sessions are never updated from outside;
 * the library's log endpoint is closed.
 */
const ACTIONS: ReadonlyMap<string, readonly ('GET' | 'POST')[]> = new Map(
  Object.entries<readonly ('GET' | 'POST')[]>({
    csrf: ['GET'],
    error: ['GET'],
    providers: ['GET'],
    session: ['GET'],
    signin: ['GET'],
    signout: ['POST'],
  }),
)

/** Answers `/api/auth/**`. Checks what the library does not check, then lets it answer. */
export async function answerAuth(ctx: Ctx, request: Request, segments: readonly string[]): Promise<Response> {
  try {
    return await admitted(ctx, request, segments)
  } catch (error) {
    return errorResponse(error, ctx.requestId)
  }
}

async function admitted(ctx: Ctx, request: Request, segments: readonly string[]): Promise<Response> {
  const [action = ''] = segments
  const allowed = segments.length === 1 ? ACTIONS.get(action) : undefined
  if (!allowed) throw new AppError('NOT_FOUND', 'There is nothing at this address.')
  const method = allowed.find((candidate) => candidate === request.method)
  if (!method) throw new AppError('METHOD_NOT_ALLOWED', `Allowed here: ${allowed.join(', ')}.`)
  if (method === 'POST') requireOwnOrigin(request)

  const query = texts([...new URL(request.url).searchParams])
  const body = method === 'POST' ? await readFields(request) : {}
  const answer = await callNextAuth(ctx, { method, action, query, body, cookies: ownCookies(request) })
  return outgoing(action, answer)
}

function outgoing(action: string, answer: { status: number; headers: Headers; body: string }): Response {
  const headers = new Headers({ 'cache-control': 'no-store' })
  for (const name of ['content-type', 'location']) {
    const value = answer.headers.get(name)
    if (value !== null) headers.set(name, value)
  }
  const ours = `${sessionCookie().name}=`
  for (const line of answer.headers.getSetCookie()) {
    // Reading a session never renews it. Only a dead session's cookie is removed.
    if (action === 'session' && line.startsWith(ours) && !/^[^=]+=;/.test(line)) continue
    headers.append('set-cookie', line)
  }
  if (action === 'signout') headers.set('clear-site-data', CLEAR_SITE_DATA)
  return new Response(answer.body || null, { status: answer.status, headers })
}

function requireOwnOrigin(request: Request): void {
  const site = request.headers.get('sec-fetch-site')
  const own = new URL(edgeEnv.publicUrl()).origin
  if (request.headers.get('origin') !== own || (site !== null && site !== 'same-origin')) {
    throw new AppError('CROSS_ORIGIN_REFUSED', `This can only be sent from ${own}.`)
  }
}

/** The fields of a form or JSON body: texts only. */
async function readFields(request: Request): Promise<Record<string, string>> {
  const raw = await readBody(request, BODY_LIMIT)
  if (!request.headers.get('content-type')?.startsWith('application/json')) {
    return texts([...new URLSearchParams(raw)])
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(raw)
  } catch (cause) {
    throw new AppError('INVALID_JSON', 'The body is not valid JSON.', { cause })
  }
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) {
    throw new AppError('INVALID_JSON', 'The body is not a JSON object.')
  }
  return texts(Object.entries(parsed))
}

function texts(entries: readonly (readonly [string, unknown])[]): Record<string, string> {
  const fields: Record<string, string> = {}
  for (const [name, value] of entries) {
    if (typeof value !== 'string' || value.length > TEXT_LIMIT || !/^[\w.-]{1,64}$/.test(name)) {
      throw new AppError('INVALID_INPUT', `${name.slice(0, 64)}: a short text is expected`, {
        fields: { [name.slice(0, 64)]: 'a short text is expected' },
      })
    }
    if (name === 'callbackUrl' && !isAddress(value)) {
      throw new AppError('INVALID_INPUT', 'callbackUrl: this is not an address', {
        fields: { callbackUrl: 'this is not an address' },
      })
    }
    Object.defineProperty(fields, name, { value, enumerable: true, writable: true, configurable: true })
  }
  return fields
}

function isAddress(text: string): boolean {
  return readWebAddress(text) !== undefined || (text.startsWith('/') && URL.canParse(text, 'http://x'))
}

/** Only the cookies that the library owns, each of exactly its name. */
function ownCookies(request: Request): Record<string, string> {
  const line = request.headers.get('cookie') ?? ''
  const cookies: Record<string, string> = {}
  for (const name of [sessionCookie().name, CSRF_COOKIE, CALLBACK_COOKIE]) {
    const value = readCookie(line, name)
    if (value && value.length <= 4096 && (name !== CALLBACK_COOKIE || isAddress(value))) cookies[name] = value
  }
  return cookies
}
