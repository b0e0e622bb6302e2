import { createHash } from 'node:crypto'
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { NextApiRequest, NextApiResponse } from 'next'
import nextAuthModule, { type AuthOptions, type Session } from 'next-auth'
import { decode, encode } from 'next-auth/jwt'
import { findAccessToken } from '#lib/access/tokens/find-access-token.ts'
import { redeemSignInTicket } from '#lib/access/tokens/redeem-sign-in-ticket.ts'
import { signOutCustomer } from '#lib/access/tokens/sign-out-customer.ts'
import { authorize } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { newToken } from '#lib/core/crypto/token.ts'
import { edgeEnv } from '#lib/core/env-edge.ts'
import { log } from '#lib/core/logging/log.ts'
import { ownPath } from '#lib/core/web-address.ts'
import { sessionCookie } from './cookie-names.ts'
import { readCookie } from './read-cookie.ts'

// Bundlers and Node disagree about the default export of a CommonJS module.
const NextAuth =
  typeof nextAuthModule === 'function'
    ? nextAuthModule
    : (nextAuthModule as { default: typeof nextAuthModule }).default

/** The library's other cookies. None may start with the session cookie's name: it would be read as a part of it. */
export const CSRF_COOKIE = 'latchkey.auth-csrf'
export const CALLBACK_COOKIE = 'latchkey.auth-callback'
/** Binds a ticket to the flow that earned it. */
const FLOW_COOKIE = 'latchkey.auth-flow'

/** Content of the cookie: user, access token and expiry (seconds). The token's row decides everything else. */
interface Carried extends Record<string, unknown> {
  sub: string
  accessToken: string
  exp: number
}

/** The configuration of next-auth. It carries the token of an access-token row, and its one provider redeems our own ticket. */
function authOptions(ctx: Ctx): AuthOptions {
  const { name, attributes } = sessionCookie()
  const shared = { httpOnly: true, sameSite: 'lax' as const, path: '/', secure: attributes.secure }
  return {
    secret: edgeEnv.nextAuthSecret(),
    useSecureCookies: attributes.secure,
    session: { strategy: 'jwt' },
    pages: { signIn: '/login', signOut: '/', error: '/login' },
    cookies: {
      sessionToken: { name, options: attributes },
      csrfToken: { name: CSRF_COOKIE, options: shared },
      callbackUrl: { name: CALLBACK_COOKIE, options: shared },
    },
    jwt: {
      // The library would extend the expiry with every read. Ours is always the row's.
      encode: async ({ token, secret }) => {
        const { sub, accessToken, exp } = carriedOf(token ?? {})
        return encode({ token: { sub, accessToken }, secret, maxAge: exp - Math.floor(Date.now() / 1000) })
      },
    },
    providers: [
      {
        id: 'credentials',
        name: 'Latchkey',
        type: 'credentials',
        credentials: { ticket: {} },
        authorize: async (credentials, request) => {
          const flow = readCookie(String(request.headers?.cookie ?? ''), FLOW_COOKIE)
          if (!credentials?.ticket || !flow) return null
          const redeemed = await redeemSignInTicket(authorize(ctx, 'public'), {
            ticket: credentials.ticket,
            flow,
          })
          if (!redeemed) return null
          const exp = Math.floor(redeemed.expiresAt.getTime() / 1000)
          return { id: redeemed.userId, accessToken: redeemed.token, exp }
        },
      },
    ],
    callbacks: {
      // A browser's post arrives here as an update. Only a fresh sign-in may set the content.
      jwt: async ({ token, user, trigger }) =>
        trigger === 'signIn' ? { ...carriedOf({ ...user, sub: user.id }) } : { ...carriedOf(token) },
      session: async ({ token }) => toSession(ctx, carriedOf(token)),
      redirect: async ({ url, baseUrl }) => ownAddress(url, baseUrl),
    },
    events: {
      signOut: async ({ token }) => endSession(ctx, carriedOf(token)),
    },
    logger: {
      error: (code) => log().info({ code }, 'next-auth refused a request'),
      warn: () => undefined,
      debug: () => undefined,
    },
  }
}

function carriedOf(token: Record<string, unknown>): Carried {
  const { sub, accessToken, exp } = token
  if (typeof sub !== 'string' || typeof accessToken !== 'string' || typeof exp !== 'number') {
    throw new Error('not a session of ours')
  }
  return { sub, accessToken, exp }
}

/** The answer of `GET /api/auth/session`: user and expiry, never the token. It throws if the row is dead. */
async function toSession(ctx: Ctx, carried: Carried): Promise<Session> {
  const live = await findAccessToken(carried.accessToken, ctx.clock)
  if (!live || live.accountId !== ctx.accountId) throw new Error('the session has ended')
  return { user: { id: live.userId }, expires: live.expiresAt.toISOString() } as Session
}

async function endSession(ctx: Ctx, carried: Carried): Promise<void> {
  const live = await findAccessToken(carried.accessToken, ctx.clock)
  if (!live || live.accountId !== ctx.accountId) return
  const { userId, id: tokenId, createdAt: authenticatedAt } = live
  await signOutCustomer(
    authorize({ ...ctx, actor: { kind: 'customer', userId, tokenId, authenticatedAt } }, 'me:write'),
  )
}

/** Total: our own origin or a path of ours, else the front page. */
function ownAddress(url: string, baseUrl: string): string {
  const { origin } = new URL(baseUrl)
  return `${origin}${ownPath(url, origin) ?? '/'}`
}

export interface AuthCall {
  method: 'GET' | 'POST'
  action: string
  providerId?: string
  query?: Record<string, string>
  body?: Record<string, string>
  cookies?: Record<string, string>
}

export interface AuthAnswer {
  status: number
  headers: Headers
  body: string
}

/** Runs next-auth on a request of our own making, so that it sees no header, cookie or body that we have not chosen. */
export async function callNextAuth(ctx: Ctx, call: AuthCall): Promise<AuthAnswer> {
  const nextauth = [call.action, ...(call.providerId ? [call.providerId] : [])]
  const cookieHeader = Object.entries(call.cookies ?? {})
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('; ')
  const request: NextApiRequest = Object.assign(new IncomingMessage(new Socket()), {
    method: call.method,
    headers: { cookie: cookieHeader, host: new URL(edgeEnv.publicUrl()).host },
    query: { ...call.query, nextauth },
    cookies: call.cookies ?? {},
    body: call.body ?? {},
    env: {},
  })
  let body = ''
  const send = (content: unknown) => {
    body = typeof content === 'string' ? content : JSON.stringify(content ?? null)
  }
  const answer = new ServerResponse(request)
  const unused = (): NextApiResponse => response
  const response: NextApiResponse = Object.assign(answer, {
    status: (code: number): NextApiResponse => {
      answer.statusCode = code
      return response
    },
    send,
    json: send,
    redirect: unused,
    setDraftMode: unused,
    setPreviewData: unused,
    clearPreviewData: unused,
    revalidate: async () => undefined,
  })
  await NextAuth(request, response, authOptions(ctx))
  const headers = new Headers()
  for (const [name, value] of Object.entries(answer.getHeaders())) {
    for (const part of [value].flat()) headers.append(name, String(part))
  }
  return { status: answer.statusCode, headers, body }
}

export interface SessionCarrier {
  value: string
  expires: Date
}

/** Redeems a ticket through next-auth and returns what the session cookie shall hold; undefined if the ticket is no good. */
export async function carrySession(
  ctx: Ctx,
  earned: { ticket: string; flow: string },
): Promise<SessionCarrier | undefined> {
  const csrfToken = newToken()
  const proof = createHash('sha256').update(`${csrfToken}${edgeEnv.nextAuthSecret()}`).digest('hex')
  const answer = await callNextAuth(ctx, {
    method: 'POST',
    action: 'callback',
    providerId: 'credentials',
    body: { ticket: earned.ticket, csrfToken, callbackUrl: '/' },
    cookies: { [CSRF_COOKIE]: `${csrfToken}|${proof}`, [FLOW_COOKIE]: earned.flow },
  })
  const { name } = sessionCookie()
  const set = answer.headers.getSetCookie().find((line) => line.startsWith(`${name}=`))
  const value = set && readCookie(set, name)
  if (!value) return undefined
  const carried = await decode({ token: value, secret: edgeEnv.nextAuthSecret() })
  return { value, expires: new Date(carriedOf(carried ?? {}).exp * 1000) }
}
