import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DAY, type Portal, startPortal } from '#tests/helpers/portal.ts'
import { parseClaims, type TokenClaims } from './claims.ts'
import { evaluateLicense } from './license-state.ts'
import { memoryStore } from './store.ts'

let portal: Portal
beforeAll(async () => {
  portal = await startPortal()
})
afterAll(() => portal.close())

const LEASED = { type: 'hosted-floating', allowedFloatingClients: 3, leaseDuration: 300 }
const NO_GRACE = { serverSyncGracePeriod: -1 }
const ENDLESS = { ...NO_GRACE, expiresAt: null, serverSyncInterval: 0 }
const inDays = (days: number) => new Date((portal.now() + days * DAY) * 1000).toISOString()

/** What the server signs for a license with these fields. */
async function signedClaims(fields: object = {}): Promise<TokenClaims> {
  const computer = portal.computer({ store: memoryStore() })
  await computer.activate((await portal.license(fields)).key)
  const claims = parseClaims(decodeJwt((await computer.token()) ?? ''))
  if (!claims) throw new Error('the server signed claims that cannot be read')
  return claims
}

const judge = (claims: TokenClaims, now = claims.issuedAt, latestSeen = 0) =>
  evaluateLicense(claims, { now, latestSeen, entitlements: [], features: null })

describe('a license stops', () => {
  it.each<[string, () => object, 'expiresAt' | 'graceEndsAt' | 'leaseExpiresAt', string]>([
    ['after its expiry', () => ({ ...NO_GRACE, expiresAt: inDays(10) }), 'expiresAt', 'EXPIRED'],
    ['after the grace period without synchronizing', () => ({}), 'graceEndsAt', 'GRACE_PERIOD_OVER'],
    ['after the lease', () => LEASED, 'leaseExpiresAt', 'LEASE_EXPIRED'],
  ])('%s, and not a second before', async (_title, fields, deadline, status) => {
    const claims = await signedClaims(fields())
    expect(judge(claims, claims[deadline]).status).toBe('ACTIVE')
    expect(judge(claims, claims[deadline] + 1).status).toBe(status)
  })

  it('while it is suspended', async () => {
    const claims = await signedClaims({ suspended: true })
    expect(judge(claims)).toMatchObject({ status: 'SUSPENDED', reason: 'LICENSE_SUSPENDED' })
  })

  it('when the token was issued later than the clock shows, beyond the allowed offset', async () => {
    const claims = await signedClaims()
    expect(judge(claims, claims.issuedAt - 3600).status).toBe('ACTIVE')
    expect(judge(claims, claims.issuedAt - 3601)).toMatchObject({
      status: 'CLOCK_TAMPERED',
      reason: 'TOKEN_FROM_FUTURE',
    })
  })

  it('when a time has been seen that is a day or more later than the clock shows; less beyond the offset only warns', async () => {
    const claims = await signedClaims()
    const seen = claims.issuedAt + 5 * DAY
    expect(judge(claims, seen - 3600, seen)).toMatchObject({ status: 'ACTIVE', warning: null })
    for (const back of [3601, DAY - 1]) {
      expect(judge(claims, seen - back, seen)).toMatchObject({
        status: 'ACTIVE',
        warning: 'CLOCK_TURNED_BACK',
        message: expect.stringContaining('clock'),
      })
    }
    expect(judge(claims, seen - DAY, seen)).toMatchObject({
      status: 'CLOCK_TAMPERED',
      reason: 'CLOCK_TURNED_BACK',
    })
  })

  it('for the first reason of the protocol order when several hold', async () => {
    const soon = { expiresAt: inDays(1), suspended: true }
    const leased = await signedClaims({ ...soon, ...LEASED })
    const late = leased.issuedAt + 30 * DAY
    expect(judge(leased, late, late + 2 * DAY).status).toBe('CLOCK_TAMPERED')
    expect(judge(leased, late).status).toBe('LEASE_EXPIRED')
    expect(judge(await signedClaims(soon), late).status).toBe('GRACE_PERIOD_OVER')
    expect(judge(await signedClaims({ ...soon, ...NO_GRACE }), late).status).toBe('EXPIRED')
    expect(judge(await signedClaims({ suspended: true })).status).toBe('SUSPENDED')
  })
})

describe('a license runs', () => {
  it('for ever when it has neither expiry, lease nor grace period', async () => {
    const claims = await signedClaims(ENDLESS)
    expect(judge(claims, claims.issuedAt + 9000 * DAY)).toMatchObject({
      status: 'ACTIVE',
      license: { expiresAt: null, worksOfflineUntil: null, nextSyncAt: null },
    })
  })

  it('with any clock when the license allows any offset', async () => {
    const claims = await signedClaims({ disableClockValidation: true })
    expect(judge(claims, claims.issuedAt - 900 * DAY, claims.issuedAt + DAY).status).toBe('ACTIVE')
  })
})

describe('the license tells', () => {
  it('its earliest deadline, and when to synchronize', async () => {
    const claims = await signedClaims(LEASED)
    const { license } = judge(claims)
    expect(license?.worksOfflineUntil).toEqual(new Date(claims.leaseExpiresAt * 1000))
    expect(license?.nextSyncAt).toEqual(new Date((claims.issuedAt + DAY) * 1000))
  })

  it.each([[-1], [0]])('that devices are unlimited when %i are allowed', async (allowedActivations) => {
    const claims = await signedClaims({ allowedActivations })
    expect(judge(claims).license?.activations).toEqual({ used: 1, allowed: null })
  })
})
