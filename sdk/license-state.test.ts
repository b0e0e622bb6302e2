import { describe, expect, it } from 'vitest'
import { parseClaims } from './claims.ts'
import { evaluateLicense } from './license-state.ts'
import { DAY, ISSUED_AT, makeClaims } from './testing/issue-token.ts'

function evaluate(changes: Readonly<Record<string, unknown>>, now = ISSUED_AT, latestSeen = 0) {
  const claims = parseClaims(makeClaims(changes))
  if (!claims) throw new Error('the test made claims that cannot be read')
  return evaluateLicense(claims, now, latestSeen)
}

const NO_GRACE = { ssgpeat: 0 }

describe('a license stops', () => {
  it.each([
    ['after its expiry', { ...NO_GRACE, eat: ISSUED_AT + 10 }, ISSUED_AT + 10, 'EXPIRED'],
    ['after the grace period without synchronizing', {}, ISSUED_AT + 7 * DAY, 'GRACE_PERIOD_OVER'],
    ['after the lease', { leat: ISSUED_AT + 300 }, ISSUED_AT + 300, 'LEASE_EXPIRED'],
  ])('%s, and not a second before', (_title, changes, deadline, status) => {
    expect(evaluate(changes, deadline).status).toBe('ACTIVE')
    expect(evaluate(changes, deadline + 1).status).toBe(status)
  })

  it('while it is suspended', () => {
    expect(evaluate({ suspended: true })).toMatchObject({ status: 'SUSPENDED', reason: 'LICENSE_SUSPENDED' })
  })

  it('when the token was issued later than the clock shows, beyond the allowed offset', () => {
    expect(evaluate({}, ISSUED_AT - 3600).status).toBe('ACTIVE')
    expect(evaluate({}, ISSUED_AT - 3601)).toMatchObject({
      status: 'CLOCK_TAMPERED',
      reason: 'TOKEN_FROM_FUTURE',
    })
  })

  it('when a later time has been seen than the clock shows, beyond the allowed offset', () => {
    const seen = ISSUED_AT + 5 * DAY
    expect(evaluate({}, seen - 3600, seen).status).toBe('ACTIVE')
    expect(evaluate({}, seen - 3601, seen)).toMatchObject({
      status: 'CLOCK_TAMPERED',
      reason: 'CLOCK_TURNED_BACK',
    })
  })

  it('for the first reason of the protocol order when several hold', () => {
    const all = { leat: ISSUED_AT + 1, ssgpeat: ISSUED_AT + 1, eat: ISSUED_AT + 1, suspended: true }
    const late = ISSUED_AT + 2
    expect(evaluate(all, late, late + 9999).status).toBe('CLOCK_TAMPERED')
    expect(evaluate(all, late).status).toBe('LEASE_EXPIRED')
    expect(evaluate({ ...all, leat: 0 }, late).status).toBe('GRACE_PERIOD_OVER')
    expect(evaluate({ ...all, leat: 0, ssgpeat: 0 }, late).status).toBe('EXPIRED')
    expect(evaluate({ suspended: true }, late).status).toBe('SUSPENDED')
  })
})

describe('a license runs', () => {
  it('for ever when it has neither expiry, lease nor grace period', () => {
    const state = evaluate({ eat: 0, ssgpeat: 0, ssi: 0 }, ISSUED_AT + 9000 * DAY)
    expect(state).toMatchObject({
      status: 'ACTIVE',
      license: { expiresAt: null, worksOfflineUntil: null, nextSyncAt: null },
    })
  })

  it('with any clock when the license allows any offset', () => {
    expect(evaluate({ aco: -1 }, ISSUED_AT - 900 * DAY, ISSUED_AT + DAY).status).toBe('ACTIVE')
  })
})

describe('the license tells', () => {
  it('its earliest deadline, and when to synchronize', () => {
    const { license } = evaluate({ leat: ISSUED_AT + 3 * DAY })
    expect(license?.worksOfflineUntil).toEqual(new Date((ISSUED_AT + 3 * DAY) * 1000))
    expect(license?.nextSyncAt).toEqual(new Date((ISSUED_AT + DAY) * 1000))
  })

  it('what it allows', () => {
    const { license } = evaluate({
      ta: 2,
      lma: [{ name: 'exports', allowedUses: 10, totalUses: 4, grossUses: 9 }],
      ama: [{ name: 'exports', uses: 3 }],
      pvn: 'pro',
      pvdn: 'Professional',
      pvff: [{ name: 'batch', enabled: true, data: '' }],
      esn: 'pro-set',
      esdn: 'Professional set',
      ent: [
        { featureName: 'cloud', featureDisplayName: 'Cloud', value: '10 GB', expiresAt: 0 },
        { featureName: 'beta', featureDisplayName: 'Beta', value: 'on', expiresAt: ISSUED_AT - 1 },
      ],
    })
    expect(license).toMatchObject({
      type: 'node-locked',
      holder: { name: 'Jane Doe', email: 'jane@example.com' },
      activations: { used: 2, allowed: 3 },
      metadata: { license: [{ key: 'seats', value: '5' }], user: [] },
      meters: {
        license: [{ name: 'exports', used: 4, allowed: 10 }],
        activation: [{ name: 'exports', used: 3, allowed: null }],
      },
      productVersion: {
        name: 'pro',
        displayName: 'Professional',
        featureFlags: [{ name: 'batch', enabled: true }],
      },
      entitlementSet: { name: 'pro-set', displayName: 'Professional set' },
    })
    expect(license?.entitlements.map(({ name }) => name)).toEqual(['cloud'])
  })

  it.each([[-1], [0]])('that devices are unlimited when %i are allowed', (aa) => {
    expect(evaluate({ aa }).license?.activations).toEqual({ used: 1, allowed: null })
  })

  it('nothing about devices when the token does not', () => {
    expect(evaluate({ aa: undefined }).license?.activations).toBeNull()
  })
})
