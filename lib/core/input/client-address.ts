import { createHmac, timingSafeEqual } from 'node:crypto'
import { derivedSecret } from '../crypto/keyring.ts'
import { env } from '../env.ts'
import { canonicalAddress } from '../ip-address.ts'
import { processSlot } from '../process-slot.ts'
import type { HttpRequest } from './http-request.ts'

/** Set by our own server from the socket; an inbound one is deleted there. */
export const CLIENT_IP_HEADER = 'x-latchkey-client-ip'
/** `<ip> <hmac>`: how the BFF passes a browser's address on. */
export const FORWARDED_CLIENT_HEADER = 'x-latchkey-forwarded-client'

/** True in a process where `server/main.ts` owns the socket, so that its header can be believed. */
export const ownsSocket = processSlot<boolean>('owns-socket')

/** Requests that this process sent to itself. They are not throttled, and their address header can be trusted. */
const internal = processSlot<WeakSet<object>>('internal-requests')

/** Marks a request as dispatched inside the process. */
export function markInternal(request: Request): Request {
  const known = internal.get() ?? new WeakSet()
  internal.set(known)
  known.add(request)
  return request
}

export function isInternal(request: object): boolean {
  return internal.get()?.has(request) ?? false
}

/** The caller's address, or null where it cannot be known. */
export function clientAddress(request: Pick<HttpRequest, 'headers'>): string | null {
  const forwarded = forwardedClient(request.headers.get(FORWARDED_CLIENT_HEADER))
  if (forwarded) return forwarded
  if (ownsSocket.get() || isInternal(request)) return request.headers.get(CLIENT_IP_HEADER)
  return addressFromHops(undefined, request.headers.get('x-forwarded-for'), env().TRUST_PROXY)
}

/**
 * The address that the outermost trusted proxy saw, in canonical form; without a trusted proxy the socket's. Null if the proxy
 * sends no readable address, because the socket's address is then the proxy's own.
 */
export function addressFromHops(
  socket: string | undefined,
  forwardedFor: string | null,
  trusted: number,
): string | null {
  if (trusted === 0) return canonicalAddress(socket)
  return canonicalAddress(forwardedFor?.split(',').at(-trusted))
}

function forwardedClient(header: string | null): string | null {
  const [ip, mac] = header?.split(' ') ?? []
  if (!ip || !mac) return null
  const expected = createHmac('sha256', derivedSecret('forwarded-client')).update(ip).digest('hex')
  return mac.length === expected.length && timingSafeEqual(Buffer.from(mac), Buffer.from(expected))
    ? ip
    : null
}
