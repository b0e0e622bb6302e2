import { canonicalAddress } from './ip-address.ts'

/**
 * The origin `http://host:port` of a host name or address, IPv6 in brackets. Throws a TypeError for a host that no URL can
 * hold, such as an address with a zone.
 */
export function httpOrigin(host: string, port: number): string {
  const url = new URL(`http://${host.includes(':') ? `[${host}]` : host}`)
  url.port = String(port)
  return url.origin
}

/** Where this machine reaches a server that listens on that host: one that listens everywhere, on loopback. */
export function ownOrigin(host: string, port: number): string {
  const address = canonicalAddress(host)
  return httpOrigin(address === '0.0.0.0' || address === '::' ? '127.0.0.1' : host, port)
}
