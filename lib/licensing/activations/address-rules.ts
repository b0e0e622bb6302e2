import { BlockList, isIPv4 } from 'node:net'
import { canonicalAddress } from '#lib/core/ip-address.ts'
import type { License } from './license-facts.ts'

type AddressRules = Pick<License, 'allowedIpAddresses' | 'allowedIpRanges' | 'disallowedIpAddresses'>

/**
 * Whether the license may be used from the address. A disallowed address is refused even if it is also allowed. An unknown one
 * (null) passes only without a list of allowed addresses.
 */
export function isAddressAllowed(rules: AddressRules, ip: string | null): boolean {
  const restricted = rules.allowedIpAddresses.length + rules.allowedIpRanges.length > 0
  const address = canonicalAddress(ip)
  if (address === null) return !restricted
  if (holds(rules.disallowedIpAddresses, address)) return false
  return !restricted || holds([...rules.allowedIpAddresses, ...rules.allowedIpRanges], address)
}

function holds(entries: readonly string[], address: string): boolean {
  if (entries.length === 0) return false
  const list = new BlockList()
  for (const entry of entries) add(list, entry.trim())
  return list.check(address, family(address))
}

/**
 * One address, `10.0.0.0/8`, or `10.0.0.1-10.0.0.9`. Any other text matches no address. Not ipaddr.js: it knows no ranges from one
 * address to another, which Node's BlockList does.
 */
function add(list: BlockList, entry: string): void {
  const [from = '', to] = entry.split('-')
  const [written = '', prefix] = from.split('/')
  const network = canonicalAddress(written)
  if (network === null) return
  if (to !== undefined) {
    const last = canonicalAddress(to)
    if (last !== null && family(last) === family(network) && !prefix) addRange(list, network, last)
  } else if (prefix === undefined) {
    list.addAddress(network, family(network))
  } else if (/^\d{1,3}$/.test(prefix)) {
    // The prefix of an IPv4-mapped IPv6 network counts IPv6 bits.
    const bits = Number(prefix) - (family(network) === 'ipv4' && written.includes(':') ? 96 : 0)
    if (bits >= 0 && bits <= (isIPv4(network) ? 32 : 128)) list.addSubnet(network, bits, family(network))
  }
}

function addRange(list: BlockList, first: string, last: string): void {
  try {
    list.addRange(first, last, family(first))
  } catch {
    // A reversed range matches no address.
  }
}

function family(address: string): 'ipv4' | 'ipv6' {
  return isIPv4(address) ? 'ipv4' : 'ipv6'
}
