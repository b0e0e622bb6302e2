import { and, eq } from 'drizzle-orm'
import { orderLicenses } from '#db/schema/billing.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { crashPoint } from '#lib/core/crash-point.ts'
import { env } from '#lib/core/env.ts'
import { findUser } from '#lib/people/users/find-user.ts'
import type { ClaimedOrder } from '../orders/find-claimed-order.ts'
import { hasEnded } from '../orders/order-status.ts'
import { applyLicense, suspendLicense } from './apply-license.ts'
import type { Conclusion, FulfilledLicense } from './conclude-subject.ts'
import { DEFAULT_POLICY, type Desired, desiredState } from './desired-state.ts'
import type { FetchedSubject, OrderClaim } from './fetched-subject.ts'
import { giveBack } from './give-back.ts'

/**
 * Makes and updates the licenses of an order through the licensing API. What it did is written down by `concludeSubject`;
 * if the process dies in between, the next try finds the same licenses by their derived ids.
 */
export async function fulfillOrder(
  ctx: Authorized<'system:work'>,
  claimed: ClaimedOrder,
  fetched: FetchedSubject & { kind: 'order' },
): Promise<Conclusion> {
  const { order, price } = claimed
  const user = order.userId ? await findUser(ctx.db, ctx.accountId, order.userId) : undefined
  if (!user) return endOfErased(ctx, claimed, fetched.claim)
  const offer = {
    productId: price.productId,
    templateId: price.licenseTemplateId,
    fulfillment: price.fulfillment,
    interval: price.interval && `P${price.intervalCount}${price.interval === 'year' ? 'Y' : 'M'}`,
  }
  const test = env().BILLING_MODE === 'test'
  const desired = desiredState(
    { orderId: order.id, userId: user.id, offer, test },
    fetched.facts,
    'none',
    DEFAULT_POLICY,
    ctx.clock.now(),
  )
  return {
    kind: 'order',
    claimed,
    claim: fetched.claim,
    buyer: { email: user.email, firstName: user.firstName },
    licenses: await applyAll(ctx, claimed, desired),
    recheckAt: desired.decision === 'licensed' ? desired.recheckAt : null,
    attention: desired.decision === 'keep' ? desired.alert : null,
  }
}

/**
 * The buyer is gone: nothing is made. What was paid after they went, so that nothing was ever delivered for it, is given
 * back, and a subscription does not run on without anybody to use it.
 */
async function endOfErased(
  ctx: Authorized<'system:work'>,
  { order }: ClaimedOrder,
  claim: OrderClaim,
): Promise<Conclusion> {
  const wasDelivered = order.paidAt !== null || (await knownLicenses(ctx, order.id)).length > 0
  const runsOn = claim.subscriptionId !== null && !hasEnded(claim.paymentStatus)
  const isOwedBack = !wasDelivered && (claim.subscriptionId !== null || claim.isPaid)
  const givenBack = isOwedBack || runsOn ? await giveBack(order, claim, { refunds: isOwedBack }) : null
  crashPoint('after-refund')
  return { kind: 'owner-erased', order, claim, givenBack }
}

async function applyAll(
  ctx: Authorized<'system:work'>,
  { order, activationsPerSeat }: ClaimedOrder,
  desired: Desired,
): Promise<FulfilledLicense[]> {
  const applied: FulfilledLicense[] = []
  if (desired.decision === 'licensed') {
    for (const wanted of desired.licenses) {
      const { id, key } = await applyLicense(order.id, wanted, activationsPerSeat)
      applied.push({ line: wanted.line, index: wanted.index, id, key })
      crashPoint('after-license')
    }
  }
  if (desired.decision === 'licensed' || desired.decision === 'nothing') {
    const wanted = new Set(applied.map((license) => license.id))
    for (const { licenseId } of await knownLicenses(ctx, order.id)) {
      if (!wanted.has(licenseId)) await suspendLicense(licenseId)
    }
  }
  return applied
}

function knownLicenses(ctx: Authorized<'system:work'>, orderId: string) {
  return ctx.db
    .select({ licenseId: orderLicenses.licenseId })
    .from(orderLicenses)
    .where(and(eq(orderLicenses.accountId, ctx.accountId), eq(orderLicenses.orderId, orderId)))
}
