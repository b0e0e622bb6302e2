import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { activations, licenses } from '#db/schema/licenses.ts'
import { checkChain } from '#lib/audit/check-chain.ts'
import { authorize } from '#lib/core/authorize.ts'
import { clock, setClockOffset } from '#lib/core/clock.ts'
import { newId } from '#lib/core/ids.ts'
import { FIRST_PAGE } from '#lib/core/list/filter.ts'
import { getMyLicense } from '#lib/licensing/licenses/get-my-license.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { openKey } from '#lib/licensing/licenses/license-key.ts'
import { listMyLicenses } from '#lib/licensing/licenses/list-my-licenses.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeCustomer, makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { auditTrail } from '#tests/helpers/audit-trail.ts'
import { contextFor, customerActor, testClock } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

let accountId: string
let token: string
let product: Awaited<ReturnType<typeof makeSignedProduct>>
let customer: Awaited<ReturnType<typeof makeCustomer>>

const DAY = 86_400_000

setUpTestDatabase()
beforeEach(async () => {
  setClockOffset(0)
  accountId = (await makeAccount()).id
  token = await makeMachineToken(accountId, 'license:read', 'license:write')
  product = await makeSignedProduct(accountId)
  customer = await makeCustomer(accountId)
})

const create = async (fields: Record<string, unknown> = {}) =>
  bodyOf(await v3('/v3/licenses', { token, body: { productId: product.id, ...fields } }), LicenseDto, 201)
const patch = async (id: string, body: Record<string, unknown>) =>
  bodyOf(await v3(`/v3/licenses/${id}`, { token, method: 'PATCH', body }), LicenseDto)
const read = async (id: string) => bodyOf(await v3(`/v3/licenses/${id}`, { token }), LicenseDto)
const list = async (query: string) =>
  bodyOf(await v3(`/v3/licenses?${query}`, { token }), z.array(LicenseDto)).map(({ id }) => id)
const makeDevice = (licenseId: string, countryCode: string, leaseExpiresAt: Date | null = null) => {
  const at = new Date()
  const device = { os: 'linux', hostname: 'h', fingerprint: newId(), countryCode, lastSyncedAt: at }
  const row = {
    accountId,
    id: newId(),
    licenseId,
    productId: product.id,
    createdAt: at,
    updatedAt: at,
    leaseExpiresAt,
    ...device,
  }
  return db().insert(activations).values(row)
}
const stored = () => db().select().from(licenses).where(eq(licenses.accountId, accountId))
const events = (id: string) => auditTrail(accountId, id)

describe('creating a license', () => {
  test('CX-06: what is not sent is inherited from the template, and the license belongs to the user', async () => {
    const license = await create({
      userId: customer.id,
      allowedActivations: '5',
      metadata: [
        { key: 'order', value: 'A-1', viewPermissions: ['USER'] },
        { key: 'old', value: '1', visible: true },
      ],
    })
    expect(license).toMatchObject({
      key: expect.stringMatching(/^([A-F0-9]{6}-){5}[A-F0-9]{6}$/),
      status: 'ACTIVE',
      type: 'node-locked',
      allowedActivations: 5,
      subscriptionInterval: null,
      validity: 0,
      expiresAt: null,
      user: { id: customer.id, email: customer.email, role: 'user' },
      licenseTemplateId: product.licenseTemplateId,
    })
    expect(
      license.metadata.map(({ key, viewPermissions, visible }) => ({ key, viewPermissions, visible })),
    ).toEqual([
      { key: 'order', viewPermissions: ['user'], visible: false },
      { key: 'old', viewPermissions: ['activation'], visible: true },
    ])
    expect(await read(license.id)).toEqual(license)
    expect(await events(license.id)).toEqual(['license.created'])
  })

  test('its key stands in the database sealed, hashed and as a short prefix only', async () => {
    const license = await create()
    const [row] = await stored()
    expect(row && openKey(row)).toBe(license.key)
    expect(row?.keyPrefix).toBe(license.key.slice(0, 6))
    expect(JSON.stringify(row)).not.toContain(license.key)
  })

  test('an interval counts by the calendar from the creation date, and blank means perpetual', async () => {
    const yearly = await create({ subscriptionInterval: 'P1Y', createdAt: '2024-02-29 10:00:00' })
    expect(yearly).toMatchObject({
      expiresAt: '2025-02-28T10:00:00.000Z',
      createdAt: '2024-02-29T10:00:00.000Z',
      status: 'EXPIRED',
    })
    expect(await create({ subscriptionInterval: '' })).toMatchObject({ expiresAt: null })
    expect(await create({ subscriptionInterval: null })).toMatchObject({ expiresAt: null })
    expect(await create({ validity: 3600 })).toMatchObject({
      subscriptionInterval: 'PT3600S',
      validity: 3600,
    })
    expect(await create({ subscriptionInterval: 'P1M', expirationStrategy: 'delayed' })).toMatchObject({
      expiresAt: null,
      subscriptionStartTrigger: 'activation',
    })
  })

  test("design §6: the caller's id and the same request give the same license, another request 409", async () => {
    const id = newId()
    const body = { id, userId: customer.id, metadata: [{ key: 'order', value: '1' }] }
    const first = await create(body)
    expect(first.id).toBe(id)
    await patch(id, { suspended: true, notes: 'changed since' })
    expect(await create(body)).toMatchObject({ id, key: first.key, suspended: true, notes: 'changed since' })
    const other = await v3('/v3/licenses', {
      token,
      body: { productId: product.id, ...body, allowedActivations: 7 },
    })
    expect(other).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT', fields: { id: expect.any(String) } },
    })
    expect(await stored()).toHaveLength(1)
    expect(await events(id)).toEqual(['license.created', 'license.updated'])
  })

  test('billing defect "two licenses for one purchase": 30 parallel creations with one id make one license', async () => {
    const id = newId()
    const made = await Promise.all(Array.from({ length: 30 }, () => create({ id, userId: customer.id })))
    expect(new Set(made.map(({ key }) => key)).size).toBe(1)
    expect(await stored()).toHaveLength(1)
    expect(await events(id)).toEqual(['license.created'])
  })

  test('an own key of 16 to 256 characters is kept, and is unique in the account, also in parallel', async () => {
    const key = 'MY-OWN-KEY-0123456789'
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => v3('/v3/licenses', { token, body: { productId: product.id, key } })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)])
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
      code: 'CONFLICT',
      fields: { key: expect.any(String) },
    })
    expect(await stored()).toHaveLength(1)
  })

  test.each([
    ['productId', { productId: 'no-id' }],
    ['productId', { productId: newId() }],
    ['productId', { productId: undefined }],
    ['licenseTemplateId', { licenseTemplateId: newId() }],
    ['licensePolicyId', { licensePolicyId: newId() }],
    ['userId', { userId: newId() }],
    ['userId', { userId: 'jane' }],
    ['key', { key: 'short' }],
    ['key', { key: 'with a space 0123456789' }],
    ['key', { key: 'x'.repeat(257) }],
    ['type', { type: 'boundless' }],
    ['allowedActivations', { allowedActivations: -2 }],
    ['allowedActivations', { allowedActivations: 3_000_000_000 }],
    ['allowedActivations', { allowedActivations: 'many' }],
    ['allowedClockOffset', { allowedClockOffset: 59 }],
    ['subscriptionInterval', { subscriptionInterval: 'yearly' }],
    ['subscriptionInterval', { subscriptionInterval: '-P1Y' }],
    ['subscriptionInterval', { subscriptionInterval: 'P9999Y' }],
    ['expirationStrategy', { expirationStrategy: 'never' }],
    ['expiresAt', { expiresAt: 'tomorrow' }],
    ['expiresAt', { expiresAt: '+012026-01-01T00:00:00Z' }],
    ['expiresAt', { createdAt: '0001-01-01T00:00:00Z', expiresAt: '99999-01-01' }],
    ['createdAt', { createdAt: '2999-01-01T00:00:00Z' }],
    ['tags', { tags: ['1', '2', '3', '4', '5', '6'] }],
    ['tags[0]', { tags: [''] }],
    ['notes', { notes: 'nul\u0000' }],
    ['metadata', { metadata: Array.from({ length: 51 }, (_, i) => ({ key: `k${i}`, value: '' })) }],
    ['metadata[0].key', { metadata: [{ key: '', value: 'v' }] }],
    ['metadata[0].key', { metadata: [{ key: 'k'.repeat(257), value: 'v' }] }],
    ['metadata[0].value', { metadata: [{ key: 'k', value: 'v'.repeat(4097) }] }],
    ['metadata[0].value', { metadata: [{ key: 'k' }] }],
    [
      'metadata[1].key',
      {
        metadata: [
          { key: 'k', value: '1' },
          { key: 'k', value: '2' },
        ],
      },
    ],
    [
      'metadata[0].viewPermissions[0]',
      { metadata: [{ key: 'k', value: 'v', viewPermissions: ['everybody'] }] },
    ],
    ['allowedCountries[0]', { allowedCountries: ['Germany'] }],
    ['allowedIpAddresses[0]', { allowedIpAddresses: ['300.1.1.1'] }],
    ['allowedIpRanges[0]', { allowedIpRanges: ['10.0.0.0/64'] }],
    ['allowedIpRanges', { allowedIpRanges: Array(21).fill('10.0.0.0/8') }],
    ['organizationId', { organizationId: newId() }],
    ['cause', { cause: 'whim' }],
    ['id', { id: '42' }],
  ])('a wrong %s is refused by name, and nothing is written', async (field, fields) => {
    const answer = await v3('/v3/licenses', { token, body: { productId: product.id, ...fields } })
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'INVALID_INPUT', fields: { [field]: expect.any(String) } },
    })
    expect(await stored()).toEqual([])
    expect(await db().select().from(eventLogs).where(eq(eventLogs.accountId, accountId))).toEqual([])
  })

  test('blank fields of parts that do not exist yet are taken, as real clients send them', async () => {
    await create({
      organizationId: '',
      resellerId: null,
      additionalUserIds: [],
      meterAttributes: [],
      productVersionId: null,
      key: '',
      userId: null,
    })
  })

  test("another account's product, template and user are unknown", async () => {
    const foreign = (await makeAccount()).id
    const theirs = await makeSignedProduct(foreign)
    const them = await makeCustomer(foreign)
    for (const fields of [
      { productId: theirs.id },
      { licenseTemplateId: theirs.licenseTemplateId },
      { userId: them.id },
    ]) {
      expect((await v3('/v3/licenses', { token, body: { productId: product.id, ...fields } })).status).toBe(
        400,
      )
    }
    expect(await stored()).toEqual([])
  })
})

describe('who may', () => {
  test.each([
    ['GET', '/v3/licenses', 'license:read'],
    ['POST', '/v3/licenses', 'license:write'],
    ['GET', '/v3/licenses/ID', 'license:read'],
    ['PATCH', '/v3/licenses/ID', 'license:write'],
    ['DELETE', '/v3/licenses/ID', 'license:write'],
    ['POST', '/v3/licenses/ID/renew', 'license:write'],
    ['POST', '/v3/licenses/ID/extend', 'license:write'],
    ['PATCH', '/v3/licenses/ID/expires-at', 'license:write'],
    ['DELETE', '/v3/licenses/metadata/ID', 'license:write'],
  ] as const)(
    'CX-07: %s %s tells missing, bad and insufficient tokens apart, naming the scope',
    async (method, path, scope) => {
      const license = await create({ userId: customer.id })
      const before = await stored()
      const url = path.replace('ID', license.id)
      const body =
        method === 'PATCH' || method === 'POST'
          ? { productId: product.id, suspended: true, expiresAt: null }
          : undefined
      expect(await v3(url, { method, body })).toMatchObject({
        status: 401,
        body: { code: 'AUTHENTICATION_REQUIRED' },
      })
      expect(await v3(url, { method, body, token: 'lk_pat_wrong' })).toMatchObject({
        status: 401,
        body: { code: 'INVALID_TOKEN' },
      })
      const wrong = await makeMachineToken(
        accountId,
        scope === 'license:read' ? 'license:write' : 'license:read',
      )
      const refused = await v3(url, { method, body, token: wrong })
      expect(refused).toMatchObject({
        status: 403,
        body: { code: 'INSUFFICIENT_SCOPE', message: expect.stringContaining(scope) },
      })
      // CX-03: a customer's token reaches nothing but /v3/me.
      expect(await v3(url, { method, body, token: customer.token })).toMatchObject({ status: 403 })
      expect(await stored()).toEqual(before)
    },
  )

  test("another account's license looks like a missing one to every verb, and stays as it is", async () => {
    const license = await create()
    const before = await stored()
    const foreign = await makeMachineToken((await makeAccount()).id, 'license:read', 'license:write')
    for (const id of [license.id, newId(), 'not-an-id']) {
      for (const [method, path, body] of [
        ['GET', '', undefined],
        ['PATCH', '', { suspended: true }],
        ['DELETE', '', undefined],
        ['POST', '/renew', {}],
        ['POST', '/extend', { extensionLength: 5 }],
        ['PATCH', '/expires-at', { expiresAt: null }],
      ] as const) {
        const answer = await v3(`/v3/licenses/${id}${path}`, { token: foreign, method, body })
        expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
      }
    }
    expect(await stored()).toEqual(before)
  })
})

describe('changing a license', () => {
  test('a caller sets and lifts only its own suspension and revocation; the wire says their union', async () => {
    const { id, key } = await create()
    await patch(id, { suspended: true, cause: 'billing' })
    expect(await patch(id, { suspended: true })).toMatchObject({
      suspended: true,
      suspendedBy: ['manual', 'billing'],
      status: 'SUSPENDED',
    })
    expect(await patch(id, { suspended: false })).toMatchObject({ suspended: true, suspendedBy: ['billing'] })
    expect(await patch(id, { suspended: false })).toMatchObject({ suspended: true })
    expect(await patch(id, { revoked: true })).toMatchObject({ revoked: true, status: 'REVOKED' })
    expect(await patch(id, { revoked: false, suspended: false, cause: 'billing' })).toMatchObject({
      revoked: true,
      suspended: false,
    })
    // Licensing §6: revoking and granting again keeps the key.
    expect(await patch(id, { revoked: false })).toMatchObject({ status: 'ACTIVE', key })
  })

  test('every change is in the audit chain, in a form that its hash covers', async () => {
    const { id } = await create({
      userId: customer.id,
      expiresAt: '2999-01-01T00:00:00Z',
      subscriptionInterval: 'P1Y',
    })
    await patch(id, {
      suspended: true,
      notes: 'Jane wrote',
      tags: ['a'],
      metadata: [{ key: 'phone', value: '123' }],
    })
    await v3(`/v3/licenses/${id}/renew`, { token, method: 'POST' })
    const links = await db()
      .select()
      .from(eventLogs)
      .where(eq(eventLogs.accountId, accountId))
      .orderBy(eventLogs.seq)
    expect(links.map(({ event }) => event)).toEqual(['license.created', 'license.updated', 'license.renewed'])
    expect(links[1]?.changes).toEqual({
      suspendedManualAt: expect.stringMatching(/^\d{4}-.*Z$/),
      revokedManualAt: null,
      notes: 'changed',
      tags: ['a'],
      metadata: 'changed',
    })
    expect(await checkChain(db(), accountId)).toMatchObject({ intact: true, length: 3 })
  })

  test('moves to another user and away from any', async () => {
    const { id } = await create({ userId: customer.id })
    const other = await makeCustomer(accountId)
    expect(await patch(id, { userId: other.id })).toMatchObject({ user: { id: other.id } })
    expect(bodyOf(await v3('/v3/me/licenses', { token: customer.token }), z.array(z.unknown()))).toEqual([])
    const unknown = await v3(`/v3/licenses/${id}`, { token, method: 'PATCH', body: { userId: newId() } })
    expect(unknown).toMatchObject({ status: 400, body: { fields: { userId: expect.any(String) } } })
    expect(await read(id)).toMatchObject({ user: { id: other.id } })
    expect(await patch(id, { userId: null })).toMatchObject({ user: null })
  })

  test('metadata is merged by key, keeps ids, and goes entry by entry', async () => {
    const before = await create({
      metadata: [
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
      ],
    })
    const after = await patch(before.id, {
      metadata: [
        { key: 'b', value: '3' },
        { key: 'c', value: '4' },
      ],
    })
    expect(after.metadata.map(({ key, value }) => `${key}=${value}`)).toEqual(['a=1', 'b=3', 'c=4'])
    expect(after.metadata[1]?.id).toBe(before.metadata[1]?.id)
    const gone = await v3(`/v3/licenses/metadata/${after.metadata[0]?.id}`, { token, method: 'DELETE' })
    expect(gone.status).toBe(204)
    expect((await read(before.id)).metadata.map(({ key }) => key)).toEqual(['b', 'c'])
    expect((await v3(`/v3/licenses/metadata/${newId()}`, { token, method: 'DELETE' })).status).toBe(404)
  })

  test('parallel changes of different fields all survive', async () => {
    const { id } = await create()
    await Promise.all([
      patch(id, { notes: 'n' }),
      patch(id, { allowedActivations: 9 }),
      patch(id, { tags: ['t'] }),
      ...Array.from({ length: 5 }, (_, i) => patch(id, { metadata: [{ key: `k${i}`, value: 'v' }] })),
    ])
    const license = await read(id)
    expect(license).toMatchObject({ notes: 'n', allowedActivations: 9, tags: ['t'] })
    expect(license.metadata).toHaveLength(5)
  })

  test('fields that a license keeps for life are not changed', async () => {
    const license = await create()
    const other = await makeSignedProduct(accountId)
    expect(
      await patch(license.id, {
        productId: other.id,
        type: 'hosted-floating',
        createdAt: '2020-01-01T00:00:00Z',
        key: 'ANOTHER-KEY-0123456789',
      }),
    ).toMatchObject({
      productId: product.id,
      type: 'node-locked',
      createdAt: license.createdAt,
      key: license.key,
    })
  })

  test('deleting answers 204 once, then 404', async () => {
    const { id } = await create()
    expect((await v3(`/v3/licenses/${id}`, { token, method: 'DELETE' })).status).toBe(204)
    expect((await v3(`/v3/licenses/${id}`, { token, method: 'DELETE' })).status).toBe(404)
    expect(await stored()).toEqual([])
    expect(await events(id)).toEqual(['license.created', 'license.deleted'])
  })
})

describe('expiry', () => {
  const expiry = async (id: string, expiresAt: string | null, cause?: string) =>
    bodyOf(
      await v3(`/v3/licenses/${id}/expires-at`, { token, method: 'PATCH', body: { expiresAt, cause } }),
      LicenseDto,
    )
  const renew = (id: string, options: { headers?: Record<string, string>; body?: string } = {}) =>
    v3(`/v3/licenses/${id}/renew`, { token, method: 'POST', ...options })

  test('renewing counts from the old expiry, and takes a call without body or with an empty form', async () => {
    const { id } = await create({ subscriptionInterval: 'P1M', expiresAt: '2999-01-31T00:00:00Z' })
    expect(bodyOf(await renew(id), LicenseDto)).toMatchObject({
      expiresAt: '2999-02-28T00:00:00.000Z',
      expiryHeldUntil: '2999-02-28T00:00:00.000Z',
    })
    const form = { body: '', headers: { 'content-type': 'application/x-www-form-urlencoded' } }
    expect(bodyOf(await renew(id, form), LicenseDto)).toMatchObject({ expiresAt: '2999-03-28T00:00:00.000Z' })
    expect(await events(id)).toEqual(['license.created', 'license.renewed', 'license.renewed'])
  })

  test('renewing an expired license counts from now', async () => {
    const { id } = await create({ subscriptionInterval: 'P30D', createdAt: '2020-01-01T00:00:00Z' })
    const before = Date.now()
    const renewed = bodyOf(await renew(id), LicenseDto)
    expect(Date.parse(renewed.expiresAt ?? '') - before).toBeGreaterThanOrEqual(30 * DAY)
    expect(renewed.status).not.toBe('EXPIRED')
  })

  test('a perpetual license, or one that has not begun, is not renewed', async () => {
    for (const fields of [{}, { subscriptionInterval: 'P1Y', subscriptionStartTrigger: 'activation' }]) {
      const { id } = await create(fields)
      expect(await renew(id)).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
      expect(await events(id)).toEqual(['license.created'])
    }
  })

  test('20 parallel renewals add 20 intervals', async () => {
    const { id } = await create({ subscriptionInterval: 'P1Y', expiresAt: '2100-05-05T00:00:00Z' })
    await Promise.all(Array.from({ length: 20 }, () => renew(id)))
    expect(await read(id)).toMatchObject({ expiresAt: '2120-05-05T00:00:00.000Z' })
  })

  test('licensing §6: no expiry beyond the year 9999', async () => {
    const { id } = await create({ subscriptionInterval: 'P1Y', expiresAt: '9999-06-01T00:00:00Z' })
    expect(await renew(id)).toMatchObject({
      status: 400,
      body: { fields: { expiresAt: expect.any(String) } },
    })
    expect(await read(id)).toMatchObject({ expiresAt: '9999-06-01T00:00:00.000Z' })
  })

  test('billing never shortens below what an operator set by hand, but lengthens it', async () => {
    const { id } = await create()
    await expiry(id, '2030-01-01T00:00:00Z')
    expect(await expiry(id, '2029-01-01T00:00:00Z', 'billing')).toMatchObject({
      expiresAt: '2030-01-01T00:00:00.000Z',
    })
    expect(await expiry(id, '2031-01-01T00:00:00Z', 'billing')).toMatchObject({
      expiresAt: '2031-01-01T00:00:00.000Z',
    })
    expect(await expiry(id, '2030-06-01T00:00:00Z', 'billing')).toMatchObject({
      expiresAt: '2030-06-01T00:00:00.000Z',
    })
    expect(await expiry(id, null)).toMatchObject({ expiresAt: null })
    expect(await expiry(id, '2030-06-01T00:00:00Z', 'billing')).toMatchObject({ expiresAt: null })
    expect(await expiry(id, '2028-01-01T00:00:00Z')).toMatchObject({ expiresAt: '2028-01-01T00:00:00.000Z' })
  })

  test('without a hold billing sets any date, and its renewal holds nothing', async () => {
    const { id } = await create({ subscriptionInterval: 'P1Y' })
    expect(await expiry(id, '2028-01-01T00:00:00Z', 'billing')).toMatchObject({ expiryHeldUntil: null })
    const renewed = await v3(`/v3/licenses/${id}/renew`, { token, body: { cause: 'billing' } })
    expect(bodyOf(renewed, LicenseDto)).toMatchObject({
      expiresAt: '2029-01-01T00:00:00.000Z',
      expiryHeldUntil: null,
    })
  })

  test.each([[{}], [{ expiresAt: 'never' }], [{ expiresAt: 5 }]])(
    'expires-at refuses %j by name',
    async (body) => {
      const { id } = await create()
      const answer = await v3(`/v3/licenses/${id}/expires-at`, { token, method: 'PATCH', body })
      expect(answer).toMatchObject({ status: 400, body: { fields: { expiresAt: expect.any(String) } } })
      expect(await events(id)).toEqual(['license.created'])
    },
  )
})

describe('the list', () => {
  test('pages in order of creation with the headers that clients page by', async () => {
    const ids = []
    for (let n = 0; n < 3; n += 1) ids.push((await create({ createdAt: `2024-01-0${n + 1}T00:00:00Z` })).id)
    const first = await v3('/v3/licenses?limit=2', { token })
    expect(bodyOf(first, z.array(LicenseDto)).map(({ id }) => id)).toEqual(ids.slice(0, 2))
    expect(first.headers.get('pagination-count')).toBe('3')
    expect(first.headers.get('link')).toContain('rel="next"')
    expect(await list('limit=2&page=2')).toEqual(ids.slice(2))
    expect(await list('limit=2&page=3')).toEqual([])
    expect(await list('sort=-createdAt&limit=1')).toEqual(ids.slice(2))
    expect(await v3('/v3/licenses?sort=key', { token })).toMatchObject({
      status: 400,
      body: { fields: { sort: expect.any(String) } },
    })
  })

  test('finds keys whole or by their first characters, and says why not otherwise', async () => {
    const one = await create({ key: 'ALPHA-0000000000000001' })
    const two = await create({ key: 'BETA-00000000000000002' })
    expect(await list(`key=${one.key}`)).toEqual([one.id])
    expect(await list(`key[ne]=${one.key}`)).toEqual([two.id])
    expect(await list(`key[in]=${one.key},${two.key}`)).toEqual([one.id, two.id])
    expect(await list(`key[in][]=${one.key}&key[in][]=${two.key}`)).toEqual([one.id, two.id])
    expect(await list(`key[nin]=${one.key}`)).toEqual([two.id])
    expect(await list('key[sw]=ALP')).toEqual([one.id])
    expect(await list('key[sw]=%25')).toEqual([])
    expect(await list('key[sw]=ALPHA-0')).toEqual([one.id])
    expect(await list('key[ew]=0002')).toEqual([two.id])
    // Licensing §6: an empty filter never matches everything.
    expect(await list('key[in]=')).toEqual([])
    for (const query of ['key[cn]=ALPHA', 'key[nc]=1']) {
      const answer = await v3(`/v3/licenses?${query}`, { token })
      expect(answer).toMatchObject({ status: 400, body: { message: expect.stringContaining('encrypted') } })
    }
    expect(await v3('/v3/licenses?key[ew]=1', { token })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining('last 4 characters') },
    })
  })

  test('finds by owner, product, type, flags, dates, tags and a metadata pair', async () => {
    const one = await create({
      userId: customer.id,
      tags: ['vip', 'eu'],
      type: 'hosted-floating',
      createdAt: '2024-01-01T00:00:00Z',
      metadata: [
        { key: 'order', value: '1' },
        { key: 'ref', value: '2' },
      ],
    })
    const two = await create({
      createdAt: '2024-02-01T00:00:00Z',
      expiresAt: '2999-01-01T00:00:00Z',
      metadata: [{ key: 'order', value: '2' }],
    })
    const upper = customer.email.toUpperCase()
    for (const query of [
      `userId=${customer.id}`,
      `userId[eq]=${customer.id}`,
      `email=${encodeURIComponent(upper)}`,
      `user.email[eq]=${encodeURIComponent(customer.email)}`,
      'user.company[cn]=doe',
      'tag=vip',
      'tags[in]=eu,us',
      'type=hosted-floating',
      'type[in]=hosted-floating,on-premise-floating',
      'createdAt[lt]=2024-01-15',
      'createdBefore=2024-01-15',
      'metadata.key[eq]=order&metadata.value[eq]=1',
      'metadataKey=order&metadataValue=1',
      'metadata.key=ref',
      'query=Jane',
      `query=${one.key}`,
    ]) {
      expect(await list(query), query).toEqual([one.id])
    }
    expect(await list('tag[ne]=vip')).toEqual([two.id])
    expect(await list(`email[ne]=${encodeURIComponent(customer.email)}`)).toEqual([two.id])
    expect(await list('expiresAt[gt]=2998-01-01')).toEqual([two.id])
    expect(await list('metadata.key=ref&metadata.value=1')).toEqual([])
    expect(await list(`productId=${product.id}`)).toEqual([one.id, two.id])
    expect(await list(`productId=${newId()}`)).toEqual([])
    await patch(two.id, { suspended: true })
    expect(await list('suspended=true')).toEqual([two.id])
    expect(await list('suspended=false&revoked=false')).toEqual([one.id])
    expect(await list('status=SUSPENDED')).toEqual([two.id])
    expect(await list('status[nin]=SUSPENDED')).toEqual([one.id])
    expect(await list('sort=-expiresAt,createdAt&expiresAt[ne]=2000-01-01')).toHaveLength(2)
  })

  test('finds what has expired and what soon will', async () => {
    const at = (days: number) => new Date(Date.now() + days * DAY).toISOString()
    const gone = await create({ expiresAt: at(-3) })
    const grace = await create({ expiresAt: at(-1), expiryGracePeriod: 5 * 86_400 })
    const soon = await create({ expiresAt: at(3) })
    const later = await create({ expiresAt: at(300) })
    const never = await create()
    expect([gone, grace, soon, later, never].map(({ status }) => status)).toEqual([
      'EXPIRED',
      'GRACE',
      'EXPIRING_SOON',
      'ACTIVE',
      'ACTIVE',
    ])
    expect(await list('expired=true')).toEqual([gone.id])
    expect(await list('expired=false')).toEqual([grace.id, soon.id, later.id, never.id])
    expect(await list('expiringSoon=true')).toEqual([soon.id])
    expect(await list('status=GRACE')).toEqual([grace.id])
    expect(await list('status[in]=GRACE,expired')).toEqual([gone.id, grace.id])
    expect(await v3('/v3/licenses?status=HAPPY', { token })).toMatchObject({ status: 400 })
  })

  test('finds by its devices, and by parts that no license has nothing', async () => {
    const one = await create()
    const two = await create({ expirationStrategy: 'delayed' })
    await makeDevice(one.id, 'DE')
    await makeDevice(one.id, 'AT')
    expect(await list('totalActivations=2')).toEqual([one.id])
    expect(await list('totalActivations[lt]=1')).toEqual([two.id])
    expect(await list('activation.countryCode=AT')).toEqual([one.id])
    expect(await list('activation.countryCode[ne]=AT')).toEqual([two.id])
    expect(await list('activation.lastSyncedAt[gt]=2020-01-01')).toEqual([one.id])
    expect(await list('expirationStrategy=delayed')).toEqual([two.id])
    expect(await read(one.id)).toMatchObject({ totalActivations: 2 })
    for (const name of ['productVersionId', 'resellerId', 'entitlementSetId']) {
      expect(await list(`${name}=${newId()}`)).toEqual([])
    }
  })

  test('a device whose lease has ended is not counted, as the limit does not count it', async () => {
    const one = await create({ userId: customer.id })
    const two = await create()
    const ends = new Date(Date.now() + DAY)
    await makeDevice(one.id, 'DE')
    await makeDevice(one.id, 'AT', ends)
    await makeDevice(two.id, 'CH', new Date(Date.now() - 1000))
    expect(await read(one.id)).toMatchObject({ totalActivations: 2 })
    expect(await read(two.id)).toMatchObject({ totalActivations: 0 })
    expect(await patch(two.id, { notes: 'n' })).toMatchObject({ totalActivations: 0 })
    expect(await list('totalActivations[gt]=0')).toEqual([one.id])
    expect(await list('totalActivations=0')).toEqual([two.id])

    setClockOffset(DAY + 1000)

    expect(await read(one.id)).toMatchObject({ totalActivations: 1 })
    expect(await list('totalActivations=1')).toEqual([one.id])
    const found = await v3('/v3/licenses?totalActivations=1', { token })
    expect(bodyOf(found, z.array(LicenseDto))).toMatchObject([{ totalActivations: 1 }])
    const mine = authorize(
      contextFor(customerActor(customer.id), { accountId, clock: testClock(clock.now()) }),
      'me:read',
    )
    expect(await getMyLicense(mine, one.id)).toMatchObject({ totalActivations: 1 })
    expect((await listMyLicenses(mine, FIRST_PAGE)).items).toMatchObject([{ totalActivations: 1 }])
  })

  test('filters that do not exist, or are not of their kind, are refused by name', async () => {
    for (const query of [
      'colour[eq]=red',
      'userId=jane',
      'suspended=maybe',
      'createdAt[gt]=soon',
      'limit=101',
      'page=0',
      'type[cn]=x',
    ]) {
      const answer = await v3(`/v3/licenses?${query}`, { token })
      expect(answer, query).toMatchObject({
        status: 400,
        body: { code: 'INVALID_INPUT', fields: expect.any(Object) },
      })
    }
  })
})
