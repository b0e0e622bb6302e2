import { and, eq } from 'drizzle-orm'
import { stripeCustomers } from '#db/schema/billing.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { onceMore } from '../reconcile/once-more.ts'
import { APP_TAG, isLivemode, stripe } from '../stripe-client.ts'

/** The longest name of a customer that the payment provider keeps, characters. First and last name may be longer together. */
const PROVIDER_NAME_LENGTH = 256

export interface Buyer {
  id: string
  email: string | null
  name: string
}

/**
 * The buyer's customer at the provider, made on first use. It is found by our own table alone, because a customer's email
 * address at the provider proves nothing.
 * @param options.attempt how often the provider refused before: it answers a key as it did the first time
 * @param options.replaces a customer that turned out to be gone
 */
export async function ensureStripeCustomer(
  ctx: Authorized<'me:buy'>,
  buyer: Buyer,
  { attempt, replaces }: { attempt: number; replaces?: string },
): Promise<string> {
  const livemode = isLivemode()
  const key = and(
    eq(stripeCustomers.accountId, ctx.accountId),
    eq(stripeCustomers.userId, buyer.id),
    eq(stripeCustomers.livemode, livemode),
  )
  if (replaces) {
    await ctx.db.delete(stripeCustomers).where(and(key, eq(stripeCustomers.customerId, replaces)))
  }
  const [known] = await ctx.db
    .select({ customerId: stripeCustomers.customerId })
    .from(stripeCustomers)
    .where(key)
  if (known) return known.customerId
  const customer = await onceMore(() =>
    stripe().customers.create(
      {
        ...(buyer.email && { email: buyer.email }),
        ...(buyer.name && { name: buyer.name.slice(0, PROVIDER_NAME_LENGTH).toWellFormed() }),
        metadata: { app: APP_TAG, user_id: buyer.id },
      },
      // The key names the replaced customer: the provider would answer the old key with that deleted customer.
      { idempotencyKey: `customer:${buyer.id}:${replaces ?? 'first'}:${attempt}` },
    ),
  )
  await ctx.db
    .insert(stripeCustomers)
    .values({
      accountId: ctx.accountId,
      userId: buyer.id,
      livemode,
      customerId: customer.id,
      createdAt: ctx.clock.now(),
    })
    .onConflictDoNothing()
  const [made] = await ctx.db
    .select({ customerId: stripeCustomers.customerId })
    .from(stripeCustomers)
    .where(key)
  if (!made) throw new Error('the customer at the provider belongs to another user')
  return made.customerId
}
