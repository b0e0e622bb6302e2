import type { PaidFacts } from './desired-state.ts'

/** What the provider's object says about its order: hints, to be checked against the order's row. */
export interface OrderClaim {
  orderId: string | null
  livemode: boolean
  customerId: string | null
  /** The provider's ids of the prices on it. */
  priceIds: string[]
  currency: string | null
  checkoutSessionId: string | null
  subscriptionId: string | null
  paymentIntentId: string | null
  amountTotal: number | null
  /** The provider's own word, for people. */
  paymentStatus: string
  isPaid: boolean
  hasFailed: boolean
  hasExpired: boolean
}

export type FetchedSubject =
  /** Another subject carries the state; it is looked at instead. */
  | { kind: 'forward'; subject: string }
  | { kind: 'ignored'; note: string }
  | { kind: 'order'; claim: OrderClaim; facts: PaidFacts }

/** The id of an expandable field, whichever of its forms came. */
export function idOf(reference: string | { id: string } | null | undefined): string | null {
  return typeof reference === 'string' ? reference : (reference?.id ?? null)
}

/** The provider's seconds as a date. */
export function dateOf(seconds: number | null | undefined): Date | null {
  return typeof seconds === 'number' ? new Date(seconds * 1000) : null
}
