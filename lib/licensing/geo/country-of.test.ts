import { expect, test } from 'vitest'
import { countryName, countryOf } from './country-of.ts'

test.each([
  ['8.8.8.8', 'US'],
  ['::ffff:8.8.8.8', 'US'],
  ['193.0.6.139', 'NL'],
  ['2a00:1450:4001:81b::200e', 'IE'],
])('the country of %s is known without asking anybody: %s', (ip, country) => {
  expect(countryOf(ip)).toBe(country)
})

test.each([[null], [''], ['localhost'], ['127.0.0.1'], ['10.1.2.3'], ['198.51.100.7'], ['::1'], ['fe80::1']])(
  'the address %s is of no country',
  (ip) => expect(countryOf(ip)).toBeNull(),
)

test('a country has a name, what is none has not', () => {
  expect(countryName('NL')).toBe('Netherlands')
  expect(countryName('xx')).toBe('')
  expect(countryName('<script>')).toBe('')
  expect(countryName(null)).toBe('')
})
