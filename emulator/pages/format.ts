import { unitsOf } from '../billing/currencies.ts'
import type { Recurring } from '../documents/catalogue.ts'

/** An amount as people write it: 1999 usd → $19.99, 500 jpy → ¥500, 4900 huf → HUF 49.00. */
export function formatAmount(amount: number, currency: string): string {
  const { decimals, step } = unitsOf(currency)
  const shown = step === 100 && amount % step === 0 ? 0 : decimals
  return new Intl.NumberFormat('en-US', {
    style: 'currency',
    currency: currency.toUpperCase(),
    minimumFractionDigits: shown,
    maximumFractionDigits: shown,
  }).format(amount / 10 ** decimals)
}

/** "per month", "every 3 months". */
export function formatInterval(recurring: Recurring): string {
  const { interval, interval_count: count } = recurring
  return count === 1 ? `per ${interval}` : `every ${count} ${interval}s`
}

export function formatDate(seconds: number): string {
  return new Intl.DateTimeFormat('en-US', { dateStyle: 'long', timeZone: 'UTC' }).format(seconds * 1000)
}
