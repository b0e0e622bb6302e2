import { and, eq, inArray } from 'drizzle-orm'
import { orderLicenses, orders, reconciliations, stripeEvents } from '#db/schema/billing.ts'
import { recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { derivedId } from '#lib/core/ids.ts'
import { log } from '#lib/core/logging/log.ts'
import { alertOperators } from '#lib/mail/alert-operators.ts'
import { queueMail } from '#lib/mail/queue-mail.ts'
import type { ClaimedOrder, OrderRow } from '../orders/find-claimed-order.ts'
import type { OrderClaim } from './fetched-subject.ts'
import type { GivenBack } from './give-back.ts'
import { addReconcileJob, queueReconcile } from './queue-reconcile.ts'

export interface FulfilledLicense {
  line: number
  index: number
  id: string
  key: string
}

/** The outcome of looking at a subject. */
export type Conclusion =
  | { kind: 'forward'; subject: string }
  | { kind: 'ignored'; note: string }
  /** Paid, with our mark, but without an order. */
  | { kind: 'unmatched'; sentence: string }
  | { kind: 'refused'; orderId: string; attention: string }
  /** `givenBack`: cancellation and refunds; null if nothing was paid. */
  | { kind: 'owner-erased'; order: OrderRow; claim: OrderClaim; givenBack: GivenBack | null }
  | {
      kind: 'order'
      claimed: ClaimedOrder
      claim: OrderClaim
      buyer: { email: string | null; firstName: string }
      licenses: FulfilledLicense[]
      /** When time alone changes the result. */
      recheckAt: Date | null
      attention: string | null
    }

interface Looked {
  subject: string
  /** The due time before the fetch; null if nothing was due. */
  dueAt: Date | null
  eventIds: string[]
}

/** Writes down, in the open transaction, what was done: order, licenses, mail, audit, inbox and what is owed next. */
export async function concludeSubject(
  tx: Authorized<'system:work'>,
  looked: Looked,
  conclusion: Conclusion,
): Promise<void> {
  switch (conclusion.kind) {
    case 'forward':
      await queueReconcile(tx, conclusion.subject)
      return settle(tx, looked, { status: 'done', note: `looked at ${conclusion.subject}` })
    case 'ignored':
      return settle(tx, looked, { status: 'ignored', note: conclusion.note })
    case 'unmatched':
      log().error({ subject: looked.subject }, 'a payment of ours fits no order')
      await alertOperators(tx, looked.subject, {
        title: 'A payment fits no order',
        sentence: `${conclusion.sentence} No license was made. Look up ${looked.subject} at the payment provider: refund it, or make the license by hand.`,
        path: '/dashboard/orders',
      })
      return settle(tx, looked, { status: 'dead', note: conclusion.sentence, state: 'dead' })
    case 'refused':
      await tx.db
        .update(orders)
        .set({ attention: conclusion.attention, updatedAt: tx.clock.now() })
        .where(and(eq(orders.accountId, tx.accountId), eq(orders.id, conclusion.orderId)))
      await alertOperators(tx, conclusion.orderId, {
        title: 'A payment does not fit its order',
        sentence: `${conclusion.attention} No license was made for it.`,
        path: `/dashboard/orders/${conclusion.orderId}`,
      })
      return settle(tx, looked, { status: 'ignored', note: conclusion.attention })
    case 'owner-erased':
      return concludeErased(tx, looked, conclusion)
    case 'order':
      await writeOrder(tx, conclusion)
      return settle(tx, looked, { status: 'done', note: null, recheckAt: conclusion.recheckAt })
  }
}

/** Records the outcome of a payment whose buyer was deleted, and tells the operators once. */
async function concludeErased(
  tx: Authorized<'system:work'>,
  looked: Looked,
  { order, claim, givenBack }: Conclusion & { kind: 'owner-erased' },
): Promise<void> {
  const now = tx.clock.now()
  const isTold = order.attention !== null
  const attention = order.attention ?? (givenBack && sentenceOf(claim, givenBack))
  await tx.db
    .update(orders)
    .set({
      checkoutSessionId: order.checkoutSessionId ?? claim.checkoutSessionId,
      subscriptionId: order.subscriptionId ?? claim.subscriptionId,
      paymentIntentId: order.paymentIntentId ?? claim.paymentIntentId,
      amountTotal: order.amountTotal ?? claim.amountTotal,
      paymentStatus: givenBack?.cancelled ? 'canceled' : claim.paymentStatus,
      paidAt: order.paidAt ?? (givenBack && givenBack.refunds.length > 0 ? now : null),
      failedAt: claim.hasFailed ? (order.failedAt ?? now) : null,
      expiredAt: claim.hasExpired ? (order.expiredAt ?? now) : null,
      attention,
      reconciledAt: now,
      updatedAt: now,
    })
    .where(and(eq(orders.accountId, tx.accountId), eq(orders.id, order.id)))
  if (givenBack && attention && !isTold) {
    recordEvent(tx, {
      event: 'order.given-back',
      resource: 'order',
      resourceId: order.id,
      changes: { cancelled: givenBack.cancelled, refunds: givenBack.refunds },
    })
    await alertOperators(tx, order.id, {
      title: 'A payment came for a customer who was deleted',
      sentence: attention,
      path: `/dashboard/orders/${order.id}`,
    })
  }
  const isOver = claim.subscriptionId !== null || claim.isPaid || claim.hasFailed || claim.hasExpired
  // A page that may still be paid is found by the sweep, if no event arrives.
  return settle(tx, looked, {
    status: givenBack ? 'done' : 'ignored',
    note: 'the buyer was erased',
    state: isOver ? 'owner-erased' : 'done',
  })
}

function sentenceOf(claim: OrderClaim, { refunds }: GivenBack): string {
  const problems = refunds.flatMap(({ problem }) => (problem ? [problem] : []))
  const returned = refunds.length - problems.length
  return [
    'The customer was deleted before this was paid, so no license was made.',
    claim.subscriptionId && 'The subscription was cancelled.',
    returned > 0 && 'The payment was refunded.',
    ...problems.map((problem) => `A payment could not be refunded: ${problem}`),
  ]
    .filter(Boolean)
    .join(' ')
}

async function writeOrder(
  tx: Authorized<'system:work'>,
  done: Conclusion & { kind: 'order' },
): Promise<void> {
  const now = tx.clock.now()
  const { claim, claimed } = done
  const { order } = claimed
  await tx.db
    .update(orders)
    .set({
      checkoutSessionId: order.checkoutSessionId ?? claim.checkoutSessionId,
      subscriptionId: order.subscriptionId ?? claim.subscriptionId,
      paymentIntentId: order.paymentIntentId ?? claim.paymentIntentId,
      amountTotal: order.amountTotal ?? claim.amountTotal,
      paymentStatus: claim.paymentStatus,
      paidAt: order.paidAt ?? (claim.isPaid ? now : null),
      failedAt: claim.hasFailed ? (order.failedAt ?? now) : null,
      expiredAt: claim.hasExpired ? (order.expiredAt ?? now) : null,
      attention: done.attention,
      reconciledAt: now,
      updatedAt: now,
    })
    .where(and(eq(orders.accountId, tx.accountId), eq(orders.id, order.id)))
  for (const license of done.licenses) await writeLicense(tx, done, license)
}

async function writeLicense(
  tx: Authorized<'system:work'>,
  { claimed, buyer }: Conclusion & { kind: 'order' },
  license: FulfilledLicense,
): Promise<void> {
  const { order, productName } = claimed
  const [isNew] = await tx.db
    .insert(orderLicenses)
    .values({
      accountId: tx.accountId,
      orderId: order.id,
      line: license.line,
      index: license.index,
      licenseId: license.id,
      createdAt: tx.clock.now(),
    })
    .onConflictDoNothing()
    .returning({ licenseId: orderLicenses.licenseId })
  if (!isNew) return
  recordEvent(tx, {
    event: 'order.fulfilled',
    resource: 'order',
    resourceId: order.id,
    userId: order.userId,
    changes: { licenseId: license.id, line: license.line, index: license.index },
  })
  if (!buyer.email) return
  if (license.key === '') {
    log().warn({ licenseId: license.id }, 'a key that cannot be read was not mailed')
    return
  }
  await queueMail(tx, {
    id: derivedId('mail', 'license-key', order.id, license.line, license.index),
    template: 'license-key',
    to: buyer.email,
    userId: order.userId,
    props: { firstName: buyer.firstName, productName, licenseKey: license.key, licenseId: license.id },
  })
}

async function settle(
  tx: Authorized<'system:work'>,
  looked: Looked,
  result: {
    status: 'done' | 'ignored' | 'dead'
    note: string | null
    state?: 'done' | 'owner-erased' | 'dead'
    recheckAt?: Date | null
  },
): Promise<void> {
  const now = tx.clock.now()
  if (looked.eventIds.length > 0) {
    await tx.db
      .update(stripeEvents)
      .set({ status: result.status, note: result.note, handledAt: now })
      .where(and(eq(stripeEvents.accountId, tx.accountId), inArray(stripeEvents.id, looked.eventIds)))
  }
  if (!looked.dueAt) return
  const { recheckAt } = result
  const settled = await tx.db
    .update(reconciliations)
    .set({
      state: recheckAt ? 'due' : (result.state ?? 'done'),
      dueAt: recheckAt ?? looked.dueAt,
      attempts: 0,
      failingSince: null,
      lastError: result.state === 'dead' ? result.note : null,
      updatedAt: now,
    })
    .where(
      and(
        eq(reconciliations.accountId, tx.accountId),
        eq(reconciliations.subject, looked.subject),
        // If the subject was queued again meanwhile, it stays due.
        eq(reconciliations.dueAt, looked.dueAt),
      ),
    )
    .returning({ subject: reconciliations.subject })
  if (recheckAt && settled.length > 0) await addReconcileJob(tx, looked.subject, recheckAt)
}
