import type { IncomingMessage } from 'node:http'
import { env } from '#lib/core/env.ts'
import { addressFromHops, CLIENT_IP_HEADER } from '#lib/core/input/client-address.ts'

/** A request's client address. The socket and the trusted hops decide, never the caller's own claim. */
export function addressOf(request: IncomingMessage): string | null {
  const forwarded = request.headers['x-forwarded-for']
  return addressFromHops(
    request.socket.remoteAddress,
    Array.isArray(forwarded) ? forwarded.join(',') : (forwarded ?? null),
    env().TRUST_PROXY,
  )
}

/** Writes the client address into the request's headers, for doors that read it there. */
export function stampClientAddress(request: IncomingMessage): void {
  const ip = addressOf(request)
  const raw = request.rawHeaders
  const kept: string[] = []
  for (let at = 0; at < raw.length; at += 2) {
    const name = raw[at] ?? ''
    if (name.toLowerCase() !== CLIENT_IP_HEADER) kept.push(name, raw[at + 1] ?? '')
  }
  if (ip) kept.push(CLIENT_IP_HEADER, ip)
  request.rawHeaders = kept
  delete request.headers[CLIENT_IP_HEADER]
  if (ip) request.headers[CLIENT_IP_HEADER] = ip
}
