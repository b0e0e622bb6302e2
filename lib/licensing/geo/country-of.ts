import { readFileSync } from 'node:fs'
import { BlockList, isIP } from 'node:net'
import { join } from 'node:path'
import { type CountryResponse, Reader } from 'mmdb-lib'
import { canonicalAddress } from '#lib/core/ip-address.ts'
import { log } from '#lib/core/logging/log.ts'
import { processSlot } from '#lib/core/process-slot.ts'

/** The whole table is in memory (8 MB). One look-up takes a microsecond, and no address leaves the machine. */
const slot = processSlot<Reader<CountryResponse> | 'missing'>('countries')

const TABLE = 'node_modules/@ip-location-db/geo-whois-asn-country-mmdb/geo-whois-asn-country.mmdb'

/** Addresses without a country, whatever the table says: private, local, documentation, multicast. */
const SPECIAL = [
  ['0.0.0.0', 8, 'ipv4'],
  ['10.0.0.0', 8, 'ipv4'],
  ['100.64.0.0', 10, 'ipv4'],
  ['127.0.0.0', 8, 'ipv4'],
  ['169.254.0.0', 16, 'ipv4'],
  ['172.16.0.0', 12, 'ipv4'],
  ['192.0.0.0', 24, 'ipv4'],
  ['192.0.2.0', 24, 'ipv4'],
  ['192.168.0.0', 16, 'ipv4'],
  ['198.18.0.0', 15, 'ipv4'],
  ['198.51.100.0', 24, 'ipv4'],
  ['203.0.113.0', 24, 'ipv4'],
  ['224.0.0.0', 3, 'ipv4'],
  ['::', 127, 'ipv6'],
  ['2001:db8::', 32, 'ipv6'],
  ['fc00::', 7, 'ipv6'],
  ['fe80::', 10, 'ipv6'],
  ['ff00::', 8, 'ipv6'],
] as const

const special = new BlockList()
for (const [network, prefix, family] of SPECIAL) special.addSubnet(network, prefix, family)

/** The country that an address is registered in, ISO 3166 alpha-2 in upper case; null where that is unknown. */
export function countryOf(ip: string | null): string | null {
  const address = canonicalAddress(ip) ?? ''
  const version = isIP(address)
  if (version === 0 || special.check(address, version === 4 ? 'ipv4' : 'ipv6')) return null
  const table = countries()
  if (table === 'missing') return null
  // This table's rows are flatter than those that the reader's types know.
  const row: unknown = table.get(address)
  const isRow = row !== null && typeof row === 'object' && 'country_code' in row
  return isRow && typeof row.country_code === 'string' ? row.country_code.toUpperCase() : null
}

function countries(): Reader<CountryResponse> | 'missing' {
  let table = slot.get()
  if (!table) {
    table = open()
    slot.set(table)
  }
  return table
}

/** Without the table every country is unknown. Rules that restrict to certain countries then refuse. */
function open(): Reader<CountryResponse> | 'missing' {
  try {
    return new Reader<CountryResponse>(readFileSync(join(/* turbopackIgnore: true */ process.cwd(), TABLE)))
  } catch (error) {
    log().warn({ err: error }, 'the table of countries cannot be read: no country of an address is known')
    return 'missing'
  }
}

const names = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })

/** A country's name in English; empty for what names none. */
export function countryName(code: string | null): string {
  if (!code || !/^[A-Z]{2}$/i.test(code)) return ''
  return names.of(code.toUpperCase()) ?? ''
}
