import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { addressBlock } from '#lib/access/throttle/rate-limit.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { addressFromHops } from '#lib/core/input/client-address.ts'
import { canonicalAddress, isLoopback } from '#lib/core/ip-address.ts'
import { isAddressAllowed } from '#lib/licensing/activations/address-rules.ts'
import { countryOf } from '#lib/licensing/geo/country-of.ts'
import { createFront } from '#server/front.ts'
import { createMetricsDoor } from '#server/metrics.ts'

const PROXY = '127.0.0.1'
const behindProxy = (forwarded: string | null) => addressFromHops(PROXY, forwarded, 1)

const LONG = '2001:0db8:0000:0000:0000:0000:0000:0001'

describe('the address that a proxy tells', () => {
  test.each([
    ['203.0.113.7:4711', '203.0.113.7'],
    ['[2001:db8::1]:443', '2001:db8::1'],
    ['[2001:DB8::1]', '2001:db8::1'],
    [LONG, '2001:db8::1'],
    [`[${LONG}]:8080`, '2001:db8::1'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['::FFFF:cb00:7107', '203.0.113.7'],
    ['[::ffff:203.0.113.7]:4711', '203.0.113.7'],
    ['fe80::1%eth0', 'fe80::1'],
    ['::1%:', '::1'],
    ['[::5%az::756]:443', '::5'],
    [' 198.51.100.1 ,  203.0.113.7 ', '203.0.113.7'],
  ])('F-58: %s is read as %s', (forwarded, address) => {
    expect(behindProxy(forwarded)).toBe(address)
  })

  test.each([
    ['for="[2001:db8::1]"'],
    ['"[2001:db8::1]:443"'],
    ['unknown'],
    ['_hidden'],
    ['203.0.113.7.9'],
    ['203.0.113.300'],
    ['203.0.113.7:port'],
    ['203.0.113.7, '],
    ['1'],
    ['0x7f.0.0.1'],
    ['localhost'],
    ['2001:db8::1::2'],
    ['[2001:db8::1'],
    [''],
    [null],
    ['9'.repeat(100_000)],
  ])('F-58: %s is nobody’s address, and least of all the proxy’s own', (forwarded) => {
    expect(behindProxy(forwarded)).toBeNull()
  })

  test('F-58: a list that is shorter than the trusted proxies tells nothing', () => {
    expect(addressFromHops(PROXY, '203.0.113.7', 2)).toBeNull()
  })

  test('F-58: whatever stands in the header, the answer is an address in its one form, or nothing', () => {
    const piece = fc.oneof(
      fc.ipV4(),
      fc.ipV6(),
      fc.ipV4Extended(),
      fc.string({ maxLength: 8 }),
      fc.constantFrom('[', ']', ':', ',', '%', '::1%', '"', ':443', 'for=', '::ffff:', ' '),
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), fc.integer({ min: 1, max: 3 }), (pieces, trusted) => {
        const address = addressFromHops(PROXY, pieces.join(''), trusted)
        if (address === null) return
        expect(canonicalAddress(address)).toBe(address)
        expect(address).not.toMatch(/[[\]%\s,A-Z]|^::ffff:\d+\./)
      }),
    )
  })

  test('F-58: every spelling of an address is the same address', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { minLength: 8, maxLength: 8 }), (groups) => {
        const long = groups.map((group) => group.toString(16).padStart(4, '0')).join(':')
        const short = groups.map((group) => group.toString(16).toUpperCase()).join(':')
        const one = canonicalAddress(long)
        expect(one).not.toBeNull()
        for (const text of [short, `[${long}]`, `[${short}]:1`, `${long}%eth0`]) {
          expect(canonicalAddress(text)).toBe(one)
          expect(addressBlock(text)).toBe(addressBlock(long))
        }
      }),
    )
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        for (const text of [`${address}:1`, `::ffff:${address}`, `[::ffff:${address}]:1`]) {
          expect(canonicalAddress(text)).toBe(address)
          expect(addressBlock(text)).toBe(address)
        }
      }),
    )
  })
})

describe('everybody who uses addresses uses that form', () => {
  test('F-58: throttles count the spellings together, and all unknown ones as one', () => {
    expect(addressBlock(LONG)).toBe(addressBlock('2001:db8::2'))
    expect(addressBlock('2001:db8:0:1::1')).not.toBe(addressBlock(LONG))
    expect(addressBlock(null)).toBe(addressBlock('rubbish'))
  })

  test('F-58: rules of licenses fit whichever way both are written', () => {
    const none = { allowedIpAddresses: [], allowedIpRanges: [], disallowedIpAddresses: [] }
    const only = (...allowedIpAddresses: string[]) => ({ ...none, allowedIpAddresses })
    expect(isAddressAllowed(only(LONG), '2001:db8::1')).toBe(true)
    expect(isAddressAllowed(only('2001:DB8::1'), LONG)).toBe(true)
    expect(isAddressAllowed(only('::ffff:203.0.113.7'), '203.0.113.7')).toBe(true)
    expect(isAddressAllowed({ ...none, allowedIpRanges: ['::ffff:203.0.113.0/120'] }, '203.0.113.9')).toBe(
      true,
    )
    expect(isAddressAllowed({ ...none, allowedIpRanges: ['::ffff:203.0.113.0/120'] }, '203.0.114.9')).toBe(
      false,
    )
    expect(isAddressAllowed({ ...none, disallowedIpAddresses: [LONG] }, '2001:db8::1')).toBe(false)
    expect(isAddressAllowed(only('203.0.113.7'), null)).toBe(false)
  })

  test('F-58: so does the table of countries', () => {
    expect(countryOf('2a00:1450:4001:081b:0000:0000:0000:200e')).toBe(countryOf('2a00:1450:4001:81b::200e'))
    expect(countryOf('::ffff:808:808')).toBe('US')
  })

  test.each([
    ['127.0.0.1', true],
    ['127.9.9.9', true],
    ['::1', true],
    ['[::1]', true],
    ['0:0:0:0:0:0:0:1', true],
    ['::ffff:127.0.0.1', true],
    ['LOCALHOST', true],
    ['localhost.evil.example', false],
    ['127.0.0.1.evil.example', false],
    ['0.0.0.0', false],
    ['10.0.0.1', false],
    [null, false],
  ])('F-58: %s is this machine alone: %s', (host, is) => {
    expect(isLoopback(host)).toBe(is)
  })
})

describe('/metrics', () => {
  let server: Server
  const start = async (settings: Record<string, string | undefined>) => {
    overrideEnv({
      SECRET_KEY: 'a test secret of more than thirty-two characters',
      LOG_LEVEL: 'silent',
      TRUST_PROXY: undefined,
      METRICS_TOKEN: undefined,
      ...settings,
    })
    const door: RequestListener = (_request, response) => response.end()
    const front = createFront({
      v3: door,
      next: door,
      checkout: undefined,
      testClock: undefined,
      metrics: createMetricsDoor(),
    })
    server = createServer(front)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`
  }
  const status = async (url: string, headers: Record<string, string> = {}) =>
    (await fetch(url, { headers })).status
  beforeEach(() => overrideEnv({ PUBLIC_URL: undefined }))
  afterEach(() => {
    server.closeAllConnections()
    server.close()
    overrideEnv({ PUBLIC_URL: undefined, TRUST_PROXY: undefined, METRICS_TOKEN: undefined })
  })

  test('F-58: behind a proxy on the same machine no spelling of an address opens it', async () => {
    const url = await start({ PUBLIC_URL: 'https://portal.example', TRUST_PROXY: '1' })
    for (const forwarded of ['203.0.113.7:4711', 'rubbish', '127.0.0.1', '[::1]:80', '']) {
      expect(await status(url, { 'x-forwarded-for': forwarded })).toBe(404)
    }
    expect(await status(url)).toBe(404)
  })

  test('F-58: where PUBLIC_URL is no loopback it wants its token, also from this machine', async () => {
    const url = await start({ PUBLIC_URL: 'https://portal.example', METRICS_TOKEN: 'a-token-for-metrics' })
    expect(await status(url)).toBe(404)
    expect(await status(url, { authorization: 'Bearer another' })).toBe(404)
    expect(await status(url, { authorization: 'Bearer a-token-for-metrics' })).toBe(200)
  })

  test('F-58: without a token it answers nobody there', async () => {
    const url = await start({ PUBLIC_URL: 'https://portal.example' })
    for (const authorization of ['Bearer ', 'Bearer undefined', 'Bearer']) {
      expect(await status(url, { authorization })).toBe(404)
    }
  })

  test('F-58: an installation for this machine alone shows it to this machine', async () => {
    expect(await status(await start({ PUBLIC_URL: 'http://127.0.0.1:3000' }))).toBe(200)
    server.close()
    const proxied = await start({ PUBLIC_URL: 'http://localhost:3000', TRUST_PROXY: '1' })
    expect(await status(proxied, { 'x-forwarded-for': '203.0.113.7' })).toBe(404)
    expect(await status(proxied, { 'x-forwarded-for': 'rubbish' })).toBe(404)
  })
})
