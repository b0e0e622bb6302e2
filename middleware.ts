import { type NextRequest, NextResponse } from 'next/server'
import { contentSecurityPolicy, securityHeaders } from '#lib/web/headers.ts'
import { sessionCookie } from '#lib/web/sessions/cookie-names.ts'
import { readCookie } from '#lib/web/sessions/read-cookie.ts'
import { withReturnTo } from '#lib/web/sessions/return-to.ts'

/**
 * Security headers for every page, and an early redirect for somebody who carries no cookie at all. Never the guard: each
 * page and action asks the database.
 */
export function middleware(request: NextRequest): NextResponse {
  const path = request.nextUrl.pathname
  const nonce = btoa(String.fromCharCode(...crypto.getRandomValues(new Uint8Array(16))))
  const policy = contentSecurityPolicy(nonce)
  const signIn = request.method === 'GET' ? signInFor(request, path) : undefined
  const forwarded = new Headers(request.headers)
  // Next takes the nonce for its own scripts from the policy of the request.
  forwarded.set('content-security-policy', policy)
  forwarded.set('x-nonce', nonce)
  const response = signIn
    ? NextResponse.redirect(new URL(signIn, request.nextUrl.origin), 307)
    : NextResponse.next({ request: { headers: forwarded } })
  response.headers.set('content-security-policy', policy)
  for (const [name, value] of Object.entries(securityHeaders(path))) response.headers.set(name, value)
  return response
}

function signInFor(request: NextRequest, path: string): string | undefined {
  const carries = (name: string) => readCookie(request.headers.get('cookie') ?? '', name) !== undefined
  if (/^\/me(\/|$)/.test(path) && !carries(sessionCookie().name)) {
    return withReturnTo('/login', path + request.nextUrl.search)
  }
  const inDashboard = /^\/dashboard(\/|$)/.test(path) && !/^\/dashboard\/(login|setup)(\/|$)/.test(path)
  const hasOperatorCookie = carries('latchkey.operator') || carries('__Host-latchkey.operator')
  return inDashboard && !hasOperatorCookie ? '/dashboard/login' : undefined
}

export const config = {
  // Bodies of matched requests are cut at 10 MB: webhooks and the Web API stay outside.
  matcher: [
    '/((?!v3(?:/|$)|api/webhooks|_next/static|_next/image|test-checkout|\\.well-known|favicon\\.ico|openapi\\.json|dashboard/mailbox/[^/]+/content).*)',
  ],
}
