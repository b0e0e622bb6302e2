import { and, eq, inArray } from 'drizzle-orm'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { activations, licenses } from '#db/schema/licenses.ts'
import { checkChain } from '#lib/audit/check-chain.ts'
import { authorize } from '#lib/core/authorize.ts'
import { setClockOffset } from '#lib/core/clock.ts'
import { newId } from '#lib/core/ids.ts'
import { deactivateMyDevice } from '#lib/licensing/activations/deactivate-my-device.ts'
import { renameMyDevice } from '#lib/licensing/activations/rename-my-device.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  makeCustomer,
  makeLicenseOf,
  makeMachineToken,
  makeSignedProduct,
} from '#tests/factories/licensed.ts'
import { activate, call, claimsOf, fingerprint, idOf, sync } from '#tests/helpers/activation-routes.ts'
import { contextFor, customerActor } from '#tests/helpers/context.ts'
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

async function make(columns: Parameters<typeof makeLicenseOf>[2] = {}) {
  const { id, key } = await makeLicenseOf(accountId, product, columns)
  return { licenseId: id, of: { productId: product.id, key } }
}

async function idsOf(licenseId: string): Promise<string[]> {
  const rows = await db()
    .select({ id: activations.id })
    .from(activations)
    .where(eq(activations.licenseId, licenseId))
    .orderBy(activations.createdAt, activations.id)
  return rows.map(({ id }) => id)
}

async function eventsOf(...resourceIds: string[]) {
  return db()
    .select({ event: eventLogs.event, actor: eventLogs.actor, changes: eventLogs.changes })
    .from(eventLogs)
    .where(and(eq(eventLogs.accountId, accountId), inArray(eventLogs.resourceId, resourceIds)))
    .orderBy(eventLogs.seq)
}

async function totalDeactivations(licenseId: string): Promise<number | undefined> {
  const [license] = await db().select().from(licenses).where(eq(licenses.id, licenseId))
  return license?.totalDeactivations
}

const deactivate = (id: string, body: unknown, options: { token?: string; ip?: string } = {}) =>
  call(`/v3/activations/${id}/deactivate`, { ...options, method: 'POST', body })

describe('a device that leaves', () => {
  test('frees its slot at once, is listed nowhere, and is told so at its next sync', async () => {
    const token = await makeMachineToken(accountId, 'activation:read')
    const { licenseId, of } = await make({ allowedActivations: 1 })
    const id = idOf(await activate(of))
    const second = { fingerprint: fingerprint(2) }
    expect((await activate(of, second)).body).toMatchObject({ code: 'ACTIVATION_LIMIT_REACHED' })

    expect(await deactivate(id, { key: of.key })).toMatchObject({ status: 204, body: undefined })
    expect(await totalDeactivations(licenseId)).toBe(1)
    expect((await eventsOf(id)).map(({ event, actor }) => [event, actor])).toEqual([
      ['activation.created', 'visitor'],
      ['activation.deleted', 'visitor'],
    ])
    expect((await call(`/v3/activations?licenseId=${licenseId}`, { token })).body).toEqual([])
    expect((await call(`/v3/activations/${id}`, { token })).status).toBe(404)
    expect(await sync(id, of)).toMatchObject({ status: 404, body: { code: 'ACTIVATION_NOT_FOUND' } })
    expect((await deactivate(id, { key: of.key })).status).toBe(404)
    expect((await activate(of, second)).status).toBe(201)
  })

  test('knowing the id is no proof: without key, bearer or the device’s own address nothing is freed', async () => {
    const owner = await makeCustomer(accountId)
    const stranger = await makeCustomer(accountId)
    const reader = await makeMachineToken(accountId, 'activation:read', 'license:read')
    const elsewhere = await makeAccount()
    const foreign = await makeMachineToken(elsewhere.id, 'license:write')
    const { licenseId, of } = await make({ userId: owner.id })
    const sibling = await make()
    const id = idOf(await activate(of))
    const ip = '203.0.113.66'
    const attempts = [
      deactivate(id, {}, { ip }),
      deactivate(id, undefined, { ip }),
      deactivate(id, { key: '', fingerprint: fingerprint(1), productId: product.id }, { ip }),
      deactivate(id, { key: 'WRONG' }),
      deactivate(id, { key: sibling.of.key }),
      deactivate(id, { key: of.key, fingerprint: fingerprint(2) }),
      deactivate(id, { key: of.key, productId: newId() }),
      deactivate(id, {}, { ip, token: stranger.token }),
      deactivate(id, {}, { ip, token: reader }),
      deactivate(id, {}, { token: foreign }),
      deactivate(newId(), { key: of.key }),
    ]
    for (const answer of await Promise.all(attempts)) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'ACTIVATION_NOT_FOUND' } })
    }
    expect(await idsOf(licenseId)).toEqual([id])
    expect(await totalDeactivations(licenseId)).toBe(0)
    expect((await eventsOf(id)).map(({ event }) => event)).toEqual(['activation.created'])
  })

  test.each(['key', 'machine', 'owner', 'same address, no body'])('%s is proof', async (proof) => {
    const owner = await makeCustomer(accountId)
    const machine = await makeMachineToken(accountId, 'license:write')
    const { licenseId, of } = await make({ userId: owner.id })
    const id = idOf(await activate(of))
    const ip = '203.0.113.66'
    const answer = {
      key: () => deactivate(id, { ...of, fingerprint: fingerprint(1), accountId: '' }, { ip }),
      machine: () => deactivate(id, {}, { ip, token: machine }),
      owner: () => deactivate(id, {}, { ip, token: owner.token }),
      'same address, no body': () => deactivate(id, undefined),
    }[proof]
    expect((await answer?.())?.status).toBe(204)
    expect(await idsOf(licenseId)).toEqual([])
  })

  test('beyond the allowed deactivations: 409 DEACTIVATION_LIMIT_REACHED, and the device stays', async () => {
    const { licenseId, of } = await make({ allowedDeactivations: 1 })
    await deactivate(idOf(await activate(of)), { key: of.key })
    const id = idOf(await activate(of))
    expect(await deactivate(id, { key: of.key })).toMatchObject({
      status: 409,
      body: { code: 'DEACTIVATION_LIMIT_REACHED' },
    })
    expect(await idsOf(licenseId)).toEqual([id])
    expect(await totalDeactivations(licenseId)).toBe(1)
    const none = await make({ allowedDeactivations: 0 })
    expect((await deactivate(idOf(await activate(none.of)), { key: none.of.key })).status).toBe(409)
  })

  test('20 devices leaving at once with 5 deactivations left: exactly 5 leave', async () => {
    const { licenseId, of } = await make({ allowedActivations: 0, allowedDeactivations: 5 })
    const ids = []
    for (let at = 0; at < 20; at += 1) ids.push(idOf(await activate(of, { fingerprint: fingerprint(at) })))
    const answers = await Promise.all(ids.map((id) => deactivate(id, { key: of.key })))
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(5)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(15)
    expect(await idsOf(licenseId)).toHaveLength(15)
    expect(await totalDeactivations(licenseId)).toBe(5)
  })

  test('one device leaving 10 times at once leaves once and costs one deactivation', async () => {
    const { licenseId, of } = await make({ allowedDeactivations: 2 })
    const id = idOf(await activate(of))
    const answers = await Promise.all(Array.from({ length: 10 }, () => deactivate(id, { key: of.key })))
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    expect(await totalDeactivations(licenseId)).toBe(1)
  })

  test('a floating seat comes and goes without using up deactivations', async () => {
    const { licenseId, of } = await make({
      type: 'hosted-floating',
      allowedFloatingClients: 1,
      leaseDuration: 600,
      allowedDeactivations: 0,
    })
    expect((await deactivate(idOf(await activate(of)), { key: of.key })).status).toBe(204)
    expect(await idsOf(licenseId)).toEqual([])
  })
})

describe('DELETE /v3/activations/{id}', () => {
  test('frees a device whatever the deactivations say, uses none up, and is audited with its actor', async () => {
    const token = await makeMachineToken(accountId, 'license:write')
    const { licenseId, of } = await make({ allowedDeactivations: 0 })
    const id = idOf(await activate(of))
    expect((await call(`/v3/activations/${id}`, { method: 'DELETE', token })).status).toBe(204)
    expect(await idsOf(licenseId)).toEqual([])
    expect(await totalDeactivations(licenseId)).toBe(0)
    const events = await eventsOf(id)
    expect(events.at(-1)).toMatchObject({
      event: 'activation.deleted',
      actor: expect.stringMatching(/^pat:/),
    })
    expect((await call(`/v3/activations/${id}`, { method: 'DELETE', token })).status).toBe(404)
  })

  test('needs license:write of the same account; refused, it frees nothing', async () => {
    const { licenseId, of } = await make()
    const id = idOf(await activate(of))
    const path = `/v3/activations/${id}`
    const reader = await makeMachineToken(accountId, 'activation:read', 'license:read')
    const foreign = await makeMachineToken((await makeAccount()).id, 'license:write')
    const customer = await makeCustomer(accountId)
    expect((await call(path, { method: 'DELETE' })).status).toBe(401)
    expect((await call(path, { method: 'DELETE', token: reader })).status).toBe(403)
    expect((await call(path, { method: 'DELETE', token: customer.token })).status).toBe(403)
    expect((await call(path, { method: 'DELETE', token: foreign })).status).toBe(404)
    expect(await idsOf(licenseId)).toEqual([id])
  })
})

describe('GET /v3/activations', () => {
  test('needs activation:read, and shows nothing of another account', async () => {
    const { of } = await make()
    const id = idOf(await activate(of))
    const foreign = await makeMachineToken((await makeAccount()).id, 'activation:read')
    const writer = await makeMachineToken(accountId, 'license:write')
    for (const path of ['/v3/activations', `/v3/activations/${id}`]) {
      expect((await call(path)).status).toBe(401)
      expect((await call(path, { token: writer })).status).toBe(403)
    }
    expect((await call('/v3/activations', { token: foreign })).body).toEqual([])
    expect((await call(`/v3/activations/${id}`, { token: foreign })).status).toBe(404)
  })

  test('shows each device as the contract does, without fingerprint or key', async () => {
    const token = await makeMachineToken(accountId, 'activation:read')
    const { licenseId, of } = await make({ expiresAt: new Date('2030-01-01T00:00:00Z') })
    const metadata = [{ key: 'room', value: '12' }]
    const id = idOf(await activate(of, { metadata, vmName: 'KVM', container: true, appVersion: '2.0' }))
    const answer = await call(`/v3/activations/${id}`, { token })
    const date = expect.stringMatching(/^\d{4}-.*Z$/)
    expect(answer.body).toEqual({
      id,
      createdAt: date,
      updatedAt: date,
      name: '',
      os: 'linux',
      osVersion: 'Debian GNU/Linux 12 (bookworm)',
      hostname: 'workstation',
      location: {
        ipAddress: '198.51.100.7',
        countryCode: '',
        countryName: '',
        regionCode: '',
        regionName: '',
        city: '',
        zipCode: '',
        timeZone: '',
        latitude: null,
        longitude: null,
      },
      vmName: 'KVM',
      container: true,
      offline: false,
      appVersion: '2.0',
      releaseVersion: '1.2.3',
      productId: product.id,
      licenseId,
      expiresAt: '2030-01-01T00:00:00.000Z',
      leaseExpiresAt: null,
      lastSyncedAt: date,
      metadata: [{ id: expect.any(String), createdAt: date, updatedAt: date, key: 'room', value: '12' }],
      meterAttributes: [],
    })
    const list = await call(`/v3/activations?licenseId=${licenseId}`, { token })
    expect(list.body).toEqual([answer.body])
    expect(list.headers.get('pagination-count')).toBe('1')
  })

  test('filters exactly, and metadata key and value speak of one entry', async () => {
    const token = await makeMachineToken(accountId, 'activation:read')
    const owner = await makeCustomer(accountId)
    const mine = await make({ userId: owner.id, allowedActivations: 0 })
    const other = await make()
    const entries = (room: string, rack: string) => ({
      metadata: [
        { key: 'room', value: room },
        { key: 'rack', value: rack },
      ],
    })
    const a = idOf(await activate(mine.of, { hostname: 'alpha', ...entries('1', '2') }))
    setClockOffset(60_000)
    const second = { hostname: 'beta_50%', os: 'windows', fingerprint: fingerprint(2), ...entries('2', '1') }
    const b = idOf(await activate(mine.of, second))
    const c = idOf(await activate(other.of, { hostname: 'gamma' }))
    const start = new Date(Date.now() + 30_000).toISOString()
    const cases: [string, string[]][] = [
      ['', [a, b, c]],
      [`licenseId=${mine.licenseId}`, [a, b]],
      [`licenseKey=${mine.of.key}`, [a, b]],
      [`licenseKey[ne]=${mine.of.key}`, [c]],
      ['licenseKey[in]=', []],
      [`userId=${owner.id}`, [a, b]],
      ['os=windows', [b]],
      ['hostname[cn]=_50%25', [b]],
      ['hostname[in]=alpha,gamma', [a, c]],
      ['hostname[in]=', []],
      [`createdAt[gt]=${start}`, [b, c]],
      [`lastSyncedAt[lt]=${start}`, [a]],
      ['metadata.key[eq]=room&metadata.value[eq]=1', [a]],
      ['metadataKey=room&metadataValue=2', [b]],
      ['query=ALPH', [a]],
      ['sort=-hostname', [c, b, a]],
      ['limit=1&page=2', [b]],
      ['page=9', []],
    ]
    for (const [query, expected] of cases) {
      const answer = await call(`/v3/activations?productId=${product.id}&${query}`, { token })
      const found = answer.body
      expect(Array.isArray(found) && found.map((item: { id: string }) => item.id), query).toEqual(expected)
    }
    for (const query of ['licenseKey[sw]=A', 'nonsense[eq]=1', 'createdAt[gt]=soon', 'sort=fingerprint']) {
      expect((await call(`/v3/activations?${query}`, { token })).status, query).toBe(400)
    }
  })

  test('a device whose lease ended is not listed', async () => {
    const token = await makeMachineToken(accountId, 'activation:read')
    const { of } = await make({ type: 'hosted-floating', allowedFloatingClients: 1, leaseDuration: 60 })
    const id = idOf(await activate(of))
    const list = `/v3/activations?productId=${product.id}`
    expect((await call(list, { token })).body).toHaveLength(1)
    setClockOffset(61_000)
    expect((await call(list, { token })).body).toEqual([])
    expect((await call(`/v3/activations/${id}`, { token })).status).toBe(404)
  })
})

describe('a customer’s own devices', () => {
  const asCustomer = (userId: string) => {
    const ctx = contextFor(customerActor(userId), { accountId })
    return authorize(ctx, 'me:write')
  }

  test('/v3/me/activations shows exactly the customer’s, by license where asked', async () => {
    const [jane, john] = [await makeCustomer(accountId), await makeCustomer(accountId)]
    const first = await make({ userId: jane.id })
    const second = await make({ userId: jane.id })
    const his = await make({ userId: john.id })
    const a = idOf(await activate(first.of))
    const b = idOf(await activate(second.of))
    const c = idOf(await activate(his.of))
    const ids = async (path: string, token: string) => {
      const { body } = await call(path, { token })
      return Array.isArray(body) ? body.map((item: { id: string }) => item.id) : body
    }
    expect(await ids('/v3/me/activations', jane.token)).toEqual([a, b])
    expect(await ids(`/v3/me/activations?licenseId=${second.licenseId}`, jane.token)).toEqual([b])
    expect(await ids(`/v3/me/activations?licenseId=${his.licenseId}`, jane.token)).toEqual([])
    expect((await call(`/v3/me/activations/${a}`, { token: jane.token })).body).toMatchObject({ id: a })
    expect(await call(`/v3/me/activations/${c}`, { token: jane.token })).toMatchObject({
      status: 404,
      body: { code: 'ACTIVATION_NOT_FOUND' },
    })
    const machine = await makeMachineToken(accountId, 'activation:read', 'license:write')
    expect((await call('/v3/me/activations', { token: machine })).status).toBe(403)
    expect((await call('/v3/me/activations')).status).toBe(401)
  })

  test('are freed by their owner within the budget, and by nobody else', async () => {
    const [jane, john] = [await makeCustomer(accountId), await makeCustomer(accountId)]
    const { licenseId, of } = await make({ userId: jane.id, allowedDeactivations: 1 })
    const a = idOf(await activate(of))
    const b = idOf(await activate(of, { fingerprint: fingerprint(2) }))
    await expect(deactivateMyDevice(asCustomer(john.id), { activationId: a })).rejects.toMatchObject({
      code: 'ACTIVATION_NOT_FOUND',
    })
    expect(await idsOf(licenseId)).toEqual([a, b])
    await deactivateMyDevice(asCustomer(jane.id), { activationId: a })
    expect((await eventsOf(a)).at(-1)).toMatchObject({
      event: 'activation.deleted',
      actor: `user:${jane.id}`,
    })
    await expect(deactivateMyDevice(asCustomer(jane.id), { activationId: b })).rejects.toMatchObject({
      code: 'DEACTIVATION_LIMIT_REACHED',
    })
    expect(await idsOf(licenseId)).toEqual([b])
    expect((await eventsOf(b)).map(({ event }) => event)).toEqual(['activation.created'])
  })

  test('are named by their owner and by nobody else; the audit trail holds the name sealed', async () => {
    const [jane, john] = [await makeCustomer(accountId), await makeCustomer(accountId)]
    const { of } = await make({ userId: jane.id })
    const id = idOf(await activate(of))
    const input = { activationId: id, name: 'Kitchen table' }
    await expect(renameMyDevice(asCustomer(john.id), input)).rejects.toMatchObject({
      code: 'ACTIVATION_NOT_FOUND',
    })
    expect(await renameMyDevice(asCustomer(jane.id), input)).toMatchObject({ id, name: 'Kitchen table' })
    const events = await eventsOf(id)
    expect(events.map(({ event }) => event)).toEqual(['activation.created', 'activation.updated'])
    expect(JSON.stringify(events)).not.toMatch(/Kitchen|workstation/)
    expect((await call(`/v3/me/activations/${id}`, { token: jane.token })).body).toMatchObject({
      name: 'Kitchen table',
    })
    expect(claimsOf(await sync(id, of)).aid).toBe(id)
    expect((await call(`/v3/me/activations/${id}`, { token: jane.token })).body).toMatchObject({
      name: 'Kitchen table',
    })
  })
})

test('the audit chain holds after all of this', async () => {
  const { of } = await make()
  const id = idOf(await activate(of, { metadata: [{ key: 'room', value: '12' }], container: true }))
  await activate(of, { osVersion: 'Debian 13' })
  await deactivate(id, { key: of.key })
  expect(await checkChain(db(), accountId)).toMatchObject({ intact: true })
})
