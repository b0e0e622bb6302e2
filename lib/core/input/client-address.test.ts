import { createHmac } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { addressBlock } from '#lib/access/throttle/rate-limit.ts'
import { derivedSecret } from '../crypto/keyring.ts'
import { addressFromHops, clientAddress, markInternal, ownsSocket } from './client-address.ts'

afterEach(() => ownsSocket.set(undefined))

describe('the client address', () => {
  test('is the socket’s unless proxies are trusted, whatever the caller claims', () => {
    expect(addressFromHops('::ffff:192.0.2.9', '203.0.113.1', 0)).toBe('192.0.2.9')
    expect(addressFromHops('10.0.0.1', '198.51.100.1, 203.0.113.1', 1)).toBe('203.0.113.1')
    expect(addressFromHops('10.0.0.1', '198.51.100.1, 203.0.113.1', 2)).toBe('198.51.100.1')
    expect(addressFromHops('10.0.0.1', null, 1)).toBeNull()
  })
  test('our own header counts only where our server owns the socket, or inside the process', () => {
    const request = () => new Request('http://x/', { headers: { 'x-latchkey-client-ip': '192.0.2.1' } })
    expect(clientAddress(request())).toBeNull()
    expect(clientAddress(markInternal(request()))).toBe('192.0.2.1')
    ownsSocket.set(true)
    expect(clientAddress(request())).toBe('192.0.2.1')
  })
  test('a forwarded one needs the right signature', () => {
    const mac = createHmac('sha256', derivedSecret('forwarded-client')).update('192.0.2.7').digest('hex')
    const request = (value: string) =>
      new Request('http://x/', { headers: { 'x-latchkey-forwarded-client': value } })
    expect(clientAddress(request(`192.0.2.7 ${mac}`))).toBe('192.0.2.7')
    expect(clientAddress(request(`192.0.2.8 ${mac}`))).toBeNull()
    expect(clientAddress(request('192.0.2.7'))).toBeNull()
  })
})

test('an IPv6 caller is its /64, an IPv4 caller itself', () => {
  expect(addressBlock('2001:db8:1:2:aaaa::1')).toBe(addressBlock('2001:db8:1:2:bbbb::9'))
  expect(addressBlock('2001:db8:1:2::1')).not.toBe(addressBlock('2001:db8:1:3::1'))
  expect(addressBlock('192.0.2.1')).toBe('192.0.2.1')
})
