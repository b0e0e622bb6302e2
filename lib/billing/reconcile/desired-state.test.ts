import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type ChargeOverlay,
  DEFAULT_POLICY,
  type Desired,
  type DesiredLicense,
  desiredState,
  type PaymentFacts,
  type SubscriptionFacts,
} from './desired-state.ts'

const NOW = new Date('2026-03-10T12:00:00Z')
const order = {
  orderId: 'order-1',
  userId: 'user-1',
  offer: {
    productId: 'product-1',
    templateId: null,
    fulfillment: 'seats' as 'seats' | 'keys',
    interval: null,
  },
  test: false,
}
const PERIOD_END = new Date('2026-04-01T00:00:00Z')
const LEEWAY_END = new Date('2026-04-04T00:00:00Z')

function subscription(changes: Partial<SubscriptionFacts>): SubscriptionFacts {
  return {
    kind: 'subscription',
    status: 'active',
    items: [{ quantity: 1, periodEnd: PERIOD_END }],
    trialEnd: null,
    cancelAt: null,
    cancelAtPeriodEnd: false,
    endedAt: null,
    overdueSince: null,
    ...changes,
  }
}

function decide(
  facts: SubscriptionFacts | PaymentFacts,
  overlay: ChargeOverlay = 'none',
  now = NOW,
): Desired {
  return desiredState(order, facts, overlay, DEFAULT_POLICY, now)
}

function onlyLicense(desired: Desired): DesiredLicense {
  if (desired.decision !== 'licensed') throw new Error(`decided ${desired.decision}`)
  const [license, ...others] = desired.licenses
  if (!license || others.length > 0) throw new Error('not one license')
  return license
}

describe('a subscription', () => {
  test.each<[string, Partial<SubscriptionFacts>, { expiresAt: Date | null; suspended: boolean }]>([
    ['active lasts for the paid period and the leeway', {}, { expiresAt: LEEWAY_END, suspended: false }],
    [
      'on trial lasts until its end and the leeway',
      { status: 'trialing', trialEnd: new Date('2026-03-20T00:00:00Z') },
      { expiresAt: new Date('2026-03-23T00:00:00Z'), suspended: false },
    ],
    [
      'past due runs on until the grace ends, and carries no unpaid month',
      { status: 'past_due', overdueSince: new Date('2026-03-08T00:00:00Z') },
      { expiresAt: new Date('2026-03-15T00:00:00Z'), suspended: false },
    ],
    [
      'past due beyond the grace is suspended',
      { status: 'past_due', overdueSince: new Date('2026-03-01T00:00:00Z') },
      { expiresAt: new Date('2026-03-08T00:00:00Z'), suspended: true },
    ],
    [
      'unpaid is suspended',
      { status: 'unpaid', overdueSince: new Date('2026-03-01T00:00:00Z') },
      { expiresAt: new Date('2026-03-08T00:00:00Z'), suspended: true },
    ],
    ['paused is suspended', { status: 'paused' }, { expiresAt: LEEWAY_END, suspended: true }],
    [
      'canceled ended when it ended',
      { status: 'canceled', endedAt: new Date('2026-03-09T00:00:00Z') },
      { expiresAt: new Date('2026-03-09T00:00:00Z'), suspended: true },
    ],
    [
      'to be canceled at a date ends there, without leeway (#20, flexible billing)',
      { cancelAt: new Date('2026-03-25T00:00:00Z') },
      { expiresAt: new Date('2026-03-25T00:00:00Z'), suspended: false },
    ],
    [
      'to be canceled at the period end ends there (#20, classic billing)',
      { cancelAtPeriodEnd: true },
      { expiresAt: PERIOD_END, suspended: false },
    ],
    [
      'with items of different periods lasts as long as the longest (#15)',
      {
        items: [
          { quantity: 1, periodEnd: PERIOD_END },
          { quantity: 1, periodEnd: new Date('2026-09-01T00:00:00Z') },
        ],
      },
      { expiresAt: new Date('2026-09-04T00:00:00Z'), suspended: false },
    ],
  ])('%s', (_title, changes, expected) => {
    const desired = decide(subscription(changes))
    if (desired.decision !== 'licensed') throw new Error(`decided ${desired.decision}`)
    expect(desired.licenses[0]).toMatchObject({ ...expected, revoked: false, userId: 'user-1' })
  })

  test('that waits for its first payment has no license yet, and one that never came has none', () => {
    expect(decide(subscription({ status: 'incomplete' }))).toEqual({ decision: 'wait' })
    expect(decide(subscription({ status: 'incomplete_expired' }))).toMatchObject({ decision: 'nothing' })
  })

  test('of a status that did not exist when this was written stays as it is and tells an operator', () => {
    const desired = decide(subscription({ status: 'hibernating' }))
    expect(desired).toMatchObject({ decision: 'keep', alert: expect.stringContaining('hibernating') })
  })

  test('past due is looked at again when its grace ends, others when an event comes', () => {
    const overdueSince = new Date('2026-03-08T00:00:00Z')
    expect(decide(subscription({ status: 'past_due', overdueSince }))).toMatchObject({
      recheckAt: new Date('2026-03-15T00:00:00Z'),
    })
    expect(decide(subscription({}))).toMatchObject({ recheckAt: null })
  })

  test('marks the license while it is on trial, and only then', () => {
    expect(
      onlyLicense(decide(subscription({ status: 'trialing', trialEnd: PERIOD_END }))).metadata.trial,
    ).toBe('true')
    expect(onlyLicense(decide(subscription({}))).metadata.trial).toBeNull()
  })
})

describe('a one-time payment', () => {
  const payment = (sessionStatus: string, paymentStatus: string): PaymentFacts => ({
    kind: 'payment',
    sessionStatus,
    paymentStatus,
    lines: [{ quantity: 1 }],
  })

  test.each([
    ['complete', 'paid'],
    ['complete', 'no_payment_required'],
  ])('%s and %s becomes a license without an expiry of billing', (sessionStatus, paymentStatus) => {
    expect(onlyLicense(decide(payment(sessionStatus, paymentStatus)))).toMatchObject({
      expiresAt: null,
      suspended: false,
      revoked: false,
    })
  })

  test.each([
    ['complete', 'unpaid'],
    ['open', 'unpaid'],
    ['open', 'paid'],
    ['new-status', 'paid'],
    ['complete', 'new-status'],
  ])('%s and %s waits (#13)', (sessionStatus, paymentStatus) => {
    expect(decide(payment(sessionStatus, paymentStatus))).toEqual({ decision: 'wait' })
  })

  test('whose page ran out is owed nothing', () => {
    expect(decide(payment('expired', 'unpaid'))).toMatchObject({ decision: 'nothing' })
  })

  test('of several units becomes one license of that many seats, or that many licenses', () => {
    const facts: PaymentFacts = { ...payment('complete', 'paid'), lines: [{ quantity: 3 }, { quantity: 1 }] }
    const seats = decide(facts)
    const keys = desiredState(
      { ...order, offer: { ...order.offer, fulfillment: 'keys' } },
      facts,
      'none',
      DEFAULT_POLICY,
      NOW,
    )
    if (seats.decision !== 'licensed' || keys.decision !== 'licensed') throw new Error('not licensed')
    const shape = ({ line, index, seats: count }: DesiredLicense) => [line, index, count]
    expect(seats.licenses.map(shape)).toEqual([
      [0, 0, 3],
      [1, 0, 1],
    ])
    expect(keys.licenses.map(shape)).toEqual([
      [0, 0, 1],
      [0, 1, 1],
      [0, 2, 1],
      [1, 0, 1],
    ])
  })
})

describe('what became of the money', () => {
  test.each<[ChargeOverlay, { suspended: boolean; revoked: boolean }]>([
    ['none', { suspended: false, revoked: false }],
    ['disputed', { suspended: true, revoked: false }],
    ['dispute-won', { suspended: false, revoked: false }],
    ['dispute-lost', { suspended: false, revoked: true }],
    ['refunded', { suspended: false, revoked: true }],
  ])('%s', (overlay, expected) => {
    expect(onlyLicense(decide(subscription({}), overlay))).toMatchObject(expected)
  })
})

const instant = fc.date({ min: new Date('2025-01-01'), max: new Date('2028-01-01'), noInvalidDate: true })
const anySubscription: fc.Arbitrary<SubscriptionFacts> = fc.record({
  kind: fc.constant('subscription' as const),
  status: fc.constantFrom(
    'trialing',
    'active',
    'past_due',
    'unpaid',
    'paused',
    'canceled',
    'incomplete',
    'incomplete_expired',
    'unheard_of',
  ),
  items: fc.array(fc.record({ quantity: fc.integer({ min: 1, max: 9 }), periodEnd: instant }), {
    minLength: 1,
    maxLength: 3,
  }),
  trialEnd: fc.option(instant),
  cancelAt: fc.option(instant),
  cancelAtPeriodEnd: fc.boolean(),
  endedAt: fc.option(instant),
  overdueSince: fc.option(instant),
})

describe('whatever the provider says', () => {
  test('the same facts at the same time give the same answer', () => {
    fc.assert(
      fc.property(anySubscription, instant, (facts, now) => {
        expect(decide(structuredClone(facts), 'none', new Date(now))).toEqual(decide(facts, 'none', now))
      }),
    )
  })

  test('no license outlives the paid period by more than the leeway, nor an unpaid one its grace', () => {
    fc.assert(
      fc.property(anySubscription, instant, (facts, now) => {
        const desired = decide(facts, 'none', now)
        if (desired.decision !== 'licensed' || facts.status === 'canceled') return
        const paidUntil = Math.max(
          ...facts.items.map((item) => item.periodEnd.getTime()),
          facts.status === 'trialing' ? (facts.trialEnd?.getTime() ?? 0) : 0,
        )
        for (const license of desired.licenses) {
          const expiresAt = license.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY
          expect(expiresAt).toBeLessThanOrEqual(paidUntil + DEFAULT_POLICY.leewayMs)
          if (facts.cancelAt) expect(expiresAt).toBeLessThanOrEqual(facts.cancelAt.getTime())
          if ((facts.status === 'past_due' || facts.status === 'unpaid') && facts.overdueSince)
            expect(expiresAt).toBeLessThanOrEqual(facts.overdueSince.getTime() + DEFAULT_POLICY.graceMs)
        }
      }),
    )
  })

  test('a license of line and index is there once, and its line and index never move with time', () => {
    fc.assert(
      fc.property(anySubscription, instant, instant, (facts, first, later) => {
        const places = [first, later].map((now) => {
          const desired = decide(facts, 'none', now)
          return desired.decision === 'licensed' ? desired.licenses.map((l) => `${l.line}:${l.index}`) : []
        })
        expect(places[0]).toEqual(places[1])
        expect(new Set(places[0]).size).toBe(places[0]?.length)
      }),
    )
  })

  test('an open dispute, a lost one and a refund never leave a usable license', () => {
    const overlays = fc.constantFrom<ChargeOverlay>('disputed', 'dispute-lost', 'refunded')
    fc.assert(
      fc.property(anySubscription, overlays, instant, (facts, overlay, now) => {
        const desired = decide(facts, overlay, now)
        if (desired.decision !== 'licensed') return
        expect(desired.licenses.every((license) => license.suspended || license.revoked)).toBe(true)
      }),
    )
  })
})
