import { blank } from '../contract/blank.ts'
import type { Price } from '../documents/catalogue.ts'

/** The older form of a recurring price, which subscription items still carry. */
export function planOf(price: Price): Record<string, unknown> {
  return {
    ...blank('Plan'),
    id: price.id,
    active: price.active,
    amount: price.unit_amount,
    amount_decimal: price.unit_amount_decimal,
    created: price.created,
    currency: price.currency,
    interval: price.recurring?.interval ?? 'month',
    interval_count: price.recurring?.interval_count ?? 1,
    metadata: price.metadata,
    nickname: price.nickname,
    product: price.product,
    trial_period_days: price.recurring?.trial_period_days ?? null,
    usage_type: 'licensed',
  }
}
