import { expect, test } from 'vitest'
import { safeReturnTo, withReturnTo } from './return-to.ts'

test.each(['/', '/me', '/me/licenses?page=2', '/buy/0199?x=%2F%2Fevil', '/#offers'])(
  'our own path %s is kept',
  (path) => {
    expect(safeReturnTo(path)).toBe(path)
  },
)

test.each([
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '\\/evil.example',
  '/\t/evil.example',
  '/\n/evil.example',
  '/me\\..\\..',
  'javascript:alert(1)',
  'me',
  '',
  ' /me',
  `/${'a'.repeat(1000)}`,
  ['/me'],
  undefined,
])('%j leads nowhere foreign', (raw) => {
  expect(safeReturnTo(raw)).toBe('/me/licenses')
})

test('the way back survives in the address of the sign-in page', () => {
  const address = new URL(withReturnTo('/login', '/buy/1?a=b&c=d'), 'http://portal.test')
  expect(address.searchParams.get('returnTo')).toBe('/buy/1?a=b&c=d')
})
