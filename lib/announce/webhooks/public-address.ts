import { BlockList, isIP } from 'node:net'

/** What of IPv4 is no public host: IANA's special-purpose registry, and Azure's host service (168.63.129.16). */
const NOT_PUBLIC_IPV4 = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['168.63.129.16', 32],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const) {
  NOT_PUBLIC_IPV4.addSubnet(network, prefix, 'ipv4')
}

/** Of IPv6 only 2000::/3 is public at all; loopback, link-local, ULA, multicast, v4-mapped and NAT64 lie outside it. */
const GLOBAL_IPV6 = new BlockList()
GLOBAL_IPV6.addSubnet('2000::', 3, 'ipv6')

/** Inside it: Teredo, ORCHID and other protocol assignments, documentation, 6to4 (which wraps any IPv4 address). */
const NOT_PUBLIC_IPV6 = new BlockList()
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
] as const) {
  NOT_PUBLIC_IPV6.addSubnet(network, prefix, 'ipv6')
}

/** Whether the address belongs to a host on the public internet. Anything that is not an IP address does not. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !NOT_PUBLIC_IPV4.check(address, 'ipv4')
    case 6: {
      // A zone (`fe80::1%eth0`) names an interface of this machine.
      if (address.includes('%')) return false
      return GLOBAL_IPV6.check(address, 'ipv6') && !NOT_PUBLIC_IPV6.check(address, 'ipv6')
    }
    default:
      return false
  }
}
