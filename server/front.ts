import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { isPagePath } from '#emulator/pages/router.ts'
import { env } from '#lib/core/env.ts'
import { isLoopback } from '#lib/core/ip-address.ts'
import { ownPath } from '#lib/core/web-address.ts'
import { LARGEST_BODY } from '#lib/web/http/read-body.ts'
import { refuse } from './refuse.ts'
import { stampClientAddress } from './stamp-client-address.ts'
import { guardTool } from './test-tools.ts'
import { withWholeBody } from './whole-request.ts'

export interface Doors {
  /** It settles the caller's address itself, because it serves most requests and usually needs the socket's address alone. */
  v3: RequestListener
  next: RequestListener
  /** The Stripe emulator, when it runs. Its pages are public; the rest of it is a tool of test mode. */
  checkout: RequestListener | undefined
  testClock: RequestListener | undefined
  /** The secret of the tools of test mode; without it there are no tools. */
  toolSecret?: string | undefined
  metrics: RequestListener
}

/** Settles each request's client address and hands it to its door. */
export function createFront(doors: Doors): RequestListener {
  const canonical = new URL(env().PUBLIC_URL)
  const next = withWholeBody(doors.next)
  const webhooks = withWholeBody(doors.next, LARGEST_BODY)
  const metrics = withWholeBody(doors.metrics)
  const checkoutPages = doors.checkout && withWholeBody(doors.checkout)
  const tool = (door: RequestListener | undefined) =>
    door && doors.toolSecret !== undefined ? guardTool(doors.toolSecret, withWholeBody(door)) : nothing
  const [checkoutTools, testClock] = [tool(doors.checkout), tool(doors.testClock)]
  return (request, response) => {
    if (!hasPath(request)) return refuse(response, 'INVALID_INPUT', 'The request names no path.')
    const path = (request.url ?? '/').split('?', 1)[0] ?? '/'
    if (isUnder(path, '/v3')) return doors.v3(request, response)
    stampClientAddress(request)
    if (isUnder(path, '/test-checkout') && checkoutPages) {
      request.url = (request.url ?? '').slice('/test-checkout'.length) || '/'
      return (isPage(request.url) ? checkoutPages : checkoutTools)(request, response)
    }
    if (path === '/_test/clock') return testClock(request, response)
    if (path === '/metrics') return metrics(request, response)
    if (!METHODS.has(request.method ?? '')) return refuse(response, 'METHOD_NOT_ALLOWED', 'Unknown method.')
    if (!isDecodable(path)) return refuse(response, 'NOT_FOUND', 'There is nothing at this address.')
    if (env().embedded && isOtherLoopbackName(request, canonical))
      return redirect(request, response, canonical)
    return (path === STRIPE_WEBHOOKS ? webhooks : next)(request, response)
  }
}

/** The provider's events may hold invoices of many lines. */
const STRIPE_WEBHOOKS = '/api/webhooks/stripe'

/** Normalized as the Stripe emulator reads it: `/c/../_emu/faults` is no page. */
function isPage(url: string): boolean {
  return URL.canParse(url, 'http://x') && isPagePath(new URL(url, 'http://x').pathname)
}

const nothing: RequestListener = (_request, response) =>
  refuse(response, 'NOT_FOUND', 'There is nothing at this address.')

/** Request targets that pages and their routes can handle. Others would make them fail. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

/** Proxies may send a whole URL. Only its path counts, not its host. */
function hasPath(request: IncomingMessage): boolean {
  const asked = request.url ?? ''
  if (asked.startsWith('/')) return true
  if (!/^https?:\/\//i.test(asked) || !URL.canParse(asked)) return false
  const { pathname, search } = new URL(asked)
  request.url = pathname + search
  return true
}

function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path)
    return true
  } catch {
    return false
  }
}

function isUnder(path: string, prefix: string): boolean {
  return path === prefix || path.startsWith(`${prefix}/`)
}

/** Cookies belong to one host name. Somebody who opens `localhost` instead of `127.0.0.1` would seem signed out. */
function isOtherLoopbackName(request: IncomingMessage, canonical: URL): boolean {
  const host = request.headers.host ?? ''
  return (
    (request.method === 'GET' || request.method === 'HEAD') &&
    host !== canonical.host &&
    isLoopback(canonical.hostname) &&
    URL.canParse(`http://${host}`) &&
    isLoopback(new URL(`http://${host}`).hostname) &&
    !(request.url ?? '').startsWith('/api/')
  )
}

function redirect(request: IncomingMessage, response: ServerResponse, canonical: URL): void {
  const path = ownPath(request.url, canonical.origin) ?? '/'
  response.writeHead(307, { location: canonical.origin + path, 'cache-control': 'no-store' }).end()
}
