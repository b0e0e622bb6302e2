import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { entitlementSetFeatures, entitlementSets, features } from '#db/schema/entitlements.ts'
import { FEATURE_LIMIT } from '#lib/catalog/features/create-feature.ts'
import { effectiveEntitlements } from '#lib/catalog/features/effective-entitlements.ts'
import { EntitlementSetDto } from '#lib/catalog/features/entitlement-set-dto.ts'
import { FeatureDto } from '#lib/catalog/features/feature-dto.ts'
import { TemplateDto } from '#lib/catalog/templates/template-dto.ts'
import { setClockOffset } from '#lib/core/clock.ts'
import { newId } from '#lib/core/ids.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { auditTrail } from '#tests/helpers/audit-trail.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

let accountId: string
let token: string

setUpTestDatabase()
beforeEach(async () => {
  setClockOffset(0)
  accountId = (await makeAccount()).id
  token = await makeMachineToken(
    accountId,
    'feature:read',
    'feature:write',
    'entitlementSet:read',
    'entitlementSet:write',
    'license:read',
    'license:write',
    'licenseTemplate:write',
  )
})

const feature = async (name: string, fields: Record<string, unknown> = {}) =>
  bodyOf(await v3('/v3/features', { token, body: { name, ...fields } }), FeatureDto, 201)
const set = async (name: string, list: Record<string, unknown>[]) =>
  bodyOf(await v3('/v3/entitlement-sets', { token, body: { name, features: list } }), EntitlementSetDto, 201)
const change = (path: string, body: Record<string, unknown>) => v3(path, { token, method: 'PATCH', body })
const remove = (path: string) => v3(path, { token, method: 'DELETE' })
const trail = () => auditTrail(accountId)
const featureRows = () => db().select().from(features).where(eq(features.accountId, accountId))
const setRows = () => db().select().from(entitlementSets).where(eq(entitlementSets.accountId, accountId))
const memberRows = () =>
  db().select().from(entitlementSetFeatures).where(eq(entitlementSetFeatures.accountId, accountId))

describe('features', () => {
  test('are made, read, changed, listed and deleted, each with its event', async () => {
    const made = await feature('export', { description: 'Writes PDF' })
    expect(made).toMatchObject({ name: 'export', displayName: 'export', description: 'Writes PDF' })
    const changed = await change(`/v3/features/${made.id}`, { displayName: 'Export', description: '' })
    expect(bodyOf(changed, FeatureDto)).toMatchObject({ displayName: 'Export', description: '' })
    expect(bodyOf(await v3(`/v3/features/${made.id}`, { token }), FeatureDto).displayName).toBe('Export')
    await feature('import', { displayName: 'Read files' })
    const names = async (query: string) =>
      bodyOf(await v3(`/v3/features?${query}`, { token }), z.array(FeatureDto)).map(({ name }) => name)
    expect(await names('')).toEqual(['export', 'import'])
    expect(await names('sort=-name')).toEqual(['import', 'export'])
    expect(await names('name[sw]=EX')).toEqual(['export'])
    expect(await names('query=read')).toEqual(['import'])
    expect(await names('name[in]=')).toEqual([])
    expect((await remove(`/v3/features/${made.id}`)).status).toBe(204)
    expect((await remove(`/v3/features/${made.id}`)).status).toBe(404)
    expect(await trail()).toEqual([
      'feature.created',
      'feature.updated',
      'feature.created',
      'feature.deleted',
    ])
  })

  test(`an account has at most ${FEATURE_LIMIT}, also when the last is taken in parallel`, async () => {
    const at = new Date()
    await db()
      .insert(features)
      .values(
        Array.from({ length: FEATURE_LIMIT - 1 }, (_, n) => ({
          accountId,
          id: newId(),
          name: `f${n}`,
          displayName: `f${n}`,
          createdAt: at,
          updatedAt: at,
        })),
      )
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) => v3('/v3/features', { token, body: { name: `last${n}` } })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409])
    expect(await featureRows()).toHaveLength(FEATURE_LIMIT)
    expect(await trail()).toEqual(['feature.created'])
  })

  test('a taken name, a wrong one, and a change of a feature of another account are refused, and nothing is written', async () => {
    const { id } = await feature('export')
    const other = await feature('import')
    const before = await featureRows()
    const events = await trail()
    const foreign = await makeMachineToken((await makeAccount()).id, 'feature:write', 'feature:read')
    expect(await v3('/v3/features', { token, body: { name: 'export' } })).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT', fields: { name: expect.any(String) } },
    })
    expect(await change(`/v3/features/${other.id}`, { name: 'export' })).toMatchObject({ status: 409 })
    for (const name of ['', 7, 'x'.repeat(257)]) {
      expect(await v3('/v3/features', { token, body: { name } })).toMatchObject({
        status: 400,
        body: { fields: { name: expect.any(String) } },
      })
    }
    for (const [method, body] of [
      ['GET', undefined],
      ['PATCH', { name: 'stolen' }],
      ['DELETE', undefined],
    ] as const) {
      expect((await v3(`/v3/features/${id}`, { token: foreign, method, body })).status).toBe(404)
    }
    expect(await featureRows()).toEqual(before)
    expect(await trail()).toEqual(events)
  })

  test('one that a set or a license has is not deleted', async () => {
    const product = await makeSignedProduct(accountId)
    const ofSet = await feature('a')
    const ofLicense = await feature('b')
    await set('Pro', [{ name: 'a' }])
    await v3('/v3/licenses', { token, body: { productId: product.id, entitlements: [{ name: 'b' }] } })
    for (const { id } of [ofSet, ofLicense]) {
      expect(await remove(`/v3/features/${id}`)).toMatchObject({ status: 409, body: { code: 'IN_USE' } })
    }
    expect(await featureRows()).toHaveLength(2)
  })
})

describe('entitlement sets', () => {
  test('hold features by id or by name with a value, and the list that is sent is the whole one', async () => {
    const { id } = await feature('seats', { displayName: 'Seats' })
    await feature('export')
    const made = await set('pro', [{ featureId: id, value: 25 }, { name: 'export' }])
    expect(made.features).toEqual([
      { featureId: expect.any(String), name: 'export', displayName: 'export', value: '' },
      { featureId: id, name: 'seats', displayName: 'Seats', value: '25' },
    ])
    const path = `/v3/entitlement-sets/${made.id}`
    const renamed = bodyOf(await change(path, { displayName: 'Professional' }), EntitlementSetDto)
    expect(renamed).toMatchObject({ displayName: 'Professional', features: made.features })
    const fewer = bodyOf(
      await change(path, { features: [{ name: 'seats', value: '50' }] }),
      EntitlementSetDto,
    )
    expect(fewer.features.map(({ name, value }) => `${name}=${value}`)).toEqual(['seats=50'])
    expect(bodyOf(await v3(path, { token }), EntitlementSetDto)).toEqual(fewer)
    expect(bodyOf(await v3('/v3/entitlement-sets?name=pro', { token }), z.array(EntitlementSetDto))).toEqual([
      fewer,
    ])
    expect(bodyOf(await change(path, { features: [] }), EntitlementSetDto).features).toEqual([])
  })

  test.each([
    ['features[0].name', [{ name: 'unknown' }]],
    ['features[0].featureId', [{ featureId: newId() }]],
    ['features[0].featureId', [{ value: '1' }]],
    ['features[1].name', [{ name: 'known' }, { name: 'known' }]],
    ['features[0].featureId', [{ featureId: 'no id' }]],
    ['features[0].value', [{ name: 'known', value: 'v'.repeat(4_097) }]],
  ])('a wrong %s is refused by name, and nothing is written', async (field, list) => {
    await feature('known')
    const other = (await makeAccount()).id
    const theirs = await makeMachineToken(other, 'feature:write')
    await v3('/v3/features', { token: theirs, body: { name: 'unknown' } })
    const made = await set('kept', [{ name: 'known', value: '1' }])
    const before = [await setRows(), await memberRows(), await trail()]
    const refusal = { status: 400, body: { fields: { [field]: expect.any(String) } } }
    expect(await v3('/v3/entitlement-sets', { token, body: { name: 'new', features: list } })).toMatchObject(
      refusal,
    )
    expect(await change(`/v3/entitlement-sets/${made.id}`, { features: list })).toMatchObject(refusal)
    expect([await setRows(), await memberRows(), await trail()]).toEqual(before)
  })

  test('one that a template or a license has is not deleted; a free one goes with its list', async () => {
    const product = await makeSignedProduct(accountId)
    await feature('a')
    const ofTemplate = await set('one', [{ name: 'a' }])
    const ofLicense = await set('two', [])
    const free = await set('three', [{ name: 'a' }])
    await v3('/v3/license-templates', { token, body: { name: 'T', entitlementSetId: ofTemplate.id } })
    await v3('/v3/licenses', { token, body: { productId: product.id, entitlementSetId: ofLicense.id } })
    for (const { id } of [ofTemplate, ofLicense]) {
      expect(await remove(`/v3/entitlement-sets/${id}`)).toMatchObject({
        status: 409,
        body: { code: 'IN_USE' },
      })
    }
    expect((await remove(`/v3/entitlement-sets/${free.id}`)).status).toBe(204)
    expect((await setRows()).map(({ name }) => name).sort()).toEqual(['one', 'two'])
    expect(await memberRows()).toHaveLength(1)
  })
})

describe('what a license allows', () => {
  test("its own entitlements override its set's until they end; the set is inherited from the template", async () => {
    const product = await makeSignedProduct(accountId)
    for (const name of ['seats', 'export', 'cloud']) await feature(name, { displayName: name.toUpperCase() })
    const pro = await set('pro', [{ name: 'seats', value: '5' }, { name: 'export' }])
    const template = bodyOf(
      await v3('/v3/license-templates', { token, body: { name: 'Pro', entitlementSetId: pro.id } }),
      TemplateDto,
      201,
    )
    const ends = new Date(Date.now() + 3_600_000)
    const made = bodyOf(
      await v3('/v3/licenses', {
        token,
        body: {
          productId: product.id,
          licenseTemplateId: template.id,
          entitlements: [
            { name: 'seats', value: '50', expiresAt: ends.toISOString() },
            { name: 'cloud', value: true },
          ],
        },
      }),
      LicenseDto,
      201,
    )
    expect(made).toMatchObject({
      entitlementSetId: pro.id,
      entitlementSet: { id: pro.id, name: 'pro' },
      entitlements: [
        { name: 'cloud', value: 'true', expiresAt: null },
        { name: 'seats', value: '50', expiresAt: ends.toISOString() },
      ],
    })
    const told = (license: LicenseDto) =>
      license.effectiveEntitlements.map((entry) => `${entry.featureName}=${entry.value}`)
    expect(told(made)).toEqual(['cloud=true', 'export=', 'seats=50'])

    const atEnd = await effectiveEntitlements(db(), accountId, made.id, ends)
    expect(atEnd).toEqual([
      { featureName: 'cloud', featureDisplayName: 'CLOUD', value: 'true', expiresAt: null },
      { featureName: 'export', featureDisplayName: 'EXPORT', value: '', expiresAt: null },
      { featureName: 'seats', featureDisplayName: 'SEATS', value: '5', expiresAt: null },
    ])
    expect(
      await effectiveEntitlements(db(), accountId, { id: made.id, entitlementSetId: pro.id }, ends),
    ).toEqual(atEnd)
    expect(await effectiveEntitlements(db(), (await makeAccount()).id, made.id, ends)).toEqual([])

    setClockOffset(3_600_000)
    const later = bodyOf(await v3(`/v3/licenses/${made.id}`, { token }), LicenseDto)
    expect(told(later)).toEqual(['cloud=true', 'export=', 'seats=5'])
    const cleared = bodyOf(
      await change(`/v3/licenses/${made.id}`, { entitlements: [], entitlementSetId: null }),
      LicenseDto,
    )
    expect(cleared).toMatchObject({ entitlementSet: null, entitlements: [], effectiveEntitlements: [] })
  })
})
