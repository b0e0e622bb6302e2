import { IncomingMessage, type RequestListener } from 'node:http'
import { BODY_LIMIT } from '#lib/web/http/read-body.ts'
import { refuse } from './refuse.ts'
import { addressOf } from './stamp-client-address.ts'
import { endLate, hasBody, unfinishedBodies } from './unfinished-bodies.ts'

/** How much is read of a refused body, so that its sender receives the answer. */
const DISCARD_BYTES = 4 * 1024 * 1024
const DISCARD_MS = 5000

/** A door that gets requests only with their whole body, and none that is larger than the limit. */
export function withWholeBody(door: RequestListener, limit = BODY_LIMIT): RequestListener {
  return (request, response) => {
    if (!hasBody(request)) return door(request, response)
    void wholeRequest(request, limit).then((whole) => {
      if (whole === 'too-large') refuse(response, 'BODY_TOO_LARGE', `The body is larger than ${limit} bytes.`)
      else if (whole) door(whole, response)
    })
  }
}

/**
 * Waits for a request's whole body, never more of it than the limit, and returns the same request with its body, so that later
 * code never waits for a slow sender. Undefined if the connection is gone, `too-large` if the body is over the limit; the rest
 * is then discarded.
 */
function wholeRequest(
  request: IncomingMessage,
  limit: number,
): Promise<IncomingMessage | 'too-large' | undefined> {
  return new Promise((resolve) => {
    if (Number(request.headers['content-length'] ?? 0) > limit) {
      discard(request)
      return resolve('too-large')
    }
    const chunks: Buffer[] = []
    let size = 0
    const underway = unfinishedBodies.enter(addressOf(request), () => endLate(request))
    const settle = (outcome: IncomingMessage | 'too-large' | undefined): void => {
      underway.settle()
      request.off('data', take)
      request.off('end', finish)
      request.off('close', finish)
      resolve(outcome)
    }
    const take = (chunk: Buffer): void => {
      size += chunk.length
      if (size > limit) {
        settle('too-large')
        discard(request)
        return
      }
      chunks.push(chunk)
      underway.hold(chunk.length)
    }
    const finish = (): void => settle(request.complete ? withBody(request, Buffer.concat(chunks)) : undefined)
    request.on('data', take)
    request.once('end', finish)
    request.once('close', finish)
    // A broken connection emits `close` only.
    request.on('error', () => undefined)
  })
}

/** A copy of the request with its complete body. */
function withBody(request: IncomingMessage, body: Buffer): IncomingMessage {
  const whole = new IncomingMessage(request.socket)
  const { httpVersion, httpVersionMajor, httpVersionMinor, method, url, rawHeaders, headers } = request
  Object.assign(whole, { httpVersion, httpVersionMajor, httpVersionMinor, method, url, rawHeaders, headers })
  whole.complete = true
  whole.push(body)
  whole.push(null)
  return whole
}

function discard(request: IncomingMessage): void {
  let size = 0
  const timer = setTimeout(() => request.socket.destroy(), DISCARD_MS)
  request.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > DISCARD_BYTES) request.socket.destroy()
  })
  request.once('close', () => clearTimeout(timer))
  request.once('end', () => clearTimeout(timer))
}
