import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { activationMeterAttributes } from '#db/schema/license-parts.ts'
import { licenses } from '#db/schema/licenses.ts'
import { setClockOffset } from '#lib/core/clock.ts'
import { keyLookUp } from '#lib/licensing/licenses/license-key.ts'
import { activate, claimsOf, fingerprint, idOf, sync } from '#tests/helpers/activation-routes.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { v3 } from '#tests/helpers/v3-call.ts'
import { devicesOf, logOf, makeMeter, makeRuntimeWorld, meterOf } from './world.ts'

let world: Awaited<ReturnType<typeof makeRuntimeWorld>>
setUpTestDatabase()
beforeAll(async () => {
  world = await makeRuntimeWorld()
})
afterEach(() => setClockOffset(0))

const increment = (meter: string, activationId: string, by: unknown, shown: Record<string, unknown> = {}) =>
  v3(`/v3/activations/meter-attributes/${meter}`, {
    method: 'POST',
    body: { increment: by, activationId, ...shown },
  })

async function metered(columns: Parameters<typeof makeMeter>[2] = {}) {
  const license = await world.make({ allowedActivations: 0 })
  const meter = await makeMeter(world.accountId, license.licenseId, columns)
  const device = idOf(await activate(license.of))
  return { ...license, meter, device }
}

describe('counting uses on a device', () => {
  test('answers device and license, by the counter’s id, by its name and by the device’s own count', async () => {
    const { meter, device, licenseId } = await metered()
    expect(await increment(meter, device, 3)).toMatchObject({
      status: 200,
      body: { name: 'exports', uses: 3, licenseAllowedUses: 10, licenseTotalUses: 3, licenseGrossUses: 3 },
    })
    expect((await increment('exports', device, '2')).body).toMatchObject({ uses: 5, licenseTotalUses: 5 })
    const [own] = await db()
      .select()
      .from(activationMeterAttributes)
      .where(eq(activationMeterAttributes.activationId, device))
    expect((await increment(String(own?.id), device, 1)).body).toMatchObject({ uses: 6 })
    expect((await logOf(licenseId)).map(({ action }) => action)).toEqual([
      'activate',
      'increment',
      'increment',
      'increment',
    ])
  })

  test('gives back never more than the device used; what was used ever stays counted', async () => {
    const { of, meter, device } = await metered()
    const other = idOf(await activate(of, { fingerprint: fingerprint(2) }))
    await increment(meter, device, 2)
    await increment(meter, other, 5)
    expect((await increment(meter, device, -100)).body).toEqual({
      name: 'exports',
      uses: 0,
      licenseAllowedUses: 10,
      licenseTotalUses: 5,
      licenseGrossUses: 7,
    })
    expect((await increment(meter, device, 0)).body).toMatchObject({ uses: 0, licenseTotalUses: 5 })
  })

  test.each([
    [11, 400, 'METER_ATTRIBUTE_USES_LIMIT_REACHED'],
    [4_294_967_295, 400, 'METER_ATTRIBUTE_USES_LIMIT_REACHED'],
    [4_294_967_296, 400, 'INVALID_INPUT'],
    ['99999999999999999999', 400, 'INVALID_INPUT'],
    [1.5, 400, 'INVALID_INPUT'],
    [null, 400, 'INVALID_INPUT'],
  ])('refuses %s with %i %s and counts nothing', async (by, status, code) => {
    const { meter, device, licenseId } = await metered()
    expect(await increment(meter, device, by)).toMatchObject({ status, body: { code } })
    expect(await meterOf(meter)).toEqual({ total: 0, gross: 0 })
    expect(await logOf(licenseId)).toHaveLength(1)
  })

  test('an unlimited counter stops before numbers that clients read wrong', async () => {
    const { meter, device } = await metered({
      allowedUses: -1,
      totalUses: Number.MAX_SAFE_INTEGER - 1,
      grossUses: Number.MAX_SAFE_INTEGER - 1,
    })
    expect((await increment(meter, device, 1)).status).toBe(200)
    expect((await increment(meter, device, 1)).body).toMatchObject({
      code: 'METER_ATTRIBUTE_USES_LIMIT_REACHED',
    })
    expect(await meterOf(meter)).toEqual({ total: Number.MAX_SAFE_INTEGER, gross: Number.MAX_SAFE_INTEGER })
  })

  test('an unknown device, a wrong key, another license’s counter and a revoked license are refused; nothing is counted', async () => {
    const { meter, device, of } = await metered()
    const other = await metered({ name: 'imports' })
    const unknown = '0190b8a2-0000-7000-8000-000000000000'
    expect((await increment(meter, unknown, 1)).body).toMatchObject({ code: 'ACTIVATION_NOT_FOUND' })
    expect((await increment(meter, device, 1, { key: other.of.key })).status).toBe(404)
    expect((await increment(meter, device, 1, { fingerprint: fingerprint(9) })).status).toBe(404)
    expect((await increment(other.meter, device, 1)).body).toMatchObject({ code: 'NOT_FOUND' })
    expect((await increment('nothing', device, 1)).body).toMatchObject({ code: 'NOT_FOUND' })
    expect(await meterOf(meter)).toEqual({ total: 0, gross: 0 })
    expect((await increment(meter, device, 1, { key: of.key, fingerprint: fingerprint(1) })).status).toBe(200)
    await db()
      .update(licenses)
      .set({ revokedManualAt: new Date() })
      .where(eq(licenses.keyHash, keyLookUp(of.key)))
    expect((await increment(meter, device, 1)).body).toMatchObject({ code: 'REVOKED_LICENSE' })
    expect(await meterOf(meter)).toEqual({ total: 1, gross: 1 })
  })

  test('100 devices counting at once never pass the limit, and every accepted use is in the sum', async () => {
    const { of, meter, device } = await metered({ allowedUses: 50 })
    const second = idOf(await activate(of, { fingerprint: fingerprint(2) }))
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, at) => increment(meter, at % 2 ? device : second, 1)),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(50)
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(50)
    expect(await meterOf(meter)).toEqual({ total: 50, gross: 50 })
    const rows = await db().select().from(activationMeterAttributes)
    const sum = rows
      .filter(({ activationId }) => [device, second].includes(activationId))
      .reduce((total, { uses }) => total + uses, 0)
    expect(sum).toBe(50)
  })

  test('any order of increments and decrements of several devices ends like a plain model', async () => {
    const steps = fc.array(fc.record({ device: fc.nat(2), by: fc.integer({ min: -6, max: 8 }) }), {
      maxLength: 12,
    })
    const { of, licenseId } = await metered()
    const devices: string[] = []
    for (const at of [1, 2, 3]) devices.push(idOf(await activate(of, { fingerprint: fingerprint(at) })))
    let run = 0
    await fc.assert(
      fc.asyncProperty(steps, async (plan) => {
        run += 1
        const name = `counter-${run}`
        const meter = await makeMeter(world.accountId, licenseId, { name, allowedUses: 12 })
        const uses = [0, 0, 0]
        let gross = 0
        for (const { device, by } of plan) {
          const answer = await increment(meter, String(devices[device]), by)
          const total = uses.reduce((sum, value) => sum + value, 0)
          const applied = Math.max(by, -(uses[device] ?? 0))
          const fits = applied <= 0 || total + applied <= 12
          expect(answer.status).toBe(fits ? 200 : 400)
          if (!fits) continue
          uses[device] = (uses[device] ?? 0) + applied
          gross += Math.max(applied, 0)
        }
        expect(await meterOf(meter)).toEqual({ total: uses.reduce((sum, value) => sum + value, 0), gross })
      }),
      { numRuns: 12 },
    )
  }, 60_000)
})

describe('counters in the body of activating and synchronizing', () => {
  test('are all charged with the activation, and its token tells them', async () => {
    const { licenseId, of } = await world.make()
    await makeMeter(world.accountId, licenseId)
    await makeMeter(world.accountId, licenseId, { name: 'hidden', viewPermissions: [] })
    const answer = await activate(of, {
      meterAttributes: [
        { name: 'exports', usesIncrement: 4 },
        { name: 'hidden', uses: 2 },
      ],
    })
    expect(claimsOf(answer)).toMatchObject({
      lma: [{ name: 'exports', allowedUses: 10, totalUses: 4, grossUses: 4 }],
      ama: [
        { name: 'exports', uses: 4 },
        { name: 'hidden', uses: 2 },
      ],
    })
    const synced = await sync(idOf(answer), of, { meterAttributes: [{ name: 'exports', uses: 7 }] })
    expect(claimsOf(synced)).toMatchObject({ lma: [{ totalUses: 7 }] })
    const again = await sync(idOf(answer), of, { meterAttributes: [{ name: 'exports', uses: 7 }] })
    expect(claimsOf(again)).toMatchObject({ lma: [{ totalUses: 7, grossUses: 7 }] })
  })

  test('a counter that the license has not refuses the activation whole', async () => {
    const { licenseId, of } = await world.make()
    const answer = await activate(of, { meterAttributes: [{ name: 'nothing', uses: 1 }] })
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'INVALID_INPUT', fields: { 'meterAttributes[0].name': expect.any(String) } },
    })
    expect(await devicesOf(licenseId)).toEqual([])
  })
})

describe('floating counters', () => {
  test('come back when their device is freed; the others stay used', async () => {
    const { licenseId, of } = await world.make()
    const floating = await makeMeter(world.accountId, licenseId, { floating: true })
    const fixed = await makeMeter(world.accountId, licenseId, { name: 'lifetime' })
    const device = idOf(await activate(of))
    await increment(floating, device, 6)
    await increment(fixed, device, 6)
    await v3(`/v3/activations/${device}/deactivate`, { method: 'POST', body: { key: of.key } })
    expect(await meterOf(floating)).toEqual({ total: 0, gross: 6 })
    expect(await meterOf(fixed)).toEqual({ total: 6, gross: 6 })
  })

  test('of a lease that is over are taken by the next one who needs them', async () => {
    const { licenseId, of } = await world.make({
      type: 'hosted-floating',
      allowedFloatingClients: 2,
      leaseDuration: 60,
    })
    const meter = await makeMeter(world.accountId, licenseId, { floating: true })
    const first = idOf(await activate(of))
    await increment(meter, first, 10)
    setClockOffset(61_000)
    const second = idOf(await activate(of, { fingerprint: fingerprint(2) }))
    expect((await increment(meter, second, 8)).body).toMatchObject({ uses: 8, licenseTotalUses: 8 })
    expect((await increment(meter, first, 1)).body).toMatchObject({ code: 'ACTIVATION_NOT_FOUND' })
  })
})
