import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isUsable, LICENSE_STATUSES, licenseStatus, type StatusFacts } from './status.ts'

const NOW = new Date('2026-06-15T12:00:00Z')
const near = fc
  .oneof(fc.constantFrom(-1, 0, 1), fc.integer({ min: -5_000_000, max: 5_000_000 }))
  .map((seconds) => new Date(NOW.getTime() + seconds * 1000))
const maybe = fc.option(near, { freq: 3 })
const rarely = fc.option(near, { freq: 1 }).chain((at) => fc.constantFrom(at, null, null))
const seconds = fc.constantFrom(0, 1, 86_400, 1_209_600)
const facts: fc.Arbitrary<StatusFacts> = fc.record({
  revokedManualAt: rarely,
  revokedBillingAt: rarely,
  suspendedManualAt: rarely,
  suspendedBillingAt: rarely,
  effectiveAt: rarely,
  expiresAt: maybe,
  expiryGracePeriod: seconds,
  expiringSoonEventOffset: seconds,
  ownerBannedAt: rarely,
})
const healthy: StatusFacts = {
  revokedManualAt: null,
  revokedBillingAt: null,
  suspendedManualAt: null,
  suspendedBillingAt: null,
  effectiveAt: null,
  expiresAt: null,
  expiryGracePeriod: 0,
  expiringSoonEventOffset: 0,
  ownerBannedAt: null,
}

describe('the status of a license', () => {
  test('follows the fixed order: each cause shows only where no earlier one holds', () => {
    const at = NOW
    const causes: [string, Partial<StatusFacts>][] = [
      ['EXPIRING_SOON', { expiresAt: new Date(at.getTime() + 1000), expiringSoonEventOffset: 60 }],
      ['GRACE', { expiresAt: at, expiryGracePeriod: 60 }],
      ['EXPIRED', { expiresAt: at, expiryGracePeriod: 0 }],
      ['NOT_EFFECTIVE', { effectiveAt: new Date(at.getTime() + 1) }],
      ['SUSPENDED', { suspendedBillingAt: at }],
      ['SUSPENDED', { suspendedManualAt: at }],
      ['BANNED', { ownerBannedAt: at }],
      ['REVOKED', { revokedBillingAt: at }],
      ['REVOKED', { revokedManualAt: at }],
    ]
    let sum = healthy
    expect(licenseStatus(sum, NOW)).toBe('ACTIVE')
    for (const [status, cause] of causes) {
      sum = { ...sum, ...cause }
      expect(licenseStatus(sum, NOW)).toBe(status)
    }
  })

  test('is the first of the fixed order whose own condition holds, for any facts', () => {
    const conditions: [string, (some: StatusFacts, now: number) => boolean][] = [
      ['REVOKED', (some) => some.revokedManualAt !== null || some.revokedBillingAt !== null],
      ['BANNED', (some) => some.ownerBannedAt !== null],
      ['SUSPENDED', (some) => some.suspendedManualAt !== null || some.suspendedBillingAt !== null],
      ['NOT_EFFECTIVE', (some, now) => some.effectiveAt !== null && some.effectiveAt.getTime() > now],
      ['EXPIRED', (some, now) => end(some) + some.expiryGracePeriod * 1000 <= now],
      ['GRACE', (some, now) => end(some) <= now],
      ['EXPIRING_SOON', (some, now) => end(some) - some.expiringSoonEventOffset * 1000 <= now],
      ['ACTIVE', () => true],
    ]
    const end = (some: StatusFacts) => some.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY
    expect(conditions.map(([status]) => status)).toEqual(LICENSE_STATUSES)
    fc.assert(
      fc.property(facts, near, (some, now) => {
        const first = conditions.find(([, holds]) => holds(some, now.getTime()))
        expect(licenseStatus(some, now)).toBe(first?.[0])
      }),
      { numRuns: 1_000 },
    )
  })

  test('licensing §6: past expiry and grace it is usable at no instant, whatever else holds', () => {
    fc.assert(
      fc.property(facts, (some) => {
        const end = some.expiresAt && some.expiresAt.getTime() + some.expiryGracePeriod * 1000
        if (end !== null && end <= NOW.getTime()) expect(isUsable(licenseStatus(some, NOW))).toBe(false)
      }),
    )
  })

  test('a revoked, suspended or ownerless-by-ban license is usable at no instant', () => {
    fc.assert(
      fc.property(
        facts,
        fc.constantFrom(
          'revokedManualAt',
          'revokedBillingAt',
          'suspendedManualAt',
          'suspendedBillingAt',
          'ownerBannedAt',
        ),
        near,
        (some, cause, at) => {
          expect(isUsable(licenseStatus({ ...some, [cause]: at }, NOW))).toBe(false)
        },
      ),
    )
  })

  test('time alone moves it only forward: active, expiring soon, grace, expired', () => {
    const order = ['NOT_EFFECTIVE', 'ACTIVE', 'EXPIRING_SOON', 'GRACE', 'EXPIRED']
    fc.assert(
      fc.property(
        fc.constant(healthy),
        maybe,
        seconds,
        seconds,
        near,
        near,
        (base, expiresAt, grace, soon, a, b) => {
          const some = { ...base, expiresAt, expiryGracePeriod: grace, expiringSoonEventOffset: soon }
          const [first, second] = a <= b ? [a, b] : [b, a]
          const rank = (at: Date) => order.indexOf(licenseStatus(some, at))
          expect(rank(second)).toBeGreaterThanOrEqual(rank(first))
        },
      ),
    )
  })

  test('is always one of the eight words', () => {
    fc.assert(fc.property(facts, near, (some, at) => LICENSE_STATUSES.includes(licenseStatus(some, at))))
  })
})
