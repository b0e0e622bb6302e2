import { and, eq, inArray } from 'drizzle-orm'
import { orders, reconciliations, stripeEvents } from '#db/schema/billing.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { crashPoint } from '#lib/core/crash-point.ts'
import { log } from '#lib/core/logging/log.ts'
import { type ClaimedOrder, findClaimedOrder, objection } from '../orders/find-claimed-order.ts'
import { hasEnded } from '../orders/order-status.ts'
import { type Conclusion, concludeSubject } from './conclude-subject.ts'
import { failReconcile } from './fail-reconcile.ts'
import { fetchSubject } from './fetch-subject.ts'
import type { FetchedSubject } from './fetched-subject.ts'
import { fulfillOrder } from './fulfill-order.ts'

/**
 * Brings everything that hangs on a subject to what the payment provider says of it now. Any number of times, after any
 * events in any order, it ends in the same licenses. A failure is written down with its next due time and is no error of
 * the job.
 */
export async function reconcile(ctx: Authorized<'system:work'>, subject: string): Promise<void> {
  const seen = await whatIsPending(ctx, subject)
  try {
    const fetched = await fetchSubject(subject, (id) => isKnownSubscription(ctx, id))
    crashPoint('after-fetch')
    const conclusion = await act(ctx, fetched)
    await inTransaction(ctx, async (tx) => {
      await concludeSubject(tx, { subject, ...seen }, conclusion)
      crashPoint('before-commit')
    })
  } catch (error) {
    await failReconcile(ctx, subject, error)
  }
}

async function act(ctx: Authorized<'system:work'>, fetched: FetchedSubject): Promise<Conclusion> {
  if (fetched.kind !== 'order') return fetched
  const claimed = await findClaimedOrder(ctx.db, ctx.accountId, fetched.claim)
  if (!claimed) return withoutOrder(fetched)
  const against = await objection(ctx.db, claimed, fetched.claim)
  if (against) return refused(claimed, against)
  return fulfillOrder(ctx, claimed, fetched)
}

/** A payment with our mark but without an order. Its payer gets nothing unless a person looks. */
function withoutOrder({ claim, facts }: FetchedSubject & { kind: 'order' }): Conclusion {
  const runs = facts.kind === 'subscription' && !hasEnded(facts.status)
  if (!claim.isPaid && !runs) return { kind: 'ignored', note: 'there is no such order' }
  return {
    kind: 'unmatched',
    sentence: 'A payment bears the mark of this installation, but there is no such order.',
  }
}

function refused({ order }: ClaimedOrder, attention: string): Conclusion {
  log().warn({ orderId: order.id, attention }, 'a payment does not fit its order')
  return { kind: 'refused', orderId: order.id, attention }
}

/** What was pending before the fetch: only that is settled by it. Later events have jobs of their own. */
async function whatIsPending(ctx: Authorized<'system:work'>, subject: string) {
  const [row] = await ctx.db
    .select({ dueAt: reconciliations.dueAt })
    .from(reconciliations)
    .where(and(eq(reconciliations.accountId, ctx.accountId), eq(reconciliations.subject, subject)))
  const events = await ctx.db
    .select({ id: stripeEvents.id })
    .from(stripeEvents)
    .where(
      and(
        eq(stripeEvents.accountId, ctx.accountId),
        eq(stripeEvents.subject, subject),
        inArray(stripeEvents.status, ['pending', 'dead']),
      ),
    )
  return { dueAt: row?.dueAt ?? null, eventIds: events.map((event) => event.id) }
}

async function isKnownSubscription(ctx: Authorized<'system:work'>, subscriptionId: string): Promise<boolean> {
  const [row] = await ctx.db
    .select({ id: orders.id })
    .from(orders)
    .where(and(eq(orders.accountId, ctx.accountId), eq(orders.subscriptionId, subscriptionId)))
  return row !== undefined
}
