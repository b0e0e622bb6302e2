import { and, eq } from 'drizzle-orm'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { entitlementSets, features } from '#db/schema/entitlements.ts'
import { activationLogs, licenseEntitlements } from '#db/schema/license-parts.ts'
import { activations, licenses } from '#db/schema/licenses.ts'
import { mails } from '#db/schema/mail.ts'
import { organizations } from '#db/schema/organizations.ts'
import { productVersions } from '#db/schema/product-versions.ts'
import { releases } from '#db/schema/releases.ts'
import { authorize } from '#lib/core/authorize.ts'
import { clock, setClockOffset } from '#lib/core/clock.ts'
import { newId } from '#lib/core/ids.ts'
import { deactivateMyDevice } from '#lib/licensing/activations/deactivate-my-device.ts'
import { releaseInactive } from '#lib/licensing/activations/release-inactive.ts'
import { purge } from '#lib/ops/jobs/purge.ts'
import { makeCustomer, makeMachineToken } from '#tests/factories/licensed.ts'
import {
  activate,
  call,
  claimsOf,
  fingerprint,
  idOf,
  sync,
  verified,
} from '#tests/helpers/activation-routes.ts'
import { auditTrail } from '#tests/helpers/audit-trail.ts'
import { contextFor, customerActor, systemActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { devicesOf, logOf, makeFormerKey, makeRuntimeWorld, written } from './world.ts'

let world: Awaited<ReturnType<typeof makeRuntimeWorld>>
setUpTestDatabase()
beforeAll(async () => {
  world = await makeRuntimeWorld()
})
afterEach(() => setClockOffset(0))

const DAY = 86_400_000
const device = (n: number) => ({ fingerprint: fingerprint(n) })

const system = () =>
  authorize({ ...contextFor(systemActor('due-work'), { accountId: world.accountId }), clock }, 'system:work')

async function licenseRow(id: string) {
  const [row] = await db().select().from(licenses).where(eq(licenses.id, id))
  if (!row) throw new Error('no such license')
  return row
}

const mailsTo = (userId: string) =>
  db()
    .select({ template: mails.template })
    .from(mails)
    .where(and(eq(mails.accountId, world.accountId), eq(mails.userId, userId)))

describe('swapping a device', () => {
  test('frees the longest silent one and takes its place in one step: counted, audited, logged, mailed to the owner', async () => {
    const owner = await makeCustomer(world.accountId)
    const { licenseId, of } = await world.make({ allowedActivations: 2, userId: owner.id })
    const first = idOf(await activate(of, device(1)))
    setClockOffset(60_000)
    const second = idOf(await activate(of, device(2)))
    setClockOffset(120_000)
    await sync(first, of, device(1))
    const third = claimsOf(await activate(of, { ...device(3), replace: 'oldest' }))
    expect(third).toMatchObject({ ta: 2, td: 1 })
    expect(await devicesOf(licenseId)).toEqual([first, third.aid])
    expect((await licenseRow(licenseId)).totalDeactivations).toBe(1)
    expect(await auditTrail(world.accountId, second)).toEqual(['activation.created', 'activation.deleted'])
    expect((await logOf(licenseId)).slice(2)).toEqual([
      { action: 'swap', activationId: second },
      { action: 'activate', activationId: third.aid },
    ])
    expect(await mailsTo(owner.id)).toEqual([{ template: 'device-freed' }])
    expect(await sync(second, of, device(2))).toMatchObject({
      status: 404,
      body: { code: 'ACTIVATION_NOT_FOUND', message: expect.stringContaining('Another device took') },
    })
  })

  test('by id frees that one; sent again by the device that has its place it frees nobody else', async () => {
    const { licenseId, of } = await world.make({ allowedActivations: 2 })
    const first = idOf(await activate(of, device(1)))
    const second = idOf(await activate(of, device(2)))
    const body = { ...device(3), replace: second }
    const third = idOf(await activate(of, body))
    expect(idOf(await activate(of, body))).toBe(third)
    expect(await devicesOf(licenseId)).toEqual([first, third])
    expect((await licenseRow(licenseId)).totalDeactivations).toBe(1)
  })

  test('needs no swap where a place is free', async () => {
    const { licenseId, of } = await world.make({ allowedActivations: 2 })
    await activate(of, device(1))
    await activate(of, { ...device(2), replace: 'oldest' })
    expect(await devicesOf(licenseId)).toHaveLength(2)
  })

  test.each([
    ['no deactivation is left', { allowedDeactivations: 0 }, 0],
    ['the last swap is too recent', { deviceSwapCooldown: 3600 }, 1],
    ['the year’s swaps are used up', { deviceSwapsPerYear: 1 }, 1],
  ])('is refused when %s, and nothing is written', async (_reason, columns, swapsBefore) => {
    const { licenseId, of } = await world.make({ allowedActivations: 1, ...columns })
    await activate(of, device(1))
    for (let n = 0; n < swapsBefore; n += 1) {
      expect((await activate(of, { ...device(10 + n), replace: 'oldest' })).status).toBe(201)
    }
    const before = { devices: await devicesOf(licenseId), written: await written(world.accountId) }
    expect(await activate(of, { ...device(5), replace: 'oldest' })).toMatchObject({
      status: 400,
      body: { code: 'DEVICE_SWAP_LIMIT_REACHED', message: expect.any(String) },
    })
    expect({ devices: await devicesOf(licenseId), written: await written(world.accountId) }).toEqual(before)
  })

  test('is possible again after the cool-down and in the next year, also when the log keeps a single day', async () => {
    const { of } = await world.make({
      allowedActivations: 1,
      deviceSwapCooldown: 3600,
      deviceSwapsPerYear: 2,
    })
    await activate(of, device(1))
    const swap = async (n: number) => (await activate(of, { ...device(n), replace: 'oldest' })).status
    expect(await swap(2)).toBe(201)
    setClockOffset(3_601_000)
    expect(await swap(3)).toBe(201)
    setClockOffset(300 * DAY)
    await purge(system())
    expect(await swap(4)).toBe(400)
    setClockOffset(366 * DAY)
    expect(await swap(4)).toBe(201)
  })

  test('of another license’s device, or in a pool of leases, is no swap: the license is full', async () => {
    const other = await world.make()
    const foreign = idOf(await activate(other.of))
    const { of } = await world.make({ allowedActivations: 1 })
    await activate(of, device(1))
    const full = { status: 400, body: { code: 'ACTIVATION_LIMIT_REACHED' } }
    expect(await activate(of, { ...device(2), replace: foreign })).toMatchObject(full)
    const pool = await world.make({ type: 'hosted-floating', allowedFloatingClients: 1, leaseDuration: 600 })
    await activate(pool.of, device(1))
    expect(await activate(pool.of, { ...device(2), replace: 'oldest' })).toMatchObject(full)
    expect(await devicesOf(other.licenseId)).toEqual([foreign])
  })

  test('20 devices swapping at once on a license for 2 leave exactly 2', async () => {
    const { licenseId, of } = await world.make({ allowedActivations: 2 })
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, n) => activate(of, { ...device(n), replace: 'oldest' })),
    )
    expect(answers.every(({ status }) => status === 201)).toBe(true)
    expect(await devicesOf(licenseId)).toHaveLength(2)
    expect((await licenseRow(licenseId)).totalDeactivations).toBe(18)
  })
})

describe('a full license', () => {
  test('records the refusal in a transaction of its own, once for a crowd', async () => {
    const { licenseId, of } = await world.make({ allowedActivations: 1 })
    await activate(of, device(0))
    await Promise.all(Array.from({ length: 10 }, (_, n) => activate(of, device(n + 1))))
    expect(await auditTrail(world.accountId, licenseId)).toEqual([
      'license.first-activated',
      'license.activation.limit-reached',
    ])
    setClockOffset(61_000)
    await activate(of, device(30))
    expect(await auditTrail(world.accountId, licenseId)).toHaveLength(3)
  })
})

describe('releases', () => {
  test.each([
    ['2.0.9', undefined, 201],
    ['2.1', 'RELEASE_VERSION_NOT_ALLOWED', 400],
    ['two', 'INVALID_RELEASE_VERSION_FORMAT', 400],
    ['', undefined, 201],
  ])('version "%s" of a license up to 2.0: %s', async (releaseVersion, code, status) => {
    const { licenseId, of } = await world.make({ maxAllowedReleaseVersion: '2.0' })
    const answer = await activate(of, { releaseVersion })
    expect(answer).toMatchObject({ status, ...(code && { body: { code } }) })
    expect(await devicesOf(licenseId)).toHaveLength(status === 201 ? 1 : 0)
    if (!code) expect(claimsOf(answer)).toMatchObject({ marv: '2.0', crv: releaseVersion })
  })

  test('the highest version that a device ran is kept, also by a sync', async () => {
    const { licenseId, of } = await world.make()
    const id = idOf(await activate(of, { releaseVersion: '1.9' }))
    expect(claimsOf(await sync(id, of, { releaseVersion: '1.10' })).crv).toBe('1.10')
    await sync(id, of, { releaseVersion: '1.2' })
    expect((await licenseRow(licenseId)).currentReleaseVersion).toBe('1.10')
  })

  test('what came out after maintenance ended is refused: by the vendor’s record, else by what the client says', async () => {
    const now = Date.now()
    const maintenanceExpiresAt = new Date(now - 10 * DAY)
    const times = { createdAt: new Date(now), updatedAt: new Date(now) }
    for (const [version, daysAgo] of [
      ['5.0', 20],
      ['5.1', 5],
    ] as const) {
      await db()
        .insert(releases)
        .values({
          accountId: world.accountId,
          id: newId(),
          productId: world.product.id,
          name: version,
          channel: 'stable',
          version,
          versionParts: version.split('.').map(Number),
          platforms: ['linux'],
          publishedAt: new Date(now - daysAgo * DAY),
          ...times,
        })
    }
    const { licenseId, of } = await world.make({ maintenanceExpiresAt, allowedActivations: 0 })
    const late = { releasePublishedAt: new Date(now - 5 * DAY).toISOString() }
    const early = { releasePublishedAt: Math.floor((now - 20 * DAY) / 1000) }
    const refused = { status: 400, body: { code: 'RELEASE_VERSION_NOT_ALLOWED' } }
    expect(await activate(of, { releaseVersion: '5.1', ...early })).toMatchObject(refused)
    expect(await activate(of, { releaseVersion: '7.0', ...late })).toMatchObject(refused)
    expect(await devicesOf(licenseId)).toEqual([])
    const answer = await activate(of, { releaseVersion: '5.0', ...late })
    expect(claimsOf(answer).meat).toBe(Math.floor(maintenanceExpiresAt.getTime() / 1000))
    expect((await activate(of, { releaseVersion: '7.0', ...early, ...device(2) })).status).toBe(201)
    expect(await sync(idOf(answer), of, { releaseVersion: '5.1' })).toMatchObject(refused)
  })
})

describe('countries', () => {
  const ip = '193.0.6.139'

  test('are found offline, kept with the device, and judged', async () => {
    const token = await makeMachineToken(world.accountId, 'activation:read')
    const allowed = await world.make({ allowedCountries: ['NL', 'DE'] })
    const id = idOf(await activate(allowed.of, {}, { ip }))
    expect((await call(`/v3/activations/${id}`, { token })).body).toMatchObject({
      location: { ipAddress: ip, countryCode: 'NL', countryName: 'Netherlands' },
    })
    const refused = { status: 400, body: { code: 'COUNTRY_NOT_ALLOWED' } }
    expect(await activate(allowed.of, device(2), { ip: '8.8.8.8' })).toMatchObject(refused)
    expect(await activate(allowed.of, device(2), { ip: '10.0.0.1' })).toMatchObject(refused)
    const banned = await world.make({ disallowedCountries: ['NL'] })
    expect(await activate(banned.of, {}, { ip })).toMatchObject(refused)
    expect(await devicesOf(banned.licenseId)).toEqual([])
    expect((await activate(banned.of, {}, { ip: '10.0.0.1' })).status).toBe(201)
  })

  test('and addresses are not kept where the license says so', async () => {
    const { licenseId, of } = await world.make({ disableGeoLocation: true })
    const id = idOf(await activate(of, {}, { ip }))
    await sync(id, of, { appVersion: '2' }, { ip })
    const [row] = await db().select().from(activations).where(eq(activations.id, id))
    expect(row).toMatchObject({ ip: null, countryCode: null })
    const lines = await db().select().from(activationLogs).where(eq(activationLogs.licenseId, licenseId))
    expect(lines.map(({ action, ip, countryCode }) => [action, ip, countryCode])).toEqual([
      ['activate', null, null],
      ['sync', null, null],
    ])
  })
})

describe('a key that was replaced', () => {
  test('goes on working on devices that the license knows until its time is over; new devices need the new one', async () => {
    const { licenseId, of } = await world.make()
    const id = idOf(await activate(of, device(1)))
    await makeFormerKey(world.accountId, licenseId, 'OLD-KEY-0123456789', new Date(Date.now() + 14 * DAY))
    const former = { ...of, key: 'OLD-KEY-0123456789' }
    expect((await sync(id, former, device(1))).status).toBe(200)
    expect(idOf(await activate(former, device(1)))).toBe(id)
    expect(await activate(former, device(2))).toMatchObject({
      status: 400,
      body: { code: 'INVALID_LICENSE_KEY', message: expect.stringContaining('replaced') },
    })
    expect(await devicesOf(licenseId)).toEqual([id])
    const second = idOf(await activate(of, device(2)))
    const leave = (key: string) =>
      call(`/v3/activations/${second}/deactivate`, { method: 'POST', body: { key } })
    expect((await leave('NO-KEY')).status).toBe(404)
    expect((await leave(former.key)).status).toBe(204)
    setClockOffset(15 * DAY)
    expect((await sync(id, former, device(1))).status).toBe(404)
    expect((await activate(former, device(1))).body).toMatchObject({ code: 'INVALID_LICENSE_KEY' })
    expect((await sync(id, of, device(1))).status).toBe(200)
  })
})

describe('a license that asks for its user', () => {
  test('lets its owner and those it was given to besides in, nobody else; with a former key as well', async () => {
    const owner = await makeCustomer(world.accountId)
    const colleague = await makeCustomer(world.accountId)
    const stranger = await makeCustomer(world.accountId)
    const { licenseId, of } = await world.make({
      userId: owner.id,
      additionalUserIds: [colleague.id],
      requireAuthentication: true,
    })
    const refused = { status: 400, body: { code: 'AUTHENTICATION_FAILED' } }
    expect(await activate(of, device(1))).toMatchObject(refused)
    expect(await activate(of, device(1), { token: stranger.token })).toMatchObject(refused)
    expect(await devicesOf(licenseId)).toEqual([])
    expect((await activate(of, device(1), { token: owner.token })).status).toBe(201)
    expect((await activate(of, device(2), { token: colleague.token })).status).toBe(201)
    await makeFormerKey(world.accountId, licenseId, 'FORMER-KEY-OF-USERS', new Date(Date.now() + DAY))
    const former = { ...of, key: 'FORMER-KEY-OF-USERS' }
    expect(await activate(former, device(1))).toMatchObject(refused)
    const wrong = { email: owner.email, password: 'not the password' }
    expect(await activate(former, { ...device(1), ...wrong })).toMatchObject(refused)
    expect((await activate(former, device(1), { token: owner.token })).status).toBe(201)
  })
})

describe('the tokens', () => {
  test('tell organization, product version, entitlement set and, in a second one, what the license allows', async () => {
    const { accountId, product } = world
    const times = { createdAt: new Date(), updatedAt: new Date() }
    const address = {
      addressLine1: 'Main St 1',
      addressLine2: '',
      city: 'Delft',
      state: '',
      country: 'NL',
      postalCode: '1',
    }
    const featureFlags = [{ name: 'dark', enabled: true, data: '' }]
    const [organizationId, productVersionId, entitlementSetId, featureId] = [
      newId(),
      newId(),
      newId(),
      newId(),
    ]
    await db()
      .insert(organizations)
      .values({ accountId, id: organizationId, name: 'Doe Works', address, ...times })
    await db()
      .insert(productVersions)
      .values({
        accountId,
        id: productVersionId,
        productId: product.id,
        name: 'v2',
        displayName: 'Two',
        featureFlags,
        ...times,
      })
    await db()
      .insert(entitlementSets)
      .values({ accountId, id: entitlementSetId, name: 'pro', displayName: 'Pro', ...times })
    await db()
      .insert(features)
      .values({ accountId, id: featureId, name: 'seats', displayName: 'Seats', ...times })
    const { licenseId, of } = await world.make({ organizationId, productVersionId, entitlementSetId })
    const expiresAt = new Date('2031-01-01T00:00:00Z')
    await db().insert(licenseEntitlements).values({ accountId, licenseId, featureId, value: '9', expiresAt })

    const answer = await activate(of)
    expect(claimsOf(answer)).toMatchObject({
      on: 'Doe Works',
      oa: address,
      pvn: 'v2',
      pvdn: 'Two',
      pvff: featureFlags,
      esn: 'pro',
      esdn: 'Pro',
    })
    const second = (answer.body as { featureEntitlementsToken: string }).featureEntitlementsToken
    const { header, payload } = await verified(
      { ...answer, body: { activationToken: second } },
      product.publicPem,
    )
    expect(header).toMatchObject({ alg: 'RS256', kid: product.kid })
    expect(payload).toEqual({
      iat: expect.any(Number),
      aid: idOf(answer),
      lid: licenseId,
      pid: product.id,
      entitlements: [
        {
          featureName: 'seats',
          featureDisplayName: 'Seats',
          value: '9',
          expiresAt: expiresAt.getTime() / 1000,
        },
      ],
    })
    setClockOffset(expiresAt.getTime() - Date.now())
    const later = (await sync(idOf(answer), of)).body as { featureEntitlementsToken: string }
    const ended = await verified(
      { ...answer, body: { activationToken: later.featureEntitlementsToken } },
      product.publicPem,
    )
    expect(ended.payload.entitlements).toEqual([])
  })

  test('of a license without entitlements are one, with the six arrays and none of the absent things', async () => {
    const { of } = await world.make()
    const answer = await activate(of)
    expect(answer.body).not.toHaveProperty('featureEntitlementsToken')
    for (const claim of ['on', 'oa', 'pvn', 'pvdn', 'pvff', 'esn', 'esdn']) {
      expect(claimsOf(answer)).not.toHaveProperty(claim)
    }
    for (const claim of ['pmd', 'lmd', 'umd', 'amd', 'lma', 'ama'])
      expect(claimsOf(answer)[claim]).toEqual([])
  })
})

describe('instances', () => {
  const pool = { type: 'hosted-floating', allowedFloatingClients: 2, leaseDuration: 600 } as const

  test('count one by one where the license counts them, and not where it counts machines', async () => {
    const perInstance = await world.make({ ...pool, leasingStrategy: 'per-instance' })
    const instance = (n: number) => activate(perInstance.of, { instanceId: `run-${n}` })
    const first = idOf(await instance(1))
    expect(idOf(await instance(1))).toBe(first)
    expect(idOf(await instance(2))).not.toBe(first)
    expect((await instance(3)).body).toMatchObject({ code: 'ACTIVATION_LIMIT_REACHED' })
    const perMachine = await world.make(pool)
    const ids = new Set<string>()
    for (const n of [1, 2, 3]) ids.add(idOf(await activate(perMachine.of, { instanceId: `run-${n}` })))
    expect(ids.size).toBe(1)
  })
})

describe('a silent device', () => {
  test('is freed after the heartbeat window, told so at its next sync, and comes back if a place is free', async () => {
    const { licenseId, of } = await world.make({ heartbeatWindow: 3600, allowedActivations: 1 })
    const id = idOf(await activate(of))
    setClockOffset(3_599_000)
    await releaseInactive(system())
    expect(await devicesOf(licenseId)).toEqual([id])
    setClockOffset(3_601_000)
    await Promise.all([releaseInactive(system()), releaseInactive(system())])
    expect(await devicesOf(licenseId)).toEqual([])
    expect(await auditTrail(world.accountId, id)).toEqual(['activation.created', 'activation.deleted'])
    expect(await logOf(licenseId)).toEqual([
      { action: 'activate', activationId: id },
      { action: 'cull', activationId: id },
    ])
    expect((await licenseRow(licenseId)).totalDeactivations).toBe(0)
    expect(await sync(id, of)).toMatchObject({
      status: 404,
      body: { code: 'ACTIVATION_NOT_FOUND', message: expect.stringContaining('not heard from') },
    })
    const stranger = await sync(id, { ...of, key: 'NO-SUCH-KEY' })
    expect(stranger.body).toMatchObject({ message: 'There is no such activation.' })
    expect((await activate(of)).status).toBe(201)
  })

  test('that was activated by file stays: it is never heard from', async () => {
    const { licenseId, of } = await world.make({ heartbeatWindow: 3600 })
    const id = idOf(await activate(of))
    await db().update(activations).set({ offline: true }).where(eq(activations.id, id))
    setClockOffset(30 * DAY)
    await releaseInactive(system())
    expect(await devicesOf(licenseId)).toEqual([id])
  })
})

describe('the owner', () => {
  test('is mailed when a device of theirs is freed on their page', async () => {
    const owner = await makeCustomer(world.accountId)
    const { of } = await world.make({ userId: owner.id })
    const activationId = idOf(await activate(of))
    const ctx = contextFor(customerActor(owner.id), { accountId: world.accountId })
    await deactivateMyDevice(authorize(ctx, 'me:write'), { activationId })
    expect(await mailsTo(owner.id)).toEqual([{ template: 'device-freed' }])
  })
})
