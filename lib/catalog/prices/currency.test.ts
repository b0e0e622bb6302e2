import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { amountText, currencyUnits, formatMoney, isCurrency, parseAmount } from './currency.ts'

describe('an amount as people write it', () => {
  test.each([
    ['49', 'EUR', 4900],
    ['49.9', 'eur', 4990],
    [' 49,90 ', 'EUR', 4990],
    ['0', 'USD', 0],
    ['0.01', 'USD', 1],
    ['5000', 'JPY', 5000],
    ['4900', 'HUF', 490_000],
    ['490.50', 'TWD', 49_050],
    ['150000', 'IDR', 15_000_000],
    ['12.34', 'COP', 1234],
    ['49', 'ISK', 4900],
    ['18000', 'UGX', 1_800_000],
    ['4000', 'MGA', 4000],
    ['5.12', 'KWD', 5120],
    ['5,120', 'BHD', 5120],
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
    ['49.50', 'ISK'],
    ['49.00', 'UGX'],
    ['5.124', 'KWD'],
    ['490.505', 'HUF'],
    ['21474836.48', 'EUR'],
    ['٤٩', 'EUR'],
    ['49', 'EURO'],
  ])('“%s” %s is none', (text, currency) => {
    expect(parseAmount(text, currency)).toBeUndefined()
  })

  test('is written back with the currency’s digits', () => {
    const amounts = [
      [4900, 'eur'],
      [5000, 'jpy'],
      [7, 'usd'],
      [4900, 'huf'],
      [4900, 'isk'],
      [4900, 'omr'],
    ] as const
    expect(amounts.map(([amount, currency]) => amountText(amount, currency))).toEqual([
      '49.00',
      '5000',
      '0.07',
      '49.00',
      '49',
      '4.900',
    ])
  })
})

describe('over every currency and amount', () => {
  const currency = fc.constantFrom(...Intl.supportedValuesOf('currency')).filter(isCurrency)
  const cases = fc
    .tuple(currency, fc.nat(2_147_483_647))
    .map(([code, number]) => [code, number - (number % currencyUnits(code).step)] as const)

  test('an amount that is written, in whichever case its currency, is read as the same amount', () => {
    fc.assert(
      fc.property(cases, fc.boolean(), ([code, amount], lower) => {
        const name = lower ? code.toLowerCase() : code
        expect(parseAmount(amountText(amount, name), name)).toBe(amount)
      }),
    )
  })

  test('what a page shows is, but for signs and commas, what was typed', () => {
    fc.assert(
      fc.property(cases, ([code, amount]) => {
        const [number = ''] = /\d[\d,]*(?:\.\d+)?/.exec(formatMoney(amount, code)) ?? []
        expect(number.replaceAll(',', '')).toBe(amountText(amount, code))
      }),
    )
  })
})

test('an amount that the currency should not have is shown as it is rather than rounded', () => {
  expect(formatMoney(4950, 'isk')).toContain('49.50')
  expect(formatMoney(5124, 'kwd')).toContain('5.124')
})

test.each(['xyz', '', 'euro', 'constructor'])('“%s” is no currency', (code) => {
  expect(isCurrency(code)).toBe(false)
})
