import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import { maintenancePolicies } from '#db/schema/maintenance.ts'
import { tags } from '#db/schema/tags.ts'
import { users } from '#db/schema/users.ts'
import { MaintenancePolicyDto } from '#lib/catalog/maintenance/maintenance-policy-dto.ts'
import { TagDto } from '#lib/catalog/tags/tag-dto.ts'
import { TemplateDto } from '#lib/catalog/templates/template-dto.ts'
import { setClockOffset } from '#lib/core/clock.ts'
import { newId } from '#lib/core/ids.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  makeCustomer,
  makeLicenseOf,
  makeMachineToken,
  makeSignedProduct,
} from '#tests/factories/licensed.ts'
import { auditTrail } from '#tests/helpers/audit-trail.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

let accountId: string
let token: string
let product: Awaited<ReturnType<typeof makeSignedProduct>>

setUpTestDatabase()
beforeEach(async () => {
  setClockOffset(0)
  accountId = (await makeAccount()).id
  token = await makeMachineToken(
    accountId,
    'maintenancePolicy:read',
    'maintenancePolicy:write',
    'tag:read',
    'tag:write',
    'license:read',
    'license:write',
    'licenseTemplate:write',
  )
  product = await makeSignedProduct(accountId)
})

const policy = async (interval = 'P1Y', name = 'Updates') =>
  bodyOf(await v3('/v3/maintenance-policies', { token, body: { name, interval } }), MaintenancePolicyDto, 201)
const license = async (fields: Record<string, unknown> = {}) =>
  bodyOf(await v3('/v3/licenses', { token, body: { productId: product.id, ...fields } }), LicenseDto, 201)
const change = (path: string, body: Record<string, unknown>) => v3(path, { token, method: 'PATCH', body })
const remove = (path: string) => v3(path, { token, method: 'DELETE' })
const events = (id: string) => auditTrail(accountId, id)

describe('maintenance policies', () => {
  test('have an interval, also in seconds, and are changed, listed and deleted', async () => {
    const made = await policy()
    expect(made).toMatchObject({ name: 'Updates', interval: 'P1Y', validity: 31_536_000 })
    const path = `/v3/maintenance-policies/${made.id}`
    expect(bodyOf(await change(path, { validity: '86400' }), MaintenancePolicyDto)).toMatchObject({
      interval: 'PT86400S',
      validity: 86_400,
    })
    const listed = await v3('/v3/maintenance-policies?name[cn]=date', { token })
    expect(bodyOf(listed, z.array(MaintenancePolicyDto)).map(({ id }) => id)).toEqual([made.id])
    expect((await remove(path)).status).toBe(204)
    expect(await events(made.id)).toEqual([
      'maintenance-policy.created',
      'maintenance-policy.updated',
      'maintenance-policy.deleted',
    ])
  })

  test.each([
    ['interval', { name: 'a' }],
    ['interval', { name: 'a', interval: 'a year' }],
    ['interval', { name: 'a', interval: 'P0D' }],
    ['interval', { name: 'a', interval: 'P200Y' }],
    ['validity', { name: 'a', validity: 0 }],
    ['name', { name: '', interval: 'P1Y' }],
  ])('a wrong %s is refused by name (%j), and nothing is written', async (field, body) => {
    expect(await v3('/v3/maintenance-policies', { token, body })).toMatchObject({
      status: 400,
      body: { fields: { [field]: expect.any(String) } },
    })
    expect(
      await db().select().from(maintenancePolicies).where(eq(maintenancePolicies.accountId, accountId)),
    ).toEqual([])
  })

  test('one that a license or a template has is not deleted', async () => {
    const ofLicense = await policy('P1Y', 'a')
    const ofTemplate = await policy('P1Y', 'b')
    await license({ maintenancePolicyId: ofLicense.id })
    await v3('/v3/license-templates', { token, body: { name: 'T', maintenancePolicyId: ofTemplate.id } })
    for (const { id } of [ofLicense, ofTemplate]) {
      expect(await remove(`/v3/maintenance-policies/${id}`)).toMatchObject({
        status: 409,
        body: { code: 'IN_USE' },
      })
    }
  })
})

describe('the maintenance of a license', () => {
  const renew = (id: string) => v3(`/v3/licenses/${id}/maintenance/renew`, { token, method: 'POST' })
  const extend = (id: string, extensionLength: unknown) =>
    v3(`/v3/licenses/${id}/maintenance/extend`, { token, body: { extensionLength } })

  test('begins with its creation, by the policy of its template or its own', async () => {
    const { id } = await policy('P1M')
    const template = bodyOf(
      await v3('/v3/license-templates', { token, body: { name: 'T', maintenancePolicyId: id } }),
      TemplateDto,
      201,
    )
    const inherited = { licenseTemplateId: template.id, createdAt: '2024-01-31T08:00:00Z' }
    expect(await license(inherited)).toMatchObject({
      maintenancePolicyId: id,
      maintenanceExpiresAt: '2024-02-29T08:00:00.000Z',
      expiresAt: null,
    })
    const longer = await policy('P2Y', 'longer')
    expect(await license({ ...inherited, maintenancePolicyId: longer.id })).toMatchObject({
      maintenanceExpiresAt: '2026-01-31T08:00:00.000Z',
    })
    expect(await license({ ...inherited, maintenanceExpiresAt: '2031-01-01' })).toMatchObject({
      maintenancePolicyId: id,
      maintenanceExpiresAt: '2031-01-01T00:00:00.000Z',
    })
    expect(await license()).toMatchObject({ maintenancePolicyId: null, maintenanceExpiresAt: null })
  })

  test('is renewed by the calendar from its end, and from now when that has passed', async () => {
    const { id: maintenancePolicyId } = await policy('P1M')
    const running = await license({ maintenancePolicyId, maintenanceExpiresAt: '2999-01-31T00:00:00Z' })
    expect(bodyOf(await renew(running.id), LicenseDto).maintenanceExpiresAt).toBe('2999-02-28T00:00:00.000Z')
    const past = await license({ maintenancePolicyId, createdAt: '2020-01-01T00:00:00Z' })
    expect(Date.parse(past.maintenanceExpiresAt ?? '')).toBeLessThan(Date.now())
    const renewed = bodyOf(await renew(past.id), LicenseDto)
    expect(Date.parse(renewed.maintenanceExpiresAt ?? '') - Date.now()).toBeGreaterThan(27 * 86_400_000)
    expect(renewed.expiresAt).toBe(past.expiresAt)
    expect(await events(past.id)).toEqual(['license.created', 'license.maintenance.renewed'])
  })

  test('is extended by seconds from its end, also through parallel calls', async () => {
    const { id } = await license({ maintenanceExpiresAt: '2030-01-01T00:00:00Z' })
    await Promise.all(Array.from({ length: 10 }, () => extend(id, '86400')))
    const read = bodyOf(await v3(`/v3/licenses/${id}`, { token }), LicenseDto)
    expect(read.maintenanceExpiresAt).toBe('2030-01-11T00:00:00.000Z')
    expect(await events(id)).toEqual(['license.created', ...Array(10).fill('license.maintenance.extended')])
  })

  test('without a policy there is nothing to renew, without an end nothing to extend, and none lies beyond the year 9999', async () => {
    const { id: maintenancePolicyId } = await policy('P1Y')
    const none = await license()
    expect(await renew(none.id)).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
    expect(await extend(none.id, 5)).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
    const last = await license({ maintenancePolicyId, maintenanceExpiresAt: '9999-06-01T00:00:00Z' })
    for (const answer of [await renew(last.id), await extend(last.id, 86_400 * 365)]) {
      expect(answer).toMatchObject({
        status: 400,
        body: { fields: { maintenanceExpiresAt: expect.any(String) } },
      })
    }
    for (const wrong of [0, -5, 1.5, 'x']) {
      expect((await extend(last.id, wrong)).status).toBe(400)
    }
    expect(await events(last.id)).toEqual(['license.created'])
    expect(await events(none.id)).toEqual(['license.created'])
  })

  test('a license without one gets a period when it gets a policy; the end is set and cleared by hand', async () => {
    const { id: maintenancePolicyId } = await policy('P1Y')
    const { id } = await license()
    const path = `/v3/licenses/${id}`
    const begun = bodyOf(await change(path, { maintenancePolicyId }), LicenseDto)
    expect(Date.parse(begun.maintenanceExpiresAt ?? '') - Date.now()).toBeGreaterThan(364 * 86_400_000)
    expect(bodyOf(await change(path, { maintenancePolicyId }), LicenseDto).maintenanceExpiresAt).toBe(
      begun.maintenanceExpiresAt,
    )
    expect(
      bodyOf(await change(path, { maintenanceExpiresAt: '2030-01-01' }), LicenseDto).maintenanceExpiresAt,
    ).toBe('2030-01-01T00:00:00.000Z')
    const ended = { maintenancePolicyId: null, maintenanceExpiresAt: null }
    expect(bodyOf(await change(path, ended), LicenseDto)).toMatchObject(ended)
  })
})

describe('tags', () => {
  const tag = async (name: string) =>
    bodyOf(await v3('/v3/tags', { token, body: { name, description: 'd' } }), TagDto, 201)

  test('are made, found, changed and deleted; names are unique', async () => {
    const made = await tag('beta')
    await tag('vip')
    expect(await v3('/v3/tags', { token, body: { name: 'beta' } })).toMatchObject({ status: 409 })
    const listed = await v3('/v3/tags?query=BET&sort=-name', { token })
    expect(bodyOf(listed, z.array(TagDto))).toEqual([made])
    const path = `/v3/tags/${made.id}`
    expect(await change(path, { name: 'vip' })).toMatchObject({ status: 409 })
    expect(bodyOf(await change(path, { description: 'Testers' }), TagDto).description).toBe('Testers')
    expect((await remove(path)).status).toBe(204)
    expect((await v3(path, { token })).status).toBe(404)
    expect(await events(made.id)).toEqual(['tag.created', 'tag.updated', 'tag.deleted'])
  })

  test('licenses carry words that nobody described, and no tag is made of them', async () => {
    const made = await license({ tags: ['free', 'free', 'word'] })
    expect(made.tags).toEqual(['free', 'word'])
    expect(await db().select().from(tags).where(eq(tags.accountId, accountId))).toEqual([])
  })

  test('another name goes to every license and user of the account that carries it, and to no other', async () => {
    const { id } = await tag('old')
    const at = new Date()
    const marked = await makeLicenseOf(accountId, product, { tags: ['old', 'x'] })
    const both = await makeLicenseOf(accountId, product, { tags: ['new', 'old'] })
    const plain = await makeLicenseOf(accountId, product, { tags: ['older'], updatedAt: at })
    const owner = await makeCustomer(accountId, { tags: ['old'] })
    const foreign = (await makeAccount()).id
    const theirs = await makeLicenseOf(foreign, await makeSignedProduct(foreign), { tags: ['old'] })
    await change(`/v3/tags/${id}`, { name: 'new' })
    const tagsOf = async (licenseId: string) =>
      (await db().select({ tags: licenses.tags }).from(licenses).where(eq(licenses.id, licenseId)))[0]?.tags
    expect(await tagsOf(marked.id)).toEqual(['new', 'x'])
    expect(await tagsOf(both.id)).toEqual(['new'])
    expect(await tagsOf(plain.id)).toEqual(['older'])
    expect(await tagsOf(theirs.id)).toEqual(['old'])
    const [user] = await db().select({ tags: users.tags }).from(users).where(eq(users.id, owner.id))
    expect(user?.tags).toEqual(['new'])
  })

  test('one that a license or a user carries is not deleted', async () => {
    const ofLicense = await tag('a')
    const ofUser = await tag('b')
    await makeLicenseOf(accountId, product, { tags: ['a'] })
    await makeCustomer(accountId, { tags: ['b'] })
    for (const { id } of [ofLicense, ofUser]) {
      expect(await remove(`/v3/tags/${id}`)).toMatchObject({ status: 409, body: { code: 'IN_USE' } })
    }
    expect(await db().select().from(tags).where(eq(tags.accountId, accountId))).toHaveLength(2)
  })

  test("another account's tag looks like a missing one", async () => {
    const { id } = await tag('mine')
    const foreign = await makeMachineToken((await makeAccount()).id, 'tag:read', 'tag:write')
    for (const one of [id, newId()]) {
      for (const [method, body] of [
        ['GET', undefined],
        ['PATCH', { name: 'stolen' }],
        ['DELETE', undefined],
      ] as const) {
        expect((await v3(`/v3/tags/${one}`, { token: foreign, method, body })).status).toBe(404)
      }
    }
    const [row] = await db().select().from(tags).where(eq(tags.id, id))
    expect(row?.name).toBe('mine')
  })
})
