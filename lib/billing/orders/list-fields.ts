import { orders } from '#db/schema/billing.ts'
import { prices } from '#db/schema/products.ts'
import type { ListFields } from '#lib/core/list/filter.ts'

/** What orders may be filtered and sorted by. */
export const orderFields = {
  userId: { kind: 'id', column: orders.userId },
  productId: { kind: 'id', column: prices.productId },
  priceId: { kind: 'id', column: orders.priceId },
  mode: { kind: 'choice', column: orders.mode },
  paymentStatus: { kind: 'choice', column: orders.paymentStatus },
  amountTotal: { kind: 'number', column: orders.amountTotal },
  livemode: { kind: 'boolean', column: orders.livemode },
  paidAt: { kind: 'date', column: orders.paidAt },
  createdAt: { kind: 'date', column: orders.createdAt },
} satisfies ListFields
