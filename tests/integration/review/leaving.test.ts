import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { db, sqlClient } from '#db/client.ts'
import { users } from '#db/schema/users.ts'
import { verifyChain } from '#lib/audit/check-chain.ts'
import { authorize } from '#lib/core/authorize.ts'
import { hashPassword } from '#lib/core/crypto/password.ts'
import { SCOPES } from '#lib/core/permissions.ts'
import { lockLicenseByKey } from '#lib/licensing/activations/license-facts.ts'
import { reportingFull } from '#lib/licensing/activations/report-full.ts'
import { DevicesInUse } from '#lib/licensing/activations/rules.ts'
import { banUser } from '#lib/people/users/ban-user.ts'
import { unbanUser } from '#lib/people/users/unban-user.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  makeCustomer,
  makeLicenseOf,
  makeMachineToken,
  makeSignedProduct,
} from '#tests/factories/licensed.ts'
import { type ApiServer, startApiServer } from '#tests/helpers/api-server.ts'
import { contextFor, operatorActor } from '#tests/helpers/context.ts'

const PASSWORD = 'walnut bridge harbor copper'

let api: ApiServer
let accountId: string
let pat: string
let customer: Awaited<ReturnType<typeof makeCustomer>>
let license: Awaited<ReturnType<typeof makeLicenseOf>>
let device: Record<string, unknown>

beforeAll(async () => {
  api = await startApiServer()
})
afterAll(() => api.close())
beforeEach(async () => {
  accountId = (await makeAccount()).id
  pat = await makeMachineToken(accountId, ...SCOPES)
  customer = await makeCustomer(accountId, { passwordHash: await hashPassword(PASSWORD) })
  const product = await makeSignedProduct(accountId)
  license = await makeLicenseOf(accountId, product, { userId: customer.id })
  const metadata = [{ key: 'user', value: 'findme-metadata' }]
  const fingerprint = 'f'.repeat(64)
  device = { accountId, productId: product.id, key: license.key, fingerprint, os: 'linux', metadata }
  const body = { ...device, hostname: 'findme-laptop' }
  expect((await api.call('/v3/activations', { body, ip: '203.0.113.45' })).status).toBe(201)
})

const operator = () => authorize(contextFor(operatorActor(), { accountId }), 'user:ban')
const statusOf = async (id: string) =>
  ((await api.call(`/v3/licenses/${id}`, { token: pat })).body as { status: string }).status
const signIn = () =>
  api.call('/v3/accounts/login', { body: { accountId, email: customer.email, password: PASSWORD } })
const remove = () => api.call(`/v3/users/${customer.id}`, { method: 'DELETE', token: pat })

async function dump(): Promise<string> {
  const tables = await sqlClient()<{ name: string }[]>`
    select table_name as name from information_schema.columns
    where table_schema = 'public' and column_name = 'account_id'`
  const parts: string[] = []
  for (const { name } of tables) {
    const rows = await sqlClient()`
      select to_jsonb(t)::text as row from ${sqlClient()(name)} t where account_id = ${accountId}`
    parts.push(...rows.map(({ row }) => `${name} ${row}`))
  }
  return parts.join('\n')
}

describe('a user who is deleted', () => {
  test('SF-26: takes along what their devices told: names, addresses, metadata; the license goes on', async () => {
    expect(await dump()).toMatch(/findme-laptop/)
    expect((await remove()).status).toBe(204)
    expect(await dump()).not.toMatch(/findme|203\.0\.113\.45/)
    expect(await statusOf(license.id)).toBe('ACTIVE')
    const [activation] = (await api.call('/v3/activations', { token: pat })).body as { id: string }[]
    const body = { ...device, hostname: 'elsewhere' }
    const sync = await api.call(`/v3/activations/${activation?.id}`, { method: 'PATCH', body })
    expect(sync.status).toBe(200)
    expect(
      await verifyChain(authorize(contextFor(operatorActor(), { accountId }), 'eventLog:read')),
    ).toMatchObject({
      intact: true,
    })
  })

  test('SF-23: frees nothing that a ban had suspended', async () => {
    await banUser(operator(), { id: customer.id, reason: 'fraud' })
    expect(await statusOf(license.id)).toBe('BANNED')
    expect((await remove()).status).toBe(204)
    expect(await statusOf(license.id)).toBe('SUSPENDED')
    const body = { accountId, firstName: 'A', email: customer.email.toUpperCase(), password: PASSWORD }
    expect(await api.call('/v3/users', { body, token: pat })).toMatchObject({
      status: 409,
      code: 'EMAIL_TAKEN',
    })
  })

  test('between the refusal of a full license and its record, gets no key again', async () => {
    const facts = await lockLicenseByKey(db(), accountId, license.key)
    if (!facts) throw new Error('there is no such license')
    const ctx = { ...contextFor(operatorActor(), { accountId }), ip: '203.0.113.45' }
    const refused = reportingFull(ctx, async () => {
      expect((await remove()).status).toBe(204)
      throw new DevicesInUse(facts, 3)
    })
    await expect(refused).rejects.toMatchObject({ code: 'ACTIVATION_LIMIT_REACHED' })
    const recorded = await sqlClient()`
      select user_id from event_logs where resource_id = ${license.id} and event = 'license.activation.limit-reached'`
    expect([...recorded]).toEqual([{ user_id: null }])
    expect(await sqlClient()`select 1 from user_keys where user_id = ${customer.id}`).toHaveLength(0)
  })

  test('while devices activate and licenses move, leaves no half and no deadlock', async () => {
    const heir = await makeCustomer(accountId)
    const attempts = Array.from({ length: 24 }, (_, at) => {
      if (at === 12) return remove()
      if (at % 3 === 0) {
        const userId = at % 2 === 0 ? heir.id : null
        return api.call(`/v3/licenses/${license.id}`, { method: 'PATCH', body: { userId }, token: pat })
      }
      const body = { ...device, fingerprint: String(at).padStart(64, '0'), hostname: 'findme-laptop' }
      return api.call('/v3/activations', { body })
    })
    const statuses = (await Promise.all(attempts)).map(({ status }) => status)
    expect(statuses.filter((status) => status >= 500)).toEqual([])
    expect(statuses[12]).toBe(204)
    const keys = await sqlClient()`select 1 from user_keys where user_id = ${customer.id}`
    expect(keys).toHaveLength(0)
  })
})

describe('a user who is banned', () => {
  test('SF-22, SF-23: is out everywhere at once, and back where they were when the ban is lifted', async () => {
    const [manual, billing] = [{ revoked: true }, { revoked: true, cause: 'billing' }]
    const product = await makeSignedProduct(accountId)
    const byHand = await makeLicenseOf(accountId, product, { userId: customer.id })
    const byBilling = await makeLicenseOf(accountId, product, { userId: customer.id })
    await api.call(`/v3/licenses/${byHand.id}`, { method: 'PATCH', body: manual, token: pat })
    await api.call(`/v3/licenses/${byBilling.id}`, { method: 'PATCH', body: billing, token: pat })
    expect((await signIn()).status).toBe(200)

    await banUser(operator(), { id: customer.id, reason: 'fraud' })
    expect(await api.call('/v3/me', { token: customer.token })).toMatchObject({
      status: 401,
      code: 'INVALID_TOKEN',
    })
    expect(await signIn()).toMatchObject({ status: 400, code: 'AUTHENTICATION_FAILED' })
    expect(await statusOf(license.id)).toBe('BANNED')
    const list = await api.call('/v3/licenses?status=BANNED', { token: pat })
    expect((list.body as { id: string }[]).map(({ id }) => id)).toEqual([license.id])

    await unbanUser(operator(), { id: customer.id })
    expect((await signIn()).status).toBe(200)
    expect(await statusOf(license.id)).toBe('ACTIVE')
    expect([await statusOf(byHand.id), await statusOf(byBilling.id)]).toEqual(['REVOKED', 'REVOKED'])
    expect((await api.call('/v3/me', { token: customer.token })).status).toBe(401)
  })

  test('while signing in five times at once: no token that came out of it works', async () => {
    const attempts = Array.from({ length: 5 }, () => signIn())
    await banUser(operator(), { id: customer.id, reason: 'fraud' })
    for (const { body } of await Promise.all(attempts)) {
      const token = (body as { accessToken?: string }).accessToken
      if (token) expect((await api.call('/v3/me', { token })).status).toBe(401)
    }
    const [row] = await db().select().from(users).where(eq(users.id, customer.id))
    expect(row?.bannedAt).not.toBeNull()
  })
})
