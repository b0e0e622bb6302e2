import { eq } from 'drizzle-orm'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { accounts } from '#db/schema/accounts.ts'
import { activationLogs } from '#db/schema/license-parts.ts'
import { organizations } from '#db/schema/organizations.ts'
import { userKeys } from '#db/schema/users.ts'
import { authorize } from '#lib/core/authorize.ts'
import { clock, setClockOffset } from '#lib/core/clock.ts'
import { newId } from '#lib/core/ids.ts'
import { ActivationLogDto } from '#lib/licensing/activation-logs/activation-log-dto.ts'
import { purge } from '#lib/ops/jobs/purge.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeCustomer, makeMachineToken } from '#tests/factories/licensed.ts'
import { activate, fingerprint, idOf, sync } from '#tests/helpers/activation-routes.ts'
import { contextFor, systemActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'
import { devicesOf, logOf, makeRuntimeWorld } from './world.ts'

let world: Awaited<ReturnType<typeof makeRuntimeWorld>>
let reader: string
let writer: string
setUpTestDatabase()
beforeAll(async () => {
  world = await makeRuntimeWorld()
  reader = await makeMachineToken(world.accountId, 'activation:read')
  writer = await makeMachineToken(world.accountId, 'license:write')
})
afterEach(() => setClockOffset(0))

const DAY = 86_400_000
const Lines = z.array(ActivationLogDto)

describe('the activation log', () => {
  test('has a line for what changed, and none for a sync that only says "still here"', async () => {
    const { licenseId, of } = await world.make()
    const id = idOf(await activate(of, { appVersion: '1' }))
    await activate(of, { appVersion: '1' })
    await sync(id, of, { appVersion: '1' })
    setClockOffset(1000)
    await sync(id, of, { appVersion: '2' })
    setClockOffset(2000)
    await v3(`/v3/activations/${id}/deactivate`, { method: 'POST', body: { key: of.key } })
    const lines = bodyOf(await v3(`/v3/activation-logs?licenseId=${licenseId}`, { token: reader }), Lines)
    expect(lines.map(({ action, appVersion }) => [action, appVersion])).toEqual([
      ['activate', '1'],
      ['sync', '2'],
      ['deactivate', '2'],
    ])
    expect(lines.at(0)).toMatchObject({ activationId: id, licenseId, hostname: 'workstation', os: 'linux' })
    const [line] = lines
    expect(bodyOf(await v3(`/v3/activation-logs/${line?.id}`, { token: reader }), ActivationLogDto)).toEqual(
      line,
    )
    const cases: [string, number][] = [
      ['action=sync', 1],
      ['action[in]=sync,deactivate', 2],
      ['action[in]=', 0],
      [`productId=${world.product.id}&createdAt[gt]=${lines[0]?.createdAt}`, 2],
    ]
    for (const [query, expected] of cases) {
      const path = `/v3/activation-logs?licenseId=${licenseId}&${query}`
      expect(bodyOf(await v3(path, { token: reader }), Lines), query).toHaveLength(expected)
    }
  })

  test('seals what tells of a person under the owner’s key: without it, it says nothing of them', async () => {
    const owner = await makeCustomer(world.accountId)
    const { licenseId, of } = await world.make({ userId: owner.id })
    await activate(of, { hostname: 'janes-laptop', metadata: [{ key: 'room', value: '12' }] })
    const [row] = await db().select().from(activationLogs).where(eq(activationLogs.licenseId, licenseId))
    expect(JSON.stringify(row)).not.toMatch(/janes-laptop|198\.51\.100\.7|room/)
    const read = async () =>
      bodyOf(await v3(`/v3/activation-logs?licenseId=${licenseId}`, { token: reader }), Lines)[0]
    expect(await read()).toMatchObject({ hostname: 'janes-laptop', location: { ipAddress: '198.51.100.7' } })
    await db().delete(userKeys).where(eq(userKeys.userId, owner.id))
    expect(await read()).toMatchObject({ hostname: '', location: { ipAddress: '' } })
  })

  test('is exported as CSV, and its lines go with the age that the account sets', async () => {
    const { licenseId, of } = await world.make()
    await activate(of, { hostname: '=cmd()' })
    const answer = await v3(`/v3/activation-logs/export?licenseId=${licenseId}`, { token: reader })
    expect(String(answer.body)).toMatch(/^id,createdAt,action,.*\r\n.*,activate,.*,'=cmd\(\),/)
    await db()
      .update(accounts)
      .set({ settings: { activationLogDays: 30 } })
      .where(eq(accounts.id, world.accountId))
    const ctx = contextFor(systemActor('purge'), { accountId: world.accountId })
    const purgeAt = async (days: number) => {
      setClockOffset(days * DAY)
      await purge(authorize({ ...ctx, clock }, 'system:work'))
      return logOf(licenseId)
    }
    expect(await purgeAt(29)).toHaveLength(1)
    expect(await purgeAt(31)).toHaveLength(0)
  })

  test('needs activation:read of the same account', async () => {
    const foreign = await makeMachineToken((await makeAccount()).id, 'activation:read')
    const { licenseId, of } = await world.make()
    await activate(of)
    for (const path of ['/v3/activation-logs', '/v3/activation-logs/export', '/v3/activations/export']) {
      expect((await v3(path)).status, path).toBe(401)
      expect((await v3(path, { token: writer })).status, path).toBe(403)
    }
    expect(bodyOf(await v3('/v3/activation-logs', { token: foreign }), Lines)).toEqual([])
    expect(String((await v3('/v3/activations/export', { token: foreign })).body)).not.toContain(licenseId)
    const [line] = await logOf(licenseId)
    expect(line).toBeDefined()
    const [row] = await db().select().from(activationLogs).where(eq(activationLogs.licenseId, licenseId))
    expect((await v3(`/v3/activation-logs/${row?.id}`, { token: foreign })).status).toBe(404)
  })
})

describe('activations', () => {
  test('are exported with the list’s filters', async () => {
    const { licenseId, of } = await world.make()
    const id = idOf(await activate(of, { hostname: '@sum' }))
    await activate((await world.make()).of)
    const answer = await v3(`/v3/activations/export?licenseId=${licenseId}`, { token: reader })
    expect(answer.headers.get('content-type')).toContain('text/csv')
    const lines = String(answer.body).trimEnd().split('\r\n')
    expect(lines).toHaveLength(2)
    expect(lines[1]).toContain(`${id},${licenseId},${world.product.id},,'@sum,linux`)
  })

  test('embed owner and organization where `include` asks for it', async () => {
    const owner = await makeCustomer(world.accountId)
    const organizationId = newId()
    const times = { createdAt: new Date(), updatedAt: new Date() }
    await db()
      .insert(organizations)
      .values({ accountId: world.accountId, id: organizationId, name: 'Doe Works', ...times })
    const { licenseId, of } = await world.make({ userId: owner.id, organizationId })
    await activate(of)
    const list = async (include: string) => {
      const answer = await v3(`/v3/activations?licenseId=${licenseId}&${include}`, { token: reader })
      return bodyOf(answer, z.array(z.looseObject({})))[0]
    }
    expect(await list('')).not.toHaveProperty('user')
    expect(await list('include=user')).toMatchObject({
      user: { id: owner.id, email: owner.email, name: 'Jane Doe' },
    })
    expect(await list('include=users,organizations')).toMatchObject({
      user: { id: owner.id },
      organization: { id: organizationId, name: 'Doe Works' },
    })
  })

  test('of a license are freed in bulk by when they were made; deactivations are not used up', async () => {
    const { licenseId, of } = await world.make({ allowedActivations: 0, allowedDeactivations: 0 })
    const other = await world.make()
    const kept = idOf(await activate(other.of))
    const ids: string[] = []
    for (const at of [0, 1, 2]) {
      setClockOffset(at * DAY)
      ids.push(idOf(await activate(of, { fingerprint: fingerprint(at) })))
    }
    const from = new Date(Date.now() - 1.5 * DAY + 2 * DAY).toISOString()
    const remove = (query: string, token = writer) =>
      v3(`/v3/activations?${query}`, { method: 'DELETE', token })
    expect(
      (await remove(`licenseId=${licenseId}&createdAt[gte]=${from}&createdBefore=2099-01-01`)).status,
    ).toBe(204)
    expect(await devicesOf(licenseId)).toEqual(ids.slice(0, 1))
    expect((await remove(`licenseId=${licenseId}`)).status).toBe(204)
    expect(await devicesOf(licenseId)).toEqual([])
    expect(await devicesOf(other.licenseId)).toEqual([kept])
    expect((await logOf(licenseId)).filter(({ action }) => action === 'deactivate')).toHaveLength(3)
  })

  test.each([[''], ['licenseId='], ['createdAt[gte]=2020-01-01'], ['licenseId=nonsense']])(
    'are not freed in bulk by the query "%s", which names no license',
    async (query) => {
      const { licenseId, of } = await world.make()
      await activate(of)
      expect(await v3(`/v3/activations?${query}`, { method: 'DELETE', token: writer })).toMatchObject({
        status: 400,
        body: { code: 'INVALID_INPUT', fields: { licenseId: expect.any(String) } },
      })
      expect(await devicesOf(licenseId)).toHaveLength(1)
    },
  )

  test('are not freed in bulk without license:write, or in another account', async () => {
    const { licenseId, of } = await world.make()
    await activate(of)
    const foreign = await makeMachineToken((await makeAccount()).id, 'license:write')
    const path = `/v3/activations?licenseId=${licenseId}`
    expect((await v3(path, { method: 'DELETE' })).status).toBe(401)
    expect((await v3(path, { method: 'DELETE', token: reader })).status).toBe(403)
    expect((await v3(path, { method: 'DELETE', token: foreign })).status).toBe(404)
    expect(await devicesOf(licenseId)).toHaveLength(1)
  })
})
