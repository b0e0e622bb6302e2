import { count, eq } from 'drizzle-orm'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { activations, licenses } from '#db/schema/licenses.ts'
import { users } from '#db/schema/users.ts'
import { addInterval } from '#lib/catalog/templates/interval.ts'
import { clock, setClockOffset } from '#lib/core/clock.ts'
import { hashPassword } from '#lib/core/crypto/password.ts'
import { newId } from '#lib/core/ids.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeCustomer, makeLicenseOf, makeSignedProduct } from '#tests/factories/licensed.ts'
import {
  activate,
  call,
  claimsOf,
  deviceBody,
  fingerprint,
  idOf,
  sync,
  verified,
} from '#tests/helpers/activation-routes.ts'
import { auditTrail } from '#tests/helpers/audit-trail.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

let accountId: string
let product: Awaited<ReturnType<typeof makeSignedProduct>>

setUpTestDatabase()
beforeAll(async () => {
  accountId = (await makeAccount()).id
})
beforeEach(async () => {
  product = await makeSignedProduct(accountId)
})
afterEach(() => setClockOffset(0))

type Columns = Parameters<typeof makeLicenseOf>[2]

async function make(columns: Columns = {}) {
  const { id, key } = await makeLicenseOf(accountId, product, columns)
  return { licenseId: id, of: { productId: product.id, key } }
}

async function rowsOf(licenseId: string): Promise<number> {
  const [row] = await db()
    .select({ rows: count() })
    .from(activations)
    .where(eq(activations.licenseId, licenseId))
  return row?.rows ?? 0
}

const eventsOf = (resourceId: string) => auditTrail(accountId, resourceId)

/** Refused with the code, and nothing was written. */
async function expectRefusal(
  answer: { status: number; body: unknown },
  code: string,
  licenseId: string,
  rows = 0,
): Promise<void> {
  expect(answer).toMatchObject({ status: 400, body: { code, message: expect.any(String) } })
  expect(await rowsOf(licenseId)).toBe(rows)
}

describe('activating', () => {
  test('answers 201 with a token that the product’s key signed and that names license, product and device', async () => {
    const owner = await makeCustomer(accountId)
    const { licenseId, of } = await make({ userId: owner.id })
    const answer = await activate(of, { metadata: [{ key: 'room', value: '12' }] })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    const { header, payload } = await verified(answer, product.publicPem)
    expect(header).toEqual({ alg: 'RS256', typ: 'JWT', kid: product.kid })
    expect(payload).toMatchObject({
      lid: licenseId,
      pid: product.id,
      key: of.key,
      fp: fingerprint(1),
      name: 'Jane Doe',
      email: owner.email,
      company: 'Doe Ltd',
      suspended: false,
      eat: 0,
      aa: 3,
      ta: 1,
      amd: [{ key: 'room', value: '12' }],
    })
    expect(await eventsOf(licenseId)).toEqual(['license.first-activated'])
    expect(await eventsOf(String(payload.aid))).toEqual(['activation.created'])
  })

  test('the same device again keeps its place and its id, and is audited only when something changed', async () => {
    const { licenseId, of } = await make({ allowedActivations: 1 })
    const first = idOf(await activate(of))
    expect(idOf(await activate(of))).toBe(first)
    expect(idOf(await activate(of, { osVersion: 'Debian 13', userHash: 'CD' }))).toBe(first)
    expect(await rowsOf(licenseId)).toBe(1)
    expect(await eventsOf(first)).toEqual(['activation.created', 'activation.updated'])
  })

  test('the first device starts a subscription that waits for it, by the calendar; the second changes nothing', async () => {
    const { licenseId, of } = await make({
      subscriptionInterval: 'P1M',
      subscriptionStartTrigger: 'activation',
    })
    await activate(of)
    const [license] = await db().select().from(licenses).where(eq(licenses.id, licenseId))
    const { firstActivatedAt, expiresAt } = license ?? {}
    if (!firstActivatedAt) throw new Error('not activated')
    expect(expiresAt).toEqual(addInterval(firstActivatedAt, 'P1M'))
    setClockOffset(86_400_000)
    const second = claimsOf(await activate(of, { fingerprint: fingerprint(2) }))
    expect(second.eat).toBe(Math.floor(addInterval(firstActivatedAt, 'P1M').getTime() / 1000))
    expect(second.laat).toBe(Math.floor(firstActivatedAt.getTime() / 1000))
  })

  test('an expiry that was set before the first device stays', async () => {
    const expiresAt = new Date('2090-01-01T00:00:00Z')
    const { of } = await make({
      subscriptionInterval: 'P1M',
      subscriptionStartTrigger: 'activation',
      expiresAt,
    })
    expect(claimsOf(await activate(of)).eat).toBe(expiresAt.getTime() / 1000)
  })

  test.each([[0], [-1]])('%i allowed activations are any number', async (allowedActivations) => {
    const { licenseId, of } = await make({ allowedActivations })
    for (const device of [1, 2, 3, 4]) {
      expect((await activate(of, { fingerprint: fingerprint(device) })).status).toBe(201)
    }
    expect(await rowsOf(licenseId)).toBe(4)
  })

  test('where a license is bound to the operating system’s user, another user is another device', async () => {
    const { licenseId, of } = await make({ userLocked: true, allowedActivations: 1 })
    const id = idOf(await activate(of, { userHash: 'ANN' }))
    expect(idOf(await activate(of, { userHash: 'ANN' }))).toBe(id)
    await expectRefusal(await activate(of, { userHash: 'BOB' }), 'ACTIVATION_LIMIT_REACHED', licenseId, 1)
  })
})

describe('states that activate and say so', () => {
  test.each([
    ['by hand', { suspendedManualAt: new Date() }],
    ['by billing', { suspendedBillingAt: new Date() }],
  ])('a license suspended %s activates with suspended: true', async (_by, columns) => {
    const { of } = await make(columns)
    const answer = await activate(of)
    expect(answer.status).toBe(201)
    expect(claimsOf(answer).suspended).toBe(true)
  })

  test('a banned owner’s license says suspended in the very next token, and stops when the ban is lifted', async () => {
    const owner = await makeCustomer(accountId)
    const { of } = await make({ userId: owner.id })
    const id = idOf(await activate(of))
    await db().update(users).set({ bannedAt: new Date() }).where(eq(users.id, owner.id))
    expect(claimsOf(await sync(id, of)).suspended).toBe(true)
    expect(claimsOf(await activate(of)).suspended).toBe(true)
    await db().update(users).set({ bannedAt: null }).where(eq(users.id, owner.id))
    expect(claimsOf(await sync(id, of)).suspended).toBe(false)
  })

  test('an expired license activates with an expiry in the past, never with 0', async () => {
    const past = await make({ expiresAt: new Date('2020-01-01T00:00:00Z') })
    expect(claimsOf(await activate(past.of)).eat).toBe(1_577_836_800)
    const ancient = await make({ expiresAt: new Date('1960-01-01T00:00:00Z') })
    expect(claimsOf(await activate(ancient.of)).eat).toBe(1)
  })

  test('the grace after expiry is part of the token’s expiry', async () => {
    const { of } = await make({ expiresAt: new Date('2030-01-01T00:00:00Z'), expiryGracePeriod: 60 })
    expect(claimsOf(await activate(of)).eat).toBe(1_893_456_060)
  })
})

describe('refusals (contract §6): HTTP 400, the code, nothing written', () => {
  test.each([
    ['REVOKED_LICENSE', { revokedManualAt: new Date() }, {}],
    ['REVOKED_LICENSE', { revokedBillingAt: new Date() }, {}],
    ['LICENSE_NOT_EFFECTIVE', { effectiveAt: new Date('2099-01-01') }, {}],
    ['INVALID_LICENSE_TYPE', { type: 'on-premise-floating' as const }, {}],
    ['INVALID_LICENSE_TYPE', {}, { floating: true }],
    ['IP_ADDRESS_NOT_ALLOWED', { disallowedIpAddresses: ['198.51.100.7'] }, {}],
    ['IP_ADDRESS_NOT_ALLOWED', { allowedIpAddresses: ['198.51.100.8'] }, {}],
    ['IP_ADDRESS_NOT_ALLOWED', { allowedIpRanges: ['10.0.0.0/8'] }, {}],
    ['COUNTRY_NOT_ALLOWED', { allowedCountries: ['DE'] }, {}],
    ['VM_ACTIVATION_NOT_ALLOWED', { allowVmActivation: false }, { vmName: 'VMware' }],
    ['CONTAINER_ACTIVATION_NOT_ALLOWED', { allowContainerActivation: false }, { container: true }],
    ['AUTHENTICATION_FAILED', { requireAuthentication: true }, {}],
  ])('%s for %o', async (code, columns, fields) => {
    const { licenseId, of } = await make(columns)
    await expectRefusal(await activate(of, fields), code, licenseId)
    const [license] = await db().select().from(licenses).where(eq(licenses.id, licenseId))
    expect(license?.firstActivatedAt).toBeNull()
    expect(await eventsOf(licenseId)).toEqual([])
  })

  test('INVALID_PRODUCT_ID for an unknown, malformed or foreign product, even with a right key', async () => {
    const { licenseId, of } = await make()
    const other = await makeAccount()
    const foreign = await makeSignedProduct(other.id)
    for (const productId of [newId(), 'no id at all', '', foreign.id]) {
      await expectRefusal(await activate({ ...of, productId }), 'INVALID_PRODUCT_ID', licenseId)
    }
  })

  test('INVALID_LICENSE_KEY for an unknown, empty, deleted, foreign or other product’s key', async () => {
    const { licenseId, of } = await make()
    const elsewhere = await makeAccount()
    const foreign = await makeLicenseOf(elsewhere.id, await makeSignedProduct(elsewhere.id))
    const sibling = await makeLicenseOf(accountId, await makeSignedProduct(accountId))
    const deleted = await make()
    await db().delete(licenses).where(eq(licenses.id, deleted.licenseId))
    for (const key of ['NO-SUCH-KEY', '', '  ', `${of.key}A`, foreign.key, sibling.key, deleted.of.key]) {
      await expectRefusal(await activate({ ...of, key }), 'INVALID_LICENSE_KEY', licenseId)
    }
    expect(await rowsOf(foreign.id)).toBe(0)
    expect(await rowsOf(sibling.id)).toBe(0)
  })

  test('INVALID_ACCOUNT_ID for an account that does not exist; the right one by name works', async () => {
    const { licenseId, of } = await make()
    await expectRefusal(await activate(of, { accountId: newId() }), 'INVALID_ACCOUNT_ID', licenseId)
    expect((await activate(of, { accountId })).status).toBe(201)
  })

  test('the address rules let through what they name, in IPv4, mapped IPv4 and IPv6', async () => {
    const { of } = await make({
      allowedIpAddresses: ['203.0.113.9'],
      allowedIpRanges: ['10.0.0.0/8', '2001:db8::/32', '192.0.2.1 - 192.0.2.4', 'nonsense'],
      disallowedIpAddresses: ['10.6.6.6'],
    })
    for (const ip of ['203.0.113.9', '10.1.2.3', '::ffff:10.1.2.3', '2001:db8::1', '192.0.2.4']) {
      expect((await activate(of, {}, { ip })).status, ip).toBe(201)
    }
    for (const ip of ['203.0.113.10', '10.6.6.6', '::ffff:10.6.6.6', '2001:db9::1', '192.0.2.5', 'junk']) {
      expect((await activate(of, {}, { ip })).body, ip).toMatchObject({ code: 'IP_ADDRESS_NOT_ALLOWED' })
    }
  })

  test('a revoked license comes back with its devices when the revocation is lifted', async () => {
    const { licenseId, of } = await make({ allowedActivations: 1 })
    const id = idOf(await activate(of))
    await db().update(licenses).set({ revokedManualAt: new Date() }).where(eq(licenses.id, licenseId))
    await expectRefusal(await sync(id, of), 'REVOKED_LICENSE', licenseId, 1)
    await expectRefusal(await activate(of), 'REVOKED_LICENSE', licenseId, 1)
    await db().update(licenses).set({ revokedManualAt: null }).where(eq(licenses.id, licenseId))
    expect(idOf(await activate(of))).toBe(id)
  })

  test('a license that asks for its owner takes the owner’s password or bearer and nobody else’s', async () => {
    const owner = await makeCustomer(accountId, { passwordHash: await hashPassword('granite otter hums') })
    const other = await makeCustomer(accountId, { passwordHash: await hashPassword('another password') })
    const { licenseId, of } = await make({ userId: owner.id, requireAuthentication: true })
    const wrong = [
      { email: owner.email, password: 'not the password' },
      { email: other.email, password: 'another password' },
      { email: owner.email, password: '' },
    ]
    for (const fields of wrong) {
      await expectRefusal(await activate(of, fields), 'AUTHENTICATION_FAILED', licenseId)
    }
    await expectRefusal(await activate(of, {}, { token: other.token }), 'AUTHENTICATION_FAILED', licenseId)
    const right = { email: owner.email, password: 'granite otter hums' }
    expect((await activate(of, right)).status).toBe(201)
    const second = { fingerprint: fingerprint(2) }
    expect((await activate(of, second, { token: owner.token })).status).toBe(201)
  })
})

describe('what clients really send (CX-08)', () => {
  test('numbers and booleans as text, nulls, missing optional fields and no content type are fine', async () => {
    const { of } = await make({
      type: 'hosted-floating',
      leaseDuration: 3600,
      allowClientLeaseDuration: true,
    })
    const answer = await activate(of, {
      leaseDuration: '120',
      container: 'false',
      floating: 'false',
      osVersion: null,
      releaseVersion: null,
      metadata: null,
      meterAttributes: null,
      os: 'Windows',
    })
    expect(answer.status).toBe(201)
    const claims = claimsOf(answer)
    expect(claims).toMatchObject({ os: 'windows', amd: [] })
    expect(Number(claims.leat) - Number(claims.iat)).toBe(120)
    const { productId, key } = of
    const body = { productId, key, os: 'macos', fingerprint: fingerprint(1) }
    expect((await call('/v3/activations', { body })).status).toBe(201)
  })

  test('a stale bearer does no harm', async () => {
    const { of } = await make()
    expect((await activate(of, {}, { token: 'lk_usr_gone' })).status).toBe(201)
  })

  test('what is missing or impossible is named by field', async () => {
    const { licenseId, of } = await make()
    const bodies = [
      [{ ...of, os: 'plan9' }, 'os'],
      [{ ...of, fingerprint: 'short' }, 'fingerprint'],
      [{ ...of, fingerprint: 'x'.repeat(4_097) }, 'fingerprint'],
      [{ ...of, metadata: [{ key: '', value: 'x' }] }, 'metadata[0].key'],
      [{ ...of, hostname: 'nul\u0000' }, 'hostname'],
    ] as const
    for (const [fields, field] of bodies) {
      const answer = await call('/v3/activations', { body: deviceBody(fields) })
      await expectRefusal(answer, 'INVALID_INPUT', licenseId)
      expect(answer.body).toMatchObject({ fields: { [field]: expect.any(String) } })
    }
    await expectRefusal(await call('/v3/activations', { body: '{' }), 'INVALID_JSON', licenseId)
  })
})

describe('limits under load', () => {
  test('200 devices at once on a license for 3: exactly 3 rows, 197 told ACTIVATION_LIMIT_REACHED', async () => {
    const { licenseId, of } = await make({ allowedActivations: 3 })
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, at) => activate(of, { fingerprint: fingerprint(at) })),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3)
    const refused = answers.filter(({ status }) => status !== 201)
    expect(refused).toHaveLength(197)
    for (const answer of refused) {
      expect(answer).toMatchObject({ status: 400, body: { code: 'ACTIVATION_LIMIT_REACHED' } })
    }
    expect(await rowsOf(licenseId)).toBe(3)
    expect((await eventsOf(licenseId)).sort()).toEqual([
      'license.activation.limit-reached',
      'license.first-activated',
    ])
  }, 60_000)

  test('one device 50 times at once: one row, one id, every call answered with a token', async () => {
    const { licenseId, of } = await make({ allowedActivations: 1 })
    const answers = await Promise.all(Array.from({ length: 50 }, () => activate(of)))
    expect(new Set(answers.map(idOf)).size).toBe(1)
    expect(await rowsOf(licenseId)).toBe(1)
  }, 60_000)

  test('a lowered limit keeps the devices it has and takes no more', async () => {
    const { licenseId, of } = await make({ allowedActivations: 2 })
    await activate(of)
    await activate(of, { fingerprint: fingerprint(2) })
    await db().update(licenses).set({ allowedActivations: 1 }).where(eq(licenses.id, licenseId))
    expect((await activate(of)).status).toBe(201)
    const third = await activate(of, { fingerprint: fingerprint(3) })
    await expectRefusal(third, 'ACTIVATION_LIMIT_REACHED', licenseId, 2)
  })
})

describe('a pool of floating seats', () => {
  const pool = { type: 'hosted-floating', allowedFloatingClients: 2, leaseDuration: 600 } as const

  test('20 clients at once on 2 seats: exactly 2 leases, each told when it ends', async () => {
    const { licenseId, of } = await make(pool)
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => activate(of, { fingerprint: fingerprint(at) })),
    )
    const taken = answers.filter(({ status }) => status === 201)
    expect(taken).toHaveLength(2)
    for (const answer of taken) {
      const claims = claimsOf(answer)
      expect(claims).toMatchObject({ fc: 2, ld: 600, aa: 2 })
      expect(Math.abs(Number(claims.leat) - Number(claims.iat) - 600)).toBeLessThanOrEqual(1)
    }
    expect(await rowsOf(licenseId)).toBe(2)
  })

  test('a lease that ended is a free seat; a renewed one is not', async () => {
    const { of } = await make(pool)
    const kept = idOf(await activate(of))
    const left = idOf(await activate(of, { fingerprint: fingerprint(2) }))
    setClockOffset(500_000)
    expect((await sync(kept, of)).status).toBe(200)
    setClockOffset(700_000)
    const third = await activate(of, { fingerprint: fingerprint(3) })
    expect(third.status).toBe(201)
    expect(claimsOf(third).ta).toBe(2)
    expect((await activate(of, { fingerprint: fingerprint(4) })).body).toMatchObject({
      code: 'ACTIVATION_LIMIT_REACHED',
    })
    // Whoever lost the seat meanwhile is refused while the pool is full, and takes one again when it is not.
    const back = { fingerprint: fingerprint(2) }
    expect((await sync(left, of, back)).body).toMatchObject({ code: 'ACTIVATION_LIMIT_REACHED' })
    await call(`/v3/activations/${idOf(third)}/deactivate`, { body: { key: of.key } })
    expect((await sync(left, of, back)).status).toBe(200)
  })

  test('20 clients with ended leases at once on 2 seats: exactly 2 get them back', async () => {
    const { licenseId, of } = await make({ ...pool, allowedFloatingClients: -1 })
    const ids = []
    for (let at = 0; at < 20; at += 1) ids.push(idOf(await activate(of, { fingerprint: fingerprint(at) })))
    await db().update(licenses).set({ allowedFloatingClients: 2 }).where(eq(licenses.id, licenseId))
    setClockOffset(3_600_000)
    const answers = await Promise.all(ids.map((id, at) => sync(id, of, { fingerprint: fingerprint(at) })))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(2)
  })

  test('rows of leases that ended 30 days ago are gone after the next activation', async () => {
    const { licenseId, of } = await make(pool)
    await activate(of)
    setClockOffset(31 * 86_400_000)
    await activate(of, { fingerprint: fingerprint(2) })
    expect(await rowsOf(licenseId)).toBe(1)
  })

  test('the client chooses its lease only where the license lets it', async () => {
    const strict = await make(pool)
    const open = await make({ ...pool, allowClientLeaseDuration: true })
    const lease = async (of: Parameters<typeof activate>[0]) => {
      const claims = claimsOf(await activate(of, { leaseDuration: 60 }))
      return Number(claims.leat) - Number(claims.iat)
    }
    expect(await lease(strict.of)).toBe(600)
    expect(await lease(open.of)).toBe(60)
  })

  test('without a lease duration a seat is held until it is given back', async () => {
    const { of } = await make({ ...pool, leaseDuration: -1, allowedFloatingClients: 1 })
    const id = idOf(await activate(of))
    setClockOffset(86_400_000 * 400)
    expect((await activate(of, { fingerprint: fingerprint(2) })).status).toBe(400)
    expect(claimsOf(await sync(id, of)).leat).toBe(0)
  })
})

describe('synchronizing', () => {
  test('answers 200 with a fresh token, moves lastSyncedAt, and is not audited', async () => {
    const { of } = await make()
    const first = await activate(of)
    const id = idOf(first)
    setClockOffset(60_000)
    const answer = await sync(id, of, { appVersion: '2.0', metadata: [{ key: 'a', value: '1' }] })
    expect(answer.status).toBe(200)
    const { payload } = await verified(answer, product.publicPem)
    expect(payload).toMatchObject({ aid: id, amd: [{ key: 'a', value: '1' }] })
    expect(Number(payload.iat) - Number(claimsOf(first).iat)).toBeGreaterThanOrEqual(59)
    const [row] = await db().select().from(activations).where(eq(activations.id, id))
    expect(row?.appVersion).toBe('2.0')
    expect(clock.now().getTime() - (row?.lastSyncedAt.getTime() ?? 0)).toBeLessThan(5_000)
    expect(await eventsOf(id)).toEqual(['activation.created'])
  })

  test('metadata that the body leaves out stays', async () => {
    const { of } = await make()
    const id = idOf(await activate(of, { metadata: [{ key: 'a', value: '1' }] }))
    expect(claimsOf(await sync(id, of, { metadata: undefined })).amd).toEqual([{ key: 'a', value: '1' }])
    expect(claimsOf(await sync(id, of, { metadata: [] })).amd).toEqual([])
  })

  test('another key, product, account or an unknown id is 404 ACTIVATION_NOT_FOUND, and writes nothing', async () => {
    const { of } = await make()
    const sibling = await make()
    const elsewhere = await makeAccount()
    const id = idOf(await activate(of))
    const [before] = await db().select().from(activations).where(eq(activations.id, id))
    const attempts = [
      sync(id, sibling.of),
      sync(id, { ...of, key: 'WRONG' }),
      sync(id, { ...of, productId: (await makeSignedProduct(accountId)).id }),
      sync(id, of, { accountId: elsewhere.id }),
      sync(newId(), of),
    ]
    for (const answer of await Promise.all(attempts)) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'ACTIVATION_NOT_FOUND' } })
    }
    expect((await sync('no-id', of)).status).toBe(404)
    expect((await db().select().from(activations).where(eq(activations.id, id)))[0]).toEqual(before)
  })

  test('another computer is told INVALID_ACTIVATION_FINGERPRINT', async () => {
    const { licenseId, of } = await make()
    const id = idOf(await activate(of))
    const answer = await sync(id, of, { fingerprint: fingerprint(9) })
    await expectRefusal(answer, 'INVALID_ACTIVATION_FINGERPRINT', licenseId, 1)
  })

  test('where the license may not be used any more is said at the next sync', async () => {
    const { licenseId, of } = await make()
    const id = idOf(await activate(of))
    await db()
      .update(licenses)
      .set({ allowedIpRanges: ['10.0.0.0/8'] })
      .where(eq(licenses.id, licenseId))
    await expectRefusal(await sync(id, of), 'IP_ADDRESS_NOT_ALLOWED', licenseId, 1)
    expect((await sync(id, of, {}, { ip: '10.0.0.1' })).status).toBe(200)
  })

  test('a later expiry reaches the device with the sync', async () => {
    const { licenseId, of } = await make({ expiresAt: new Date('2030-01-01T00:00:00Z') })
    const id = idOf(await activate(of))
    await db()
      .update(licenses)
      .set({ expiresAt: new Date('2031-01-01T00:00:00Z') })
      .where(eq(licenses.id, licenseId))
    expect(claimsOf(await sync(id, of)).eat).toBe(1_924_992_000)
  })
})
