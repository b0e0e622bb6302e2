import type { Price } from '../documents/catalogue.ts'

/** Price × quantity in the currency's smallest unit, a half rounded up. */
export function amountOf(price: Price, quantity: number): number {
  return Math.round(Number(price.unit_amount_decimal ?? 0) * quantity)
}
