import type { RequestListener } from 'node:http'
import { log } from '#lib/core/logging/log.ts'
import type { Route } from '#lib/web/http/define-route.ts'
import type { Handler } from '#lib/web/http/methods.ts'
import { sendResult } from '../send-result.ts'
import type { MountedRoute } from '../v3-router.ts'
import { nodeRequest } from './node-request.ts'
import { type FoundRoute, RouteTree } from './route-tree.ts'

// The Web API without the web's request and response objects. It buys, measured (docs/performance.md): `GET /v3/status` costs
// 73 instead of 141 µs of processor, a validation 461 instead of 698.
// `FAST_PATH=off` serves the same routes without it, with equal answers (tests/integration/v3-door.test.ts).
// To remove it, let server/v3-door.ts return its door as it is, and delete this folder and the setting.

/** Plain segments: nothing encoded, nothing empty, neither `.` nor `..`. */
const PLAIN_PATH = /^(?:\/[\w~-][\w.~-]*)+$/

/**
 * A door that serves usual requests straight from the socket. It hands all others to the ordinary door: encoded paths, HEAD,
 * OPTIONS, files, bodies of unknown length, unknown paths (docs/decisions/0007).
 */
export function withFastPath(routes: readonly MountedRoute[], ordinary: RequestListener): RequestListener {
  const tree = new RouteTree()
  for (const { segments, methods } of routes) tree.add(segments, methods)
  return (request, response) => {
    const target = request.url ?? '/'
    const query = target.indexOf('?')
    const path = query === -1 ? target : target.slice(0, query)
    const found = PLAIN_PATH.test(path) ? tree.find(path) : undefined
    const route = found && shortcut(found, request.method)
    const asked = route && nodeRequest(request)
    if (!route || !asked) return ordinary(request, response)
    route
      .answer(asked, found.params)
      .then((answer) => sendResult(response, answer))
      .catch((error: unknown) => {
        log().error({ err: error }, 'an answer could not be sent')
        response.destroy()
      })
  }
}

/** The route, if it can answer without web-standard objects. Files cannot, because they are streamed. */
function shortcut({ methods }: FoundRoute, method: string | undefined): Route | undefined {
  const handler = handlerOf(methods, method)
  return handler && isRoute(handler) && !handler.contract.csv ? handler : undefined
}

function handlerOf(methods: FoundRoute['methods'], method: string | undefined): Handler | undefined {
  switch (method) {
    case 'GET':
    case 'POST':
    case 'PUT':
    case 'PATCH':
    case 'DELETE':
      return methods[method]
    default:
      return undefined
  }
}

function isRoute(handler: Handler | Route): handler is Route {
  return 'answer' in handler
}
