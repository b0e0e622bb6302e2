import type { RequestListener } from 'node:http'
import { getRequestListener } from '@hono/node-server'
import { env } from '#lib/core/env.ts'
import { AppError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { errorAnswer } from '#lib/web/http/error-response.ts'
import { withFastPath } from './fast-path/fast-path.ts'
import { sendResult } from './send-result.ts'
import { addressOf, stampClientAddress } from './stamp-client-address.ts'
import { hasBody, watchBody } from './unfinished-bodies.ts'
import type { V3Router } from './v3-router.ts'

/** The Web API's door: the router behind the web's request and response objects, and before it the fast path if it is on. */
export function createV3Door(router: V3Router): RequestListener {
  const listener = getRequestListener(router.fetch, { overrideGlobalObjects: false })
  const door: RequestListener = (request, response) => {
    if (!isReadable(request.headers.host)) {
      const error = new AppError('INVALID_INPUT', 'The Host header names no host.')
      return sendResult(response, errorAnswer(error, newId()))
    }
    stampClientAddress(request)
    if (hasBody(request)) watchBody(request, addressOf(request))
    void listener(request, response)
  }
  return env().FAST_PATH === 'on' ? withFastPath(router.routes, door) : door
}

/** Some hosts look valid but fit into no URL (`1.2.3.999`, port 99999). Routes could not read their query. */
function isReadable(host: string | undefined): boolean {
  return host === undefined || URL.canParse(`http://${host}`)
}
