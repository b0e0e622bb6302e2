import { countRequest } from '#lib/access/throttle/rate-limit.ts'
import { AppError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { clientAddress } from '#lib/core/input/client-address.ts'
import { preflightHeaders } from './cors.ts'
import type { Route, RouteContext } from './define-route.ts'
import { errorResponse } from './error-response.ts'

export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS'
export type Handler = ((request: Request, context: RouteContext) => Promise<Response>) & {
  contract?: Route['contract']
}
export type Methods = Record<Method, Handler>

/**
 * All methods of one path, so that every server answers the ones it has not alike: 405 with `Allow` and the envelope, HEAD
 * as GET without a body, OPTIONS with `Allow`.
 */
export function methods(
  routes: Partial<Record<'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', Route>>,
): Methods {
  const allow = [...Object.keys(routes), ...(routes.GET ? ['HEAD'] : []), 'OPTIONS'].join(', ')
  const refuse: Handler = async (request) => {
    const error = new AppError(
      'METHOD_NOT_ALLOWED',
      `${request.method} is not allowed here. Allowed: ${allow}.`,
    )
    const response = errorResponse(error, newId())
    response.headers.set('allow', allow)
    return response
  }
  const contracts = Object.fromEntries(
    Object.entries(routes).map(([method, route]) => [method, route.contract] as const),
  )
  const options: Handler = async (request) => {
    const preflight = request.headers.has('origin')
    const counted = preflight ? await countRequest({ kind: 'visitor' }, clientAddress(request)) : undefined
    if (counted?.refusal) return errorResponse(counted.refusal, newId())
    const headers = preflight ? await preflightHeaders(request, contracts).catch(() => ({})) : {}
    return new Response(null, { status: 204, headers: { allow, ...headers } })
  }
  const get = routes.GET
  const head: Handler | undefined =
    get && (async (request, context) => withoutBody(await get(request, context)))
  return {
    GET: get ?? refuse,
    HEAD: head ?? refuse,
    POST: routes.POST ?? refuse,
    PUT: routes.PUT ?? refuse,
    PATCH: routes.PATCH ?? refuse,
    DELETE: routes.DELETE ?? refuse,
    OPTIONS: options,
  }
}

function withoutBody(response: Response): Response {
  // A streamed file would wait for a reader that never comes.
  response.body?.cancel().catch(() => undefined)
  return new Response(null, { status: response.status, headers: response.headers })
}
