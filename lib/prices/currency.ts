/** Their smallest unit at the payment provider is not the one of ISO 4217: an amount would be off by a hundred. */
const AMBIGUOUS = new Set(['isk', 'mga', 'ugx'])

/** Digits after the decimal point of a currency that prices may be in (0 or 2); undefined for any other. */
export function currencyDigits(currency: string): number | undefined {
  const code = currency.toLowerCase()
  if (AMBIGUOUS.has(code) || !Intl.supportedValuesOf('currency').includes(code.toUpperCase()))
    return undefined
  const format = new Intl.NumberFormat('en', { style: 'currency', currency: code })
  const digits = format.resolvedOptions().maximumFractionDigits
  return digits === 0 || digits === 2 ? digits : undefined
}

/** `49`, `49.9`, `49,90` in the currency's smallest unit; undefined when it is no amount of that currency. */
export function parseAmount(text: string, currency: string): number | undefined {
  const digits = currencyDigits(currency)
  const match = /^(\d{1,8})(?:[.,](\d{1,2}))?$/.exec(text.trim())
  if (digits === undefined || !match) return undefined
  const [, whole = '', fraction = ''] = match
  if (fraction.length > digits) return undefined
  const amount = Number(whole + fraction.padEnd(digits, '0'))
  // The column is a 32-bit integer.
  return amount <= 2_147_483_647 ? amount : undefined
}

/** An amount as it is typed: `4900` in eur is `49.00`. */
export function amountText(amount: number, currency: string): string {
  const digits = currencyDigits(currency) ?? 2
  return (amount / 10 ** digits).toFixed(digits)
}
