import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { featureFlags, productVersions } from '#db/schema/product-versions.ts'
import { products } from '#db/schema/products.ts'
import { releases } from '#db/schema/releases.ts'
import { trialPolicies } from '#db/schema/trial-policies.ts'
import { trialActivations } from '#db/schema/trials.ts'
import { automatedEmails } from '#db/schema/webhooks.ts'
import { FeatureFlagDto } from '#lib/catalog/flags/feature-flag-dto.ts'
import { ProductDto } from '#lib/catalog/products/product-dto.ts'
import { ProductVersionDto } from '#lib/catalog/versions/product-version-dto.ts'
import { newId } from '#lib/core/ids.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeLicenseOf, makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { auditTrail } from '#tests/helpers/audit-trail.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

let accountId: string
let token: string
let product: Awaited<ReturnType<typeof makeSignedProduct>>

setUpTestDatabase()
beforeEach(async () => {
  accountId = (await makeAccount()).id
  token = await makeMachineToken(accountId, 'product:read', 'product:write', 'license:write', 'license:read')
  product = await makeSignedProduct(accountId)
})

const flag = async (name: string, productId = product.id) =>
  bodyOf(
    await v3('/v3/feature-flags', { token, body: { name, description: 'd', productId } }),
    FeatureFlagDto,
    201,
  )
const version = async (name: string, list: Record<string, unknown>[] = []) =>
  bodyOf(
    await v3('/v3/product-versions', {
      token,
      body: { name, displayName: name, description: '', productId: product.id, featureFlags: list },
    }),
    ProductVersionDto,
    201,
  )
const change = (path: string, body: Record<string, unknown>) => v3(path, { token, method: 'PATCH', body })
const remove = (path: string) => v3(path, { token, method: 'DELETE' })
const trail = () => auditTrail(accountId)
const rows = async () => [
  await db().select().from(featureFlags).where(eq(featureFlags.accountId, accountId)),
  await db().select().from(productVersions).where(eq(productVersions.accountId, accountId)),
]

describe('feature flags', () => {
  test('belong to one product, where their names are unique', async () => {
    const other = await makeSignedProduct(accountId)
    const made = await flag('export')
    await flag('export', other.id)
    const again = await v3('/v3/feature-flags', { token, body: { name: 'export', productId: product.id } })
    expect(again).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
    const mine = await v3(`/v3/feature-flags?productId=${product.id}`, { token })
    expect(bodyOf(mine, z.array(FeatureFlagDto))).toEqual([made])
    expect(
      bodyOf(await change(`/v3/feature-flags/${made.id}`, { description: '' }), FeatureFlagDto),
    ).toMatchObject({ name: 'export', description: '' })
    expect(await trail()).toEqual(['feature-flag.created', 'feature-flag.created', 'feature-flag.updated'])
  })

  test("another name goes to the product's versions; one that a version names is not deleted", async () => {
    const { id } = await flag('export')
    const made = await version('1.0', [{ name: 'export', enabled: true, data: 'pdf' }])
    await change(`/v3/feature-flags/${id}`, { name: 'exports' })
    const path = `/v3/product-versions/${made.id}`
    expect(bodyOf(await v3(path, { token }), ProductVersionDto).featureFlags).toEqual([
      { name: 'exports', enabled: true, data: 'pdf' },
    ])
    const before = await rows()
    expect(await remove(`/v3/feature-flags/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'IN_USE' },
    })
    expect(await rows()).toEqual(before)
    await change(path, { featureFlags: [] })
    expect((await remove(`/v3/feature-flags/${id}`)).status).toBe(204)
  })
})

describe('product versions', () => {
  test('name flags of their product, each once, and the list that is sent is the whole one', async () => {
    await flag('a')
    await flag('b')
    const made = await version('1.0', [
      { name: 'a', enabled: 'true', data: null },
      { name: 'b', enabled: false, data: 'x' },
    ])
    expect(made.featureFlags).toEqual([
      { name: 'a', enabled: true, data: '' },
      { name: 'b', enabled: false, data: 'x' },
    ])
    const path = `/v3/product-versions/${made.id}`
    const renamed = bodyOf(await change(path, { displayName: 'One' }), ProductVersionDto)
    expect(renamed).toMatchObject({ displayName: 'One', featureFlags: made.featureFlags })
    const list = bodyOf(
      await v3(`/v3/product-versions?productId=${product.id}&query=one`, { token }),
      z.array(ProductVersionDto),
    )
    expect(list).toEqual([renamed])
  })

  test.each([
    [
      'featureFlags[1].name',
      [
        { name: 'a', enabled: true },
        { name: 'z', enabled: true },
      ],
    ],
    ['featureFlags[0].name', [{ name: 'of another product', enabled: true }]],
    [
      'featureFlags[1].name',
      [
        { name: 'a', enabled: true },
        { name: 'a', enabled: false },
      ],
    ],
    ['featureFlags[0].enabled', [{ name: 'a' }]],
  ])('a wrong %s is refused by name, and nothing is written', async (field, list) => {
    await flag('a')
    await flag('of another product', (await makeSignedProduct(accountId)).id)
    const { id } = await version('0.9')
    const before = [await rows(), await trail()]
    const refusal = { status: 400, body: { fields: { [field]: expect.any(String) } } }
    const body = { name: '1.0', productId: product.id, featureFlags: list }
    expect(await v3('/v3/product-versions', { token, body })).toMatchObject(refusal)
    expect(await change(`/v3/product-versions/${id}`, { featureFlags: list })).toMatchObject(refusal)
    expect([await rows(), await trail()]).toEqual(before)
  })

  test("another account's product and version are unknown", async () => {
    const theirs = (await makeAccount()).id
    const foreign = await makeMachineToken(theirs, 'product:read', 'product:write')
    const { id } = await version('1.0')
    const before = await rows()
    const body = { name: 'x', productId: product.id }
    for (const path of ['/v3/product-versions', '/v3/feature-flags']) {
      expect(await v3(path, { token: foreign, body })).toMatchObject({
        status: 400,
        body: { fields: { productId: expect.any(String) } },
      })
    }
    const path = `/v3/product-versions/${id}`
    expect((await v3(path, { token: foreign })).status).toBe(404)
    expect((await v3(path, { token: foreign, method: 'PATCH', body: { name: 'y' } })).status).toBe(404)
    expect((await v3(path, { token: foreign, method: 'DELETE' })).status).toBe(404)
    expect(await rows()).toEqual(before)
  })

  test('one that a license has is not deleted', async () => {
    const { id } = await version('1.0')
    const license = await makeLicenseOf(accountId, product, { productVersionId: id })
    const path = `/v3/product-versions/${id}`
    expect(await remove(path)).toMatchObject({ status: 409, body: { code: 'IN_USE' } })
    await change(`/v3/licenses/${license.id}`, { productVersionId: null })
    expect((await remove(path)).status).toBe(204)
  })
})

describe('products', () => {
  test('count what belongs to them, and name the mails sent for them', async () => {
    const at = new Date()
    const times = { createdAt: at, updatedAt: at }
    await flag('a')
    await version('1')
    await version('2')
    for (let n = 0; n < 3; n += 1) await makeLicenseOf(accountId, product)
    await db()
      .insert(releases)
      .values({
        accountId,
        id: newId(),
        productId: product.id,
        name: 'R',
        channel: 'stable',
        version: '1.0',
        versionParts: [1, 0],
        platforms: ['linux'],
        ...times,
      })
    await db()
      .insert(trialActivations)
      .values({
        accountId,
        id: newId(),
        productId: product.id,
        fingerprint: 'f',
        os: 'linux',
        hostname: 'h',
        expiresAt: at,
        ...times,
      })
    const mailId = newId()
    const ofEvery = newId()
    const mail = { accountId, name: 'm', event: 'license.created', subject: 's', body: 'b', ...times }
    await db()
      .insert(automatedEmails)
      .values([
        { ...mail, id: mailId, productIds: [product.id] },
        { ...mail, id: newId(), name: 'other', productIds: [newId()] },
        { ...mail, id: ofEvery, name: 'every', productIds: [] },
      ])
    expect(bodyOf(await v3(`/v3/products/${product.id}`, { token }), ProductDto)).toMatchObject({
      totalLicenses: 3,
      totalTrialActivations: 1,
      totalReleases: 1,
      totalProductVersions: 2,
      totalFeatureFlags: 1,
      automatedEmails: [mailId, ofEvery],
    })
    const other = await makeSignedProduct(accountId)
    expect(bodyOf(await v3(`/v3/products/${other.id}`, { token }), ProductDto)).toMatchObject({
      totalLicenses: 0,
      totalReleases: 0,
      automatedEmails: [ofEvery],
    })
  })

  test('one with releases or trials alone is not deleted either', async () => {
    const at = new Date()
    await db()
      .insert(releases)
      .values({
        accountId,
        id: newId(),
        productId: product.id,
        name: 'R',
        channel: 'stable',
        version: '1.0',
        versionParts: [1, 0],
        platforms: ['linux'],
        createdAt: at,
        updatedAt: at,
      })
    expect(await remove(`/v3/products/${product.id}`)).toMatchObject({
      status: 409,
      body: { code: 'IN_USE' },
    })
    expect(await db().select().from(products).where(eq(products.id, product.id))).toHaveLength(1)
  })

  test('have a trial policy of their account, or none', async () => {
    const at = new Date()
    const policy = { name: 'P', trialLength: 60, createdAt: at, updatedAt: at }
    const mine = newId()
    const theirs = newId()
    await db()
      .insert(trialPolicies)
      .values([
        { ...policy, accountId, id: mine },
        { ...policy, accountId: (await makeAccount()).id, id: theirs },
      ])
    const path = `/v3/products/${product.id}`
    expect(bodyOf(await change(path, { trialPolicyId: mine }), ProductDto).trialPolicyId).toBe(mine)
    expect(await change(path, { trialPolicyId: theirs })).toMatchObject({
      status: 400,
      body: { fields: { trialPolicyId: expect.any(String) } },
    })
    expect(bodyOf(await v3(path, { token }), ProductDto).trialPolicyId).toBe(mine)
    const found = bodyOf(await v3(`/v3/products?trialPolicyId=${mine}`, { token }), z.array(ProductDto))
    expect(found.map(({ id }) => id)).toEqual([product.id])
    expect(bodyOf(await change(path, { trialPolicyId: '' }), ProductDto).trialPolicyId).toBeNull()
  })
})
