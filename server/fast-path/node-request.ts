import type { IncomingMessage } from 'node:http'
import { CLIENT_IP_HEADER } from '#lib/core/input/client-address.ts'
import type { HttpRequest, HttpRequestHeaders } from '#lib/core/input/http-request.ts'
import { LARGEST_BODY } from '#lib/web/http/read-body.ts'
import { addressOf } from '../stamp-client-address.ts'
import { watchBody } from '../unfinished-bodies.ts'

/**
 * Hosts that can stand in a URL as they are: names whose last label is no number, and IPv4 addresses. Parsing a URL fails for
 * some other texts that look like a host (`1.2.3.999`, `xn--a`, port 99999).
 */
const PLAIN_HOST =
  /^(?!.*xn--)(?:(?:[a-z0-9_-]+\.)*[a-z_][a-z0-9_-]*|(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!:|$)|(?=:|$))){4})(?::(?:[0-5]?\d{1,4}|6[0-4]\d{3}))?$/i

/**
 * The request in the form that routes read, made from Node's. Undefined if it needs web-standard objects (an odd host, a body
 * of unknown or forbidden length).
 */
export function nodeRequest(request: IncomingMessage): HttpRequest | undefined {
  const { host, 'content-length': length } = request.headers
  if (host === undefined || !isPlainHost(host)) return undefined
  if (request.headers['transfer-encoding'] !== undefined) return undefined
  if (length !== undefined && !(Number(length) <= LARGEST_BODY)) return undefined
  return new NodeRequest(request, host)
}

/**
 * A class saves memory: a getter in an object literal gives every object a hidden class of its own, which V8 keeps with the old
 * objects, and with it the request until a full collection.
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

/** Joins repeated headers as the web standard does. Node's own record would drop some. */
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
    // If the client hung up before this call, no event follows.
    if (request.destroyed) return reject(new Error('the connection was closed'))
    watchBody(request, addressOf(request))
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.once('end', () => resolve(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)))
    request.once('error', reject)
    // `close` follows every request. It is an error only before the end, and creating an error costs a stack trace.
    request.once('close', () => {
      if (!request.readableEnded) reject(new Error('the connection was closed'))
    })
  })
}
