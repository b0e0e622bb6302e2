import type { Subscription, SubscriptionItem } from '../../documents/subscriptions.ts'
import type { Reader } from '../../storage.ts'

/** Items live inside their subscription. */
export async function findItem(
  db: Reader,
  id: string,
): Promise<{ subscription: Subscription; item: SubscriptionItem } | undefined> {
  const [subscription] = await db.list('subscription', {
    where: ({ items }) => items.data.some((item) => item.id === id),
    limit: 1,
  })
  const item = subscription?.items.data.find((candidate) => candidate.id === id)
  return subscription && item && { subscription, item }
}
