/** What the order's price says about each line. */
export interface OfferTerms {
  productId: string
  /** Null = the product's default template. */
  templateId: string | null
  fulfillment: 'seats' | 'keys'
  /** ISO 8601 length of one paid period; null for what is bought once. */
  interval: string | null
}

interface OrderFacts {
  orderId: string
  userId: string
  offer: OfferTerms
  /** Simulated payments leave their mark on the license. */
  test: boolean
}

export interface SubscriptionFacts {
  kind: 'subscription'
  /** The provider's word; more may come. */
  status: string
  items: readonly { quantity: number; periodEnd: Date }[]
  trialEnd: Date | null
  cancelAt: Date | null
  cancelAtPeriodEnd: boolean
  endedAt: Date | null
  /** First failed attempt to renew, or when the unpaid invoice was made; null when nothing is overdue. */
  overdueSince: Date | null
}

export interface PaymentFacts {
  kind: 'payment'
  sessionStatus: string | null
  paymentStatus: string
  lines: readonly { quantity: number }[]
}

export type PaidFacts = SubscriptionFacts | PaymentFacts

/** What happened to the money afterwards. */
export type ChargeOverlay = 'none' | 'refunded' | 'disputed' | 'dispute-lost' | 'dispute-won'

export interface DesiredLicense {
  line: number
  index: number
  productId: string
  templateId: string | null
  userId: string
  /** Device limits are the template's times this. */
  seats: number
  /** One paid period, by which an operator renews; null = the template's. */
  interval: string | null
  /** Null = billing sets no expiry: the template's own rule holds. */
  expiresAt: Date | null
  suspended: boolean
  revoked: boolean
  /** Our own entries. Null means that the entry does not hold: it is absent, or `false` if it once held. */
  metadata: Record<string, string | null>
}

export type Desired =
  /** These licenses exist in this state. `recheckAt`: when time alone changes the answer. */
  | { decision: 'licensed'; licenses: DesiredLicense[]; recheckAt: Date | null }
  /** The payment is still under way: do nothing. */
  | { decision: 'wait' }
  /** Nothing is owed. Licenses that exist all the same are suspended. */
  | { decision: 'nothing'; reason: string }
  /** Nothing is changed, and a person should look. */
  | { decision: 'keep'; alert: string }

/** Which licenses an order should have, and in what state. Pure: the same facts at the same time give the same answer. */
export function desiredState(
  order: OrderFacts,
  facts: PaidFacts,
  overlay: ChargeOverlay,
  policy: BillingPolicy,
  now: Date,
): Desired {
  const base =
    facts.kind === 'payment' ? paymentState(order, facts) : subscriptionState(order, facts, policy, now)
  return base.decision === 'licensed' ? { ...base, licenses: base.licenses.map(overlaid(overlay)) } : base
}

function paymentState(order: OrderFacts, facts: PaymentFacts): Desired {
  if (facts.sessionStatus === 'expired') return { decision: 'nothing', reason: 'the session expired' }
  const isPaid = facts.paymentStatus === 'paid' || facts.paymentStatus === 'no_payment_required'
  if (facts.sessionStatus !== 'complete' || !isPaid) return { decision: 'wait' }
  return {
    decision: 'licensed',
    licenses: facts.lines.flatMap((line, number) =>
      licensesOf(order, number, line.quantity, { expiresAt: null, suspended: false, trial: false }),
    ),
    recheckAt: null,
  }
}

function subscriptionState(
  order: OrderFacts,
  facts: SubscriptionFacts,
  policy: BillingPolicy,
  now: Date,
): Desired {
  const { status } = facts
  switch (status) {
    case 'trialing':
    case 'active':
    case 'past_due':
    case 'unpaid':
    case 'paused':
    case 'canceled': {
      const { expiresAt, suspended, recheckAt } = term(facts, policy, now)
      const state = { expiresAt, suspended, trial: status === 'trialing' }
      return {
        decision: 'licensed',
        licenses: facts.items.flatMap((item, line) => licensesOf(order, line, item.quantity, state)),
        recheckAt,
      }
    }
    case 'incomplete':
      return { decision: 'wait' }
    case 'incomplete_expired':
      return { decision: 'nothing', reason: 'the first payment never came' }
    default:
      return { decision: 'keep', alert: `The payment provider reports the unknown status "${status}".` }
  }
}

/** How long the licenses last and whether they are suspended. */
function term(facts: SubscriptionFacts, policy: BillingPolicy, now: Date) {
  const periodEnd = latest(facts.items.map((item) => item.periodEnd))
  const paidUntil = facts.status === 'trialing' ? (facts.trialEnd ?? periodEnd) : periodEnd
  const leewayEnd = paidUntil && new Date(paidUntil.getTime() + policy.leewayMs)
  const cancelAt = facts.cancelAt ?? (facts.cancelAtPeriodEnd ? periodEnd : null)
  const normal = earliest([leewayEnd, cancelAt])
  switch (facts.status) {
    case 'canceled':
      // Also where a dispute ended it: suspended is what an open dispute means.
      return { expiresAt: facts.endedAt ?? now, suspended: true, recheckAt: null }
    case 'paused':
      return { expiresAt: normal, suspended: true, recheckAt: null }
    case 'unpaid':
    case 'past_due': {
      // The period already runs on unpaid: an offline token must not carry that month.
      const graceEnd = new Date((facts.overdueSince ?? now).getTime() + policy.graceMs)
      const suspended = facts.status === 'unpaid' || graceEnd <= now
      return { expiresAt: earliest([normal, graceEnd]), suspended, recheckAt: suspended ? null : graceEnd }
    }
    default:
      return { expiresAt: normal, suspended: false, recheckAt: null }
  }
}

function licensesOf(
  order: OrderFacts,
  line: number,
  quantity: number,
  state: { expiresAt: Date | null; suspended: boolean; trial: boolean },
): DesiredLicense[] {
  const { offer } = order
  const count = offer.fulfillment === 'keys' ? quantity : 1
  return Array.from({ length: count }, (_, index) => ({
    line,
    index,
    productId: offer.productId,
    templateId: offer.templateId,
    userId: order.userId,
    seats: offer.fulfillment === 'seats' ? quantity : 1,
    interval: offer.interval,
    expiresAt: state.expiresAt,
    suspended: state.suspended,
    revoked: false,
    metadata: {
      order_id: order.orderId,
      order_line: String(line),
      order_index: String(index),
      trial: state.trial ? 'true' : null,
      test: order.test ? 'true' : null,
    },
  }))
}

function overlaid(overlay: ChargeOverlay): (license: DesiredLicense) => DesiredLicense {
  return (license) => {
    switch (overlay) {
      case 'none':
      case 'dispute-won':
        return license
      case 'disputed':
        return { ...license, suspended: true }
      case 'refunded':
      case 'dispute-lost':
        return { ...license, revoked: true }
    }
  }
}

function latest(dates: readonly Date[]): Date | null {
  return dates.reduce<Date | null>((best, date) => (best && best >= date ? best : date), null)
}

function earliest(dates: readonly (Date | null)[]): Date | null {
  return dates.reduce<Date | null>((best, date) => (date && (!best || date < best) ? date : best), null)
}

const DAY_MS = 24 * 3_600_000

/** How billing turns into rights. The pure function takes it as an input, so that it can become a setting. */
export interface BillingPolicy {
  /** A license runs on past the paid period, so that a payment that takes a while stops nobody. */
  leewayMs: number
  /** A license runs on after a failed renewal. */
  graceMs: number
}

export const DEFAULT_POLICY: BillingPolicy = { leewayMs: 3 * DAY_MS, graceMs: 7 * DAY_MS }
