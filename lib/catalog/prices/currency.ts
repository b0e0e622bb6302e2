/**
 * How the payment provider counts money: https://docs.stripe.com/currencies, "Minor units in API amounts" and "Special cases". A
 * currency that is not named here has two decimals. ISO 4217 and `Intl` differ from it (`Intl` gives HUF, IDR and COP no decimals),
 * so neither is asked. HUF and TWD are whole for payouts only: charges have two decimals.
 */
const ZERO_DECIMAL = codes('BIF CLP DJF GNF JPY KMF KRW MGA PYG RWF VND VUV XAF XOF XPF')
/** Counted in thousandths, of which the last digit is always zero. */
const THREE_DECIMAL = codes('BHD JOD KWD OMR TND')
/** Have no decimals any more, but are still counted in hundredths: always full hundreds. */
const WHOLE_IN_HUNDREDTHS = codes('ISK UGX')

interface CurrencyUnits {
  /** Decimals of an amount at the payment provider. */
  decimals: number
  /** Decimals that people write and read. */
  digits: number
  /** Amounts are multiples of this. */
  step: number
}

/** How amounts of a currency are counted. Defined for every code, also for one that prices cannot be in. */
export function currencyUnits(currency: string): CurrencyUnits {
  const code = currency.toUpperCase()
  if (ZERO_DECIMAL.has(code)) return { decimals: 0, digits: 0, step: 1 }
  if (THREE_DECIMAL.has(code)) return { decimals: 3, digits: 3, step: 10 }
  if (WHOLE_IN_HUNDREDTHS.has(code)) return { decimals: 2, digits: 0, step: 100 }
  return { decimals: 2, digits: 2, step: 1 }
}

/** Whether a price may be in it: a three-letter code that is in use. */
export function isCurrency(currency: string): boolean {
  return Intl.supportedValuesOf('currency').includes(currency.toUpperCase())
}

/** `49`, `49.9`, `49,90` as the payment provider counts it; undefined when it is no amount of that currency. */
export function parseAmount(text: string, currency: string): number | undefined {
  const match = /^(\d{1,10})(?:[.,](\d{1,3}))?$/.exec(text.trim())
  if (!match || !isCurrency(currency)) return undefined
  const { decimals, digits, step } = currencyUnits(currency)
  const [, whole = '', fraction = ''] = match
  if (fraction.length > digits) return undefined
  const amount = Number(whole + fraction.padEnd(decimals, '0'))
  // The column is a 32-bit integer.
  return amount % step === 0 && amount <= 2_147_483_647 ? amount : undefined
}

/** An amount as it is typed: `4900` in eur is `49.00`. Decimals that the currency should not have are shown when they are there. */
export function amountText(amount: number, currency: string): string {
  const { decimals, digits, step } = currencyUnits(currency)
  return (amount / 10 ** decimals).toFixed(amount % step === 0 ? digits : decimals)
}

/** An amount of the payment provider as people read it: 4900 eur is `€49.00`, 4900 huf `HUF 49.00`, 4900 isk `ISK 49`. */
export function formatMoney(amount: number, currency: string, locale = 'en'): string {
  const { decimals, digits, step } = currencyUnits(currency)
  const shown = amount % step === 0 ? digits : decimals
  return new Intl.NumberFormat(locale, {
    style: 'currency',
    currency: currency.toUpperCase(),
    minimumFractionDigits: shown,
    maximumFractionDigits: shown,
  }).format(amount / 10 ** decimals)
}

function codes(list: string): ReadonlySet<string> {
  return new Set(list.split(' '))
}
