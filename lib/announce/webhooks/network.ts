import { lookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { DeliveryError } from './delivery-error.ts'
import { isPublicAddress } from './public-address.ts'

interface Address {
  address: string
  family: number
}

/** Resolves names, and decides which addresses are allowed. */
export interface Network {
  resolve(hostname: string): Promise<Address[]>
  allows(address: string): boolean
}

/** The one in use: the system's resolver, and nothing but public hosts. There is no setting that widens it. */
export const publicNetwork: Network = {
  resolve: (hostname) => lookup(hostname, { all: true }),
  allows: isPublicAddress,
}

/**
 * Resolves a host once and checks every address. One forbidden address refuses the whole host: a name that mixes public and
 * private addresses is suspicious.
 * @throws {DeliveryError} `name-not-found`, `address-not-allowed`
 */
export async function checkedAddresses(hostname: string, network: Network): Promise<Address[]> {
  // URLs write IPv6 hosts in brackets.
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const family = isIP(host)
  const addresses = family ? [{ address: host, family }] : await resolve(host, network)
  if (addresses.length === 0) throw new DeliveryError('name-not-found')
  if (!addresses.every(({ address }) => network.allows(address)))
    throw new DeliveryError('address-not-allowed')
  return addresses
}

async function resolve(host: string, network: Network): Promise<Address[]> {
  try {
    return await network.resolve(host)
  } catch (cause) {
    throw new DeliveryError('name-not-found', { cause })
  }
}

/** A look-up for sockets that returns only the checked addresses, so that a second answer of the name server has no effect. */
export function pinnedLookup(addresses: readonly Address[]): LookupFunction {
  return (_hostname, options, callback) => {
    const [first] = addresses
    if (options.all) callback(null, [...addresses])
    else callback(null, first?.address ?? '', first?.family)
  }
}
