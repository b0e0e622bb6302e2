import type { prices, products } from '#db/schema/products.ts'
import type { OrderRow } from './find-claimed-order.ts'

/** Where an order stands, for people. Derived: see `orderState`. */
export type OrderState = 'open' | 'processing' | 'paid' | 'fulfilled' | 'attention' | 'failed' | 'expired'

/** One purchase as operators see it. Money is as the payment provider counts it (`lib/catalog/prices/currency.ts`). */
export interface OrderDto {
  id: string
  state: OrderState
  userId: string | null
  /** Null when the buyer was erased. */
  userEmail: string | null
  productId: string
  productName: string
  priceId: string
  priceName: string
  mode: 'payment' | 'subscription'
  livemode: boolean
  quantity: number
  currency: string
  unitAmount: number
  amountTotal: number | null
  /** The provider's last known status. */
  paymentStatus: string
  attention: string | null
  checkoutSessionId: string | null
  subscriptionId: string | null
  paymentIntentId: string | null
  licenseCount: number
  paidAt: string | null
  failedAt: string | null
  expiredAt: string | null
  reconciledAt: string | null
  createdAt: string
  updatedAt: string
}

/** An order's row as a DTO. */
export function toOrderDto(row: {
  order: OrderRow
  price: typeof prices.$inferSelect
  product: typeof products.$inferSelect
  userEmail: string | null
  licenseCount: number
}): OrderDto {
  const { order, price, product } = row
  return {
    id: order.id,
    state: orderState(order, row.licenseCount),
    userId: order.userId,
    userEmail: row.userEmail,
    productId: product.id,
    productName: product.displayName,
    priceId: price.id,
    priceName: price.name,
    mode: order.mode,
    livemode: order.livemode,
    quantity: order.quantity,
    currency: order.currency,
    unitAmount: price.unitAmount,
    amountTotal: order.amountTotal,
    paymentStatus: order.paymentStatus,
    attention: order.attention,
    checkoutSessionId: order.checkoutSessionId,
    subscriptionId: order.subscriptionId,
    paymentIntentId: order.paymentIntentId,
    licenseCount: row.licenseCount,
    paidAt: order.paidAt?.toISOString() ?? null,
    failedAt: order.failedAt?.toISOString() ?? null,
    expiredAt: order.expiredAt?.toISOString() ?? null,
    reconciledAt: order.reconciledAt?.toISOString() ?? null,
    createdAt: order.createdAt.toISOString(),
    updatedAt: order.updatedAt.toISOString(),
  }
}

/** The one answer to "what became of this order?". */
export function orderState(order: OrderRow, licenseCount: number): OrderState {
  if (order.attention) return 'attention'
  if (licenseCount > 0) return 'fulfilled'
  if (order.failedAt) return 'failed'
  if (order.expiredAt) return 'expired'
  if (order.paidAt) return 'paid'
  return order.paymentStatus === 'processing' ? 'processing' : 'open'
}
