import type { IncomingMessage } from 'node:http'
import { CLIENT_IP_HEADER } from '#lib/core/input/client-address.ts'
import type { HttpRequest, HttpRequestHeaders } from '#lib/core/input/http-request.ts'
import { LARGEST_BODY } from '#lib/web/http/read-body.ts'
import { addressOf } from '../stamp-client-address.ts'
import { watchBody } from '../unfinished-bodies.ts'

/**
 * Hosts that can stand in a URL as they are: names whose last label is no number, and IPv4 addresses. Reading a URL fails on
 * some of what else looks like one (`1.2.3.999`, `xn--a`, port 99999).
 */
const PLAIN_HOST =
  /^(?!.*xn--)(?:(?:[a-z0-9_-]+\.)*[a-z_][a-z0-9_-]*|(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!:|$)|(?=:|$))){4})(?::(?:[0-5]?\d{1,4}|6[0-4]\d{3}))?$/i

/**
 * The request as routes see it, read straight from the socket's; undefined where it takes the web's own objects to tell what
 * is meant (an odd host, a body of unknown or forbidden length).
 */
export function nodeRequest(request: IncomingMessage): HttpRequest | undefined {
  const { host, 'content-length': length } = request.headers
  if (host === undefined || !isPlainHost(host)) return undefined
  if (request.headers['transfer-encoding'] !== undefined) return undefined
  if (length !== undefined && !(Number(length) <= LARGEST_BODY)) return undefined
  return new NodeRequest(request, host)
}

/**
 * A class for the sake of memory: a getter in an object literal gives every object a shape of its own, which is old from the
 * start, and holds on to the request until the whole heap is collected.
 */
class NodeRequest implements HttpRequest {
  readonly method: string
  readonly headers: HttpRequestHeaders
  readonly body = null
  private readonly request: IncomingMessage
  private readonly host: string

  constructor(request: IncomingMessage, host: string) {
    this.method = request.method ?? 'GET'
    this.headers = new NodeHeaders(request)
    this.request = request
    this.host = host
  }

  get url(): string {
    return `http://${this.host}${this.request.url}`
  }

  readWhole(): Promise<Uint8Array> {
    return readWhole(this.request)
  }
}

/** Most requests are for the host of the one before. */
let latestPlainHost: string | undefined

function isPlainHost(host: string): boolean {
  if (host === latestPlainHost) return true
  if (!PLAIN_HOST.test(host)) return false
  latestPlainHost = host
  return true
}

/** As the web joins them: what Node's own record drops of a repeated header must not pass unseen. */
class NodeHeaders implements HttpRequestHeaders {
  private readonly request: IncomingMessage

  constructor(request: IncomingMessage) {
    this.request = request
  }

  get(name: string): string | null {
    if (name === CLIENT_IP_HEADER) return addressOf(this.request)
    const raw = this.request.rawHeaders
    let value: string | null = null
    for (let at = 0; at < raw.length; at += 2) {
      const candidate = raw[at] ?? ''
      if (candidate.length === name.length && candidate.toLowerCase() === name) {
        const text = raw[at + 1] ?? ''
        value = value === null ? text : `${value}, ${text}`
      }
    }
    return value
  }

  has(name: string): boolean {
    return this.get(name) !== null
  }
}

function readWhole(request: IncomingMessage): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    // Whoever hung up before this was asked sends no event any more.
    if (request.destroyed) return reject(new Error('the connection was closed'))
    watchBody(request, addressOf(request))
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.once('error', reject)
    // It comes after every request: only before the end it is news, and an error costs a stack trace.
    request.once('close', () => {
      if (!request.readableEnded) reject(new Error('the connection was closed'))
    })
  })
}
