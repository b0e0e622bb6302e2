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

/**
 * The host by which this machine reaches a server that listens there. A server that listens everywhere is reached on loopback.
 */
export function ownOrigin(host: string, port: number): string {
  const address = canonicalAddress(host)
  return httpOrigin(address === '0.0.0.0' || address === '::' ? '127.0.0.1' : host, port)
}

/**
 * An origin as browsers send it: lower case, without the scheme's default port. An origin of an application's own scheme
 * (`app://…`, `tauri://localhost`, `chrome-extension://…`) stays as it is, because URL gives `null` for all of them. Undefined
 * for any other text.
 */
export function originOf(text: string): string | undefined {
  const trimmed = text.trim()
  if (APPLICATION_ORIGIN.test(trimmed)) return NO_ORIGIN.test(trimmed) ? undefined : trimmed
  const url = URL.canParse(trimmed) ? new URL(trimmed) : undefined
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.origin : undefined
}

/** Scheme, host, port: nothing else. */
const APPLICATION_ORIGIN = /^(?!https?:)[a-z][a-z0-9+.-]*:\/\/[\w.-]+(?::\d{1,5})?$/
/** Schemes whose pages have no origin of their own in browsers, or that have no pages. */
const NO_ORIGIN = /^(?:about|blob|data|file|filesystem|ftp|javascript|view-source|wss?):/
