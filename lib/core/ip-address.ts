import { isIP, isIPv4 } from 'node:net'
import ipaddr from 'ipaddr.js'

/** The longest spelling of an address, with brackets, zone and port. */
const LONGEST = 100

/**
 * An address in the one form in which addresses are compared, stored and shown: IPv4 as four numbers, also where it was mapped
 * into IPv6; IPv6 in its short form, lower case, without a zone. A port is cut off. Null for whatever is no address.
 */
export function canonicalAddress(text: string | null | undefined): string | null {
  if (!text || text.length > LONGEST) return null
  // The usual case: a plain IPv4 address needs no parsing.
  if (isIPv4(text)) return text
  const address = withoutPort(text.trim())
  if (isIPv4(address)) return address
  if (isIP(address) !== 6) return null
  // Node takes any characters for a zone, the parser only some, and throws at others.
  const [withoutZone = ''] = address.split('%', 1)
  return ipaddr.process(withoutZone).toString()
}

/** `203.0.113.7:4711` and `[2001:db8::1]:443`, and both without their ports. */
function withoutPort(text: string): string {
  const [, inBrackets, plain] = /^(?:\[([^[\]]*)\]|([\d.]+))(?::\d{1,5})?$/.exec(text) ?? []
  return inBrackets ?? plain ?? text
}

/** Whether a host or address means this machine alone. */
export function isLoopback(host: string | null | undefined): boolean {
  if (host?.toLowerCase() === 'localhost') return true
  const address = canonicalAddress(host)
  return address === '::1' || (address?.startsWith('127.') ?? false)
}
