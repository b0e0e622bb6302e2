import type { Price } from '../documents/catalogue.ts'

/** Price × quantity as Stripe counts the currency, a half rounded up. */
export function amountOf(price: Price, quantity: number): number {
  return Math.round(Number(price.unit_amount_decimal ?? 0) * quantity)
}
