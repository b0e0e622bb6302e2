import { and, eq, inArray } from 'drizzle-orm'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { licenses } from '#db/schema/licenses.ts'
import { authorize } from '#lib/core/authorize.ts'
import { clock, setClockOffset } from '#lib/core/clock.ts'
import { recordLeaseExpiry } from '#lib/licensing/activations/record-lease-expiry.ts'
import { recordExpiryEvents } from '#lib/licensing/licenses/record-expiry-events.ts'
import { dueWork } from '#lib/ops/jobs/due-work.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeLicenseOf, makeSignedProduct } from '#tests/factories/licensed.ts'
import { activate, fingerprint, idOf, sync } from '#tests/helpers/activation-routes.ts'
import { auditTrail } from '#tests/helpers/audit-trail.ts'
import { contextFor, systemActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { v3 } from '#tests/helpers/v3-call.ts'
import { makeMeter, makeRuntimeWorld, meterOf } from './world.ts'

let world: Awaited<ReturnType<typeof makeRuntimeWorld>>
setUpTestDatabase()
beforeAll(async () => {
  world = await makeRuntimeWorld()
})
afterEach(() => setClockOffset(0))

const DAY = 86_400_000

const system = (accountId = world.accountId) =>
  authorize({ ...contextFor(systemActor('due-work'), { accountId }), clock }, 'system:work')

const inDays = (days: number) => new Date(Date.now() + days * DAY)
const about = (licenseId: string) => auditTrail(world.accountId, licenseId)

describe('what time brings about for a license', () => {
  test('is told once per moment: soon, expired after its grace, and again when the expiry is moved', async () => {
    const { licenseId } = await world.make({
      expiresAt: inDays(10),
      expiringSoonEventOffset: 5 * 86_400,
      expiryGracePeriod: 2 * 86_400,
    })
    const tellAfter = async (days: number) => {
      setClockOffset(days * DAY + 1000)
      await recordExpiryEvents(system())
      await recordExpiryEvents(system())
      return about(licenseId)
    }
    expect(await tellAfter(4)).toEqual([])
    expect(await tellAfter(5)).toEqual(['license.expiring-soon'])
    expect(await tellAfter(11)).toEqual(['license.expiring-soon'])
    expect(await tellAfter(12)).toEqual(['license.expiring-soon', 'license.expired'])
    await db()
      .update(licenses)
      .set({ expiresAt: inDays(40) })
      .where(eq(licenses.id, licenseId))
    expect(await tellAfter(34)).toHaveLength(2)
    expect(await tellAfter(36)).toEqual(['license.expiring-soon', 'license.expired', 'license.expiring-soon'])
  })

  test('after a jump of 13 months says that it expired, not that it will; maintenance likewise', async () => {
    const { licenseId } = await world.make({ expiresAt: inDays(30), maintenanceExpiresAt: inDays(60) })
    setClockOffset(396 * DAY)
    await dueWork(system())
    expect(await about(licenseId)).toEqual(['license.expired', 'license.maintenance-expired'])
  })

  test('of maintenance is told soon and at its end', async () => {
    const { licenseId } = await world.make({
      maintenanceExpiresAt: inDays(10),
      expiringSoonEventOffset: 5 * 86_400,
    })
    setClockOffset(6 * DAY)
    await recordExpiryEvents(system())
    setClockOffset(11 * DAY)
    await recordExpiryEvents(system())
    expect(await about(licenseId)).toEqual([
      'license.maintenance-expiring-soon',
      'license.maintenance-expired',
    ])
  })

  test('is not told of what is revoked, and told when it no longer is', async () => {
    const { licenseId } = await world.make({ expiresAt: inDays(1), revokedBillingAt: new Date() })
    setClockOffset(2 * DAY)
    await recordExpiryEvents(system())
    expect(await about(licenseId)).toEqual([])
    await db().update(licenses).set({ revokedBillingAt: null }).where(eq(licenses.id, licenseId))
    await recordExpiryEvents(system())
    expect(await about(licenseId)).toEqual(['license.expired'])
  })

  test('is told by four workers at once once each, more than one batch of it, and for this account alone', async () => {
    const { id: accountId } = await makeAccount()
    const product = await makeSignedProduct(accountId)
    const ids: string[] = []
    for (let at = 0; at < 450; at += 1) {
      ids.push((await makeLicenseOf(accountId, product, { expiresAt: inDays(1) })).id)
    }
    const { licenseId: elsewhere } = await world.make({ expiresAt: inDays(1) })
    setClockOffset(2 * DAY)
    await Promise.all([1, 2, 3, 4].map(() => recordExpiryEvents(system(accountId))))
    await recordExpiryEvents(system(accountId))
    const rows = await db()
      .select({ resourceId: eventLogs.resourceId })
      .from(eventLogs)
      .where(and(eq(eventLogs.event, 'license.expired'), inArray(eventLogs.resourceId, ids)))
    expect(rows).toHaveLength(450)
    expect(new Set(rows.map(({ resourceId }) => resourceId)).size).toBe(450)
    expect(await about(elsewhere)).toEqual([])
  }, 60_000)
})

describe('a lease that ended', () => {
  const pool = { type: 'hosted-floating', allowedFloatingClients: 1, leaseDuration: 60 } as const

  test('is told once per lease, gives floating counters back, and starts anew with the next sync', async () => {
    const { licenseId, of } = await world.make(pool)
    const meter = await makeMeter(world.accountId, licenseId, { floating: true })
    const id = idOf(await activate(of))
    await v3(`/v3/activations/meter-attributes/${meter}`, {
      method: 'POST',
      body: { increment: 4, activationId: id },
    })
    setClockOffset(30_000)
    await recordLeaseExpiry(system())
    expect(await about(id)).toEqual(['activation.created'])
    setClockOffset(61_000)
    await Promise.all([1, 2, 3].map(() => recordLeaseExpiry(system())))
    await recordLeaseExpiry(system())
    expect(await about(id)).toEqual(['activation.created', 'activation.lease-expired'])
    expect(await meterOf(meter)).toEqual({ total: 0, gross: 4 })
    expect((await sync(id, of)).status).toBe(200)
    await recordLeaseExpiry(system())
    setClockOffset(200_000)
    await recordLeaseExpiry(system())
    expect((await about(id)).filter((event) => event === 'activation.lease-expired')).toHaveLength(2)
  })

  test('while many are ending and others are waiting, the pool is never above its number', async () => {
    const { of } = await world.make({ ...pool, allowedFloatingClients: 5 })
    const devices = (from: number, to: number) =>
      Promise.all(
        Array.from({ length: to - from }, (_, n) => activate(of, { fingerprint: fingerprint(from + n) })),
      )
    const accepted = (answers: Awaited<ReturnType<typeof devices>>) =>
      answers.filter(({ status }) => status === 201).length
    expect(accepted(await devices(0, 20))).toBe(5)
    setClockOffset(61_000)
    const [, second] = await Promise.all([
      recordLeaseExpiry(system()),
      devices(20, 60),
      recordLeaseExpiry(system()),
    ])
    expect(accepted(second)).toBe(5)
    for (const answer of second.filter(({ status }) => status !== 201)) {
      expect(answer).toMatchObject({ status: 400, body: { code: 'ACTIVATION_LIMIT_REACHED' } })
    }
  }, 60_000)
})
