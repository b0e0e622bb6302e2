import type { RequestListener, ServerResponse } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { AppError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { log } from '#lib/core/logging/log.ts'
import type { Route } from '#lib/web/http/define-route.ts'
import { errorAnswer } from '#lib/web/http/error-response.ts'
import type { HttpResult } from '#lib/web/http/http-result.ts'
import type { Handler } from '#lib/web/http/methods.ts'
import { nodeRequest } from './node-asked.ts'
import type { FoundRoute } from './route-tree.ts'
import { addressOf, stampClientAddress } from './stamp-client-address.ts'
import { hasBody, watchBody } from './unfinished-bodies.ts'
import type { V3Router } from './v3-router.ts'

/** Segments that mean what they say: nothing encoded, nothing empty, neither `.` nor `..`. */
const PLAIN_PATH = /^(?:\/[\w~-][\w.~-]*)+$/

/**
 * The Web API's door. What most clients send goes straight from the socket to its route and back; the router, with the web's
 * own request and response objects, takes the rest: encoded paths, HEAD, OPTIONS, files, bodies of unknown length, whatever
 * no route has (docs/decisions/0007).
 */
export function createV3Door(router: V3Router): RequestListener {
  const wholeWay = getRequestListener(router.fetch, { overrideGlobalObjects: false })
  return (request, response) => {
    const target = request.url ?? '/'
    const query = target.indexOf('?')
    const path = query === -1 ? target : target.slice(0, query)
    const found = PLAIN_PATH.test(path) ? router.tree.find(path) : undefined
    const route = found && shortcut(found, request.method)
    const asked = route && nodeRequest(request)
    if (!route || !asked) {
      if (!isReadable(request.headers.host)) return say(response, noHost())
      stampClientAddress(request)
      if (hasBody(request)) watchBody(request, addressOf(request))
      void wholeWay(request, response)
      return
    }
    route
      .answer(asked, found.params)
      .then((answer) => say(response, answer))
      .catch((error: unknown) => {
        log().error({ err: error }, 'an answer could not be sent')
        response.destroy()
      })
  }
}

/** Some hosts look like one, and still no URL holds them (`1.2.3.999`, port 99999): routes could not even read their query. */
function isReadable(host: string | undefined): boolean {
  return host === undefined || URL.canParse(`http://${host}`)
}

function noHost(): HttpResult {
  return errorAnswer(new AppError('INVALID_INPUT', 'The Host header names no host.'), newId())
}

/** The route that can answer without the web's objects; a file would have to be sent piece by piece. */
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

function say(response: ServerResponse, { status, headers, body }: HttpResult): void {
  if (typeof body !== 'string') {
    response.writeHead(status, headers)
    response.end()
    return
  }
  headers['content-length'] = String(Buffer.byteLength(body))
  response.writeHead(status, headers)
  response.end(body)
}
