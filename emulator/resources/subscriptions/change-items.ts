import type Stripe from 'stripe'
import { planOf } from '../../billing/plan-of.ts'
import type { Subscription, SubscriptionItem } from '../../documents/subscriptions.ts'
import { invalidParam, noSuch } from '../../http/errors.ts'
import type { Work } from '../../work.ts'
import { find } from '../find.ts'
import { mergeMetadata } from '../metadata.ts'
import { supportOnly } from '../operation.ts'

/**
 * Quantities and prices of existing items, from now on.
 * @throws ApiError 400 unless the caller renounces proration: the emulator doesn't compute it yet
 */
export async function changeItems(
  work: Work,
  subscription: Subscription,
  params: Stripe.SubscriptionUpdateParams,
): Promise<SubscriptionItem[]> {
  if (params.proration_behavior !== 'none') {
    throw invalidParam('The emulator changes items with proration_behavior=none only.', 'proration_behavior')
  }
  const items = [...subscription.items.data]
  for (const [position, change] of (params.items ?? []).entries()) {
    supportOnly(change, ['id', 'price', 'quantity', 'metadata'])
    const index = items.findIndex((item) => item.id === change.id)
    const item = items[index]
    if (!item) throw noSuch('subscription_item', change.id ?? '', `items[${position}][id]`)
    if (change.quantity !== undefined && change.quantity < 0) {
      throw invalidParam('This value must be greater than or equal to 0.', `items[${position}][quantity]`)
    }
    const price =
      change.price === undefined
        ? item.price
        : await find(work.db, 'price', change.price, `items[${position}][price]`)
    if (price.recurring === null || price.currency !== subscription.currency) {
      throw invalidParam(
        "The price must be recurring and in the subscription's currency.",
        `items[${position}][price]`,
      )
    }
    items[index] = {
      ...item,
      metadata: mergeMetadata(item.metadata, change.metadata ?? undefined),
      plan: planOf(price),
      price,
      quantity: change.quantity ?? item.quantity,
    }
  }
  return items
}
