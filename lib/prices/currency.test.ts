import { describe, expect, test } from 'vitest'
import { amountText, currencyDigits, parseAmount } from './currency.ts'

describe('an amount as people write it', () => {
  test.each([
    ['49', 'EUR', 4900],
    ['49.9', 'eur', 4990],
    [' 49,90 ', 'EUR', 4990],
    ['0', 'USD', 0],
    ['0.01', 'USD', 1],
    ['5000', 'JPY', 5000],
    ['21474836.47', 'EUR', 2_147_483_647],
  ])('%s %s is %i in the smallest unit', (text, currency, amount) => {
    expect(parseAmount(text, currency)).toBe(amount)
  })

  test.each([
    ['', 'EUR'],
    ['-1', 'EUR'],
    ['1.234', 'EUR'],
    ['1,234.00', 'EUR'],
    ['1e3', 'EUR'],
    ['49.50', 'JPY'],
    ['21474836.48', 'EUR'],
    ['٤٩', 'EUR'],
    ['49', 'EURO'],
  ])('“%s” %s is none', (text, currency) => {
    expect(parseAmount(text, currency)).toBeUndefined()
  })

  test('is written back with the currency’s digits', () => {
    expect([amountText(4900, 'eur'), amountText(5000, 'jpy'), amountText(7, 'usd')]).toEqual([
      '49.00',
      '5000',
      '0.07',
    ])
  })
})

test('currencies whose smallest unit differs at the payment provider, or has three digits, are not taken', () => {
  expect(['isk', 'ugx', 'mga', 'kwd', 'bhd', 'xyz', ''].map(currencyDigits)).toEqual(Array(7).fill(undefined))
  expect(['eur', 'USD', 'jpy'].map(currencyDigits)).toEqual([2, 2, 0])
})
