import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * Azure's address of a virtual machine's own host. The registry lists it as public, but it is a different host for each
 * machine.
 */
const AZURE_HOST = '168.63.129.16'

/** Of IPv6 only this block is public at all (RFC 4291); NAT64 and whatever is not assigned yet lies outside it. */
const GLOBAL_IPV6 = ipaddr.IPv6.parseCIDR('2000::/3')

/**
 * Whether the address belongs to a host on the public internet: none of IANA's special-purpose blocks, 6to4 and Teredo
 * included, which wrap any IPv4 address. Anything that is not an IP address does not.
 */
export function isPublicAddress(address: string): boolean {
  // The library's parser takes spellings that nobody else does (`0x7f.1`), and a zone names an interface of this machine.
  if (isIP(address) === 0 || address.includes('%') || address === AZURE_HOST) return false
  const parsed = ipaddr.parse(address)
  return parsed.range() === 'unicast' && (parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_IPV6))
}
