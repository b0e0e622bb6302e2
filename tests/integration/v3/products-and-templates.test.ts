import { createPublicKey } from 'node:crypto'
import { and, eq, isNotNull } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { licenseTemplates, products, signingKeys } from '#db/schema/products.ts'
import { ProductDto } from '#lib/catalog/products/product-dto.ts'
import { TemplateDto } from '#lib/catalog/templates/template-dto.ts'
import { newId } from '#lib/core/ids.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { productSigningKey } from '#lib/vendor/signing/product-signing-key.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeCustomer, makeMachineToken } from '#tests/factories/licensed.ts'
import { auditTrail } from '#tests/helpers/audit-trail.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

let accountId: string
let token: string

setUpTestDatabase()
beforeEach(async () => {
  accountId = (await makeAccount()).id
  token = await makeMachineToken(
    accountId,
    'product:read',
    'product:write',
    'licenseTemplate:read',
    'licenseTemplate:write',
    'license:write',
  )
})

const template = async (fields: Record<string, unknown> = {}, path = 'license-templates') =>
  bodyOf(await v3(`/v3/${path}`, { token, body: { name: 'Standard', ...fields } }), TemplateDto, 201)
const product = async (fields: Record<string, unknown> = {}) => {
  const licenseTemplateId = fields.licenseTemplateId ?? (await template({ name: `T ${newId()}` })).id
  const body = { name: 'cad', displayName: 'CAD', description: 'Draws', licenseTemplateId, ...fields }
  return bodyOf(await v3('/v3/products', { token, body }), ProductDto, 201)
}
const trail = () => auditTrail(accountId)
const templateRows = () =>
  db().select().from(licenseTemplates).where(eq(licenseTemplates.accountId, accountId))
const productKeys = () =>
  db()
    .select()
    .from(signingKeys)
    .where(and(eq(signingKeys.accountId, accountId), isNotNull(signingKeys.productId)))
const productRows = () => db().select().from(products).where(eq(products.accountId, accountId))

describe('license templates', () => {
  test('only a name is needed; the rest has defaults, under new names and old', async () => {
    expect(await template()).toMatchObject({
      name: 'Standard',
      type: 'node-locked',
      keyPattern: '^([A-F0-9]{6}-){5}[A-F0-9]{6}$',
      subscriptionInterval: null,
      validity: 0,
      subscriptionStartTrigger: 'creation',
      expirationStrategy: 'immediate',
      requiredMetadataKeys: [],
    })
    expect(await trail()).toEqual(['license-template.created'])
  })

  test('the old name of the address and the old fields do the same', async () => {
    const old = await template(
      {
        validity: 86_400,
        expirationStrategy: 'delayed',
        allowedIpRange: '192.0.2.1-192.0.2.9',
        fingerprintMatchingStrategy: 'fuzzy',
        allowVmActivation: 'false',
        allowedClockOffset: '60',
      },
      'license-policies',
    )
    expect(old).toMatchObject({
      subscriptionInterval: 'PT86400S',
      validity: 86_400,
      subscriptionStartTrigger: 'activation',
      allowedIpRanges: ['192.0.2.1-192.0.2.9'],
      allowVmActivation: false,
      allowedClockOffset: 60,
    })
    expect(bodyOf(await v3(`/v3/license-templates/${old.id}`, { token }), TemplateDto)).toEqual(old)
    expect(bodyOf(await v3(`/v3/license-policies/${old.id}`, { token }), TemplateDto)).toEqual(old)
    const renamed = await v3(`/v3/license-policies/${old.id}`, {
      token,
      method: 'PATCH',
      body: { name: 'New' },
    })
    expect(bodyOf(renamed, TemplateDto)).toMatchObject({ name: 'New', allowedClockOffset: 60 })
    expect(bodyOf(await v3('/v3/license-policies', { token }), z.array(TemplateDto))).toHaveLength(1)
    expect((await v3(`/v3/license-policies/${old.id}`, { token, method: 'DELETE' })).status).toBe(204)
    expect(await templateRows()).toEqual([])
  })

  test.each([
    ['name', { name: '' }],
    ['name', { name: 7 }],
    ['keyPattern', { keyPattern: '[' }],
    ['keyPattern', { keyPattern: 'A{20}' }],
    ['keyPattern', { keyPattern: '[A-Z]+' }],
    ['keyPattern', { keyPattern: '(((([A-Z]{256}){256}){256}){256})' }],
    ['keyPattern', { keyPattern: '([A-Z])\\1{20}' }],
    ['subscriptionInterval', { subscriptionInterval: '1 year' }],
    ['validity', { validity: -1 }],
    ['requiredMetadataKeys', { requiredMetadataKeys: 'a' }],
    ['requiredMeterAttributes[0]', { requiredMeterAttributes: [''] }],
    ['entitlementSetId', { entitlementSetId: newId() }],
    ['maintenancePolicyId', { maintenancePolicyId: newId() }],
    ['heartbeatWindow', { heartbeatWindow: -1 }],
    ['deviceSwapsPerYear', { deviceSwapsPerYear: -2 }],
  ])('a wrong %s is refused by name (%j), and nothing is written', async (field, fields) => {
    const answer = await v3('/v3/license-templates', { token, body: { name: 'T', ...fields } })
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'INVALID_INPUT', fields: { [field]: expect.any(String) } },
    })
    expect(await templateRows()).toEqual([])
    expect(await trail()).toEqual([])
  })

  test('names are unique in the account, also when taken in parallel or by renaming', async () => {
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => v3('/v3/license-templates', { token, body: { name: 'Same' } })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409, 409, 409, 409])
    const other = await template({ name: 'Other' })
    const renamed = await v3(`/v3/license-templates/${other.id}`, {
      token,
      method: 'PATCH',
      body: { name: 'Same' },
    })
    expect(renamed).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT', fields: { name: expect.any(String) } },
    })
    expect((await templateRows()).map(({ name }) => name).sort()).toEqual(['Other', 'Same'])
    const foreign = await makeMachineToken((await makeAccount()).id, 'licenseTemplate:write')
    expect((await v3('/v3/license-templates', { token: foreign, body: { name: 'Same' } })).status).toBe(201)
  })

  test('licensing §6: changing a template never touches the licenses made from it', async () => {
    const { id } = await template({ allowedActivations: 2, subscriptionInterval: 'P1Y' })
    const { id: productId } = await product({ licenseTemplateId: id })
    const made = async () => bodyOf(await v3('/v3/licenses', { token, body: { productId } }), LicenseDto, 201)
    const before = await made()
    const change = { allowedActivations: 9, subscriptionInterval: '', keyPattern: '[A-Z]{30}' }
    await v3(`/v3/license-templates/${id}`, { token, method: 'PATCH', body: change })
    const after = await made()
    expect(before).toMatchObject({ allowedActivations: 2, subscriptionInterval: 'P1Y' })
    expect(after).toMatchObject({
      allowedActivations: 9,
      expiresAt: null,
      key: expect.stringMatching(/^[A-Z]{30}$/),
    })
  })

  test('one in use is not deleted', async () => {
    const { id } = await template()
    await product({ licenseTemplateId: id })
    const refused = await v3(`/v3/license-templates/${id}`, { token, method: 'DELETE' })
    expect(refused).toMatchObject({ status: 409, body: { code: 'IN_USE' } })
    expect(await templateRows()).toHaveLength(1)
  })
})

describe('products', () => {
  test('a product is made with an RSA-2048 key whose private half leaves the server nowhere', async () => {
    const made = await product({ metadata: [{ key: 'sku', value: '1', viewPermissions: [] }] })
    const key = createPublicKey(made.publicKey)
    expect([key.asymmetricKeyType, key.asymmetricKeyDetails?.modulusLength]).toEqual(['rsa', 2048])
    const signer = await productSigningKey(db(), accountId, made.id)
    expect(createPublicKey(signer.privateKey).export({ type: 'spki', format: 'pem' })).toBe(made.publicKey)
    const [stored] = await db().select().from(signingKeys).where(eq(signingKeys.productId, made.id))
    expect(JSON.stringify(stored)).not.toContain('PRIVATE KEY')
    const answer = await v3(`/v3/products/${made.id}`, { token })
    expect(bodyOf(answer, ProductDto)).toEqual(made)
    expect(JSON.stringify(answer.body)).not.toContain('PRIVATE')
    expect(await trail()).toEqual(['license-template.created', 'product.created'])
  })

  test('the template is needed, under its new or its old name', async () => {
    const { id } = await template()
    const missing = await v3('/v3/products', {
      token,
      body: { name: 'a', displayName: 'a', description: 'a' },
    })
    expect(missing).toMatchObject({
      status: 400,
      body: { fields: { licenseTemplateId: expect.any(String) } },
    })
    for (const unknown of [newId(), 'x']) {
      const refused = await v3('/v3/products', { token, body: { name: 'a', licenseTemplateId: unknown } })
      expect(refused).toMatchObject({
        status: 400,
        body: { fields: { licenseTemplateId: expect.any(String) } },
      })
    }
    expect(await productRows()).toEqual([])
    expect(await productKeys()).toEqual([])
    const old = await v3('/v3/products', { token, body: { name: 'a', licensePolicyId: id } })
    expect(bodyOf(old, ProductDto, 201)).toMatchObject({ licenseTemplateId: id, displayName: 'a' })
  })

  test('names are unique; changing one keeps key and the rest', async () => {
    const one = await product({ name: 'one' })
    const two = await product({ name: 'two' })
    const taken = await v3('/v3/products', {
      token,
      body: { name: 'one', licenseTemplateId: one.licenseTemplateId },
    })
    expect(taken).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT', fields: { name: expect.any(String) } },
    })
    const renamed = await v3(`/v3/products/${two.id}`, { token, method: 'PATCH', body: { name: 'one' } })
    expect(renamed).toMatchObject({ status: 409, body: { code: 'CONFLICT' } })
    const changed = await v3(`/v3/products/${two.id}`, {
      token,
      method: 'PATCH',
      body: {
        displayName: 'Two',
        licensePolicyId: one.licenseTemplateId,
        metadata: [{ key: 'k', value: 'v' }],
      },
    })
    expect(bodyOf(changed, ProductDto)).toMatchObject({
      name: 'two',
      displayName: 'Two',
      description: 'Draws',
      licenseTemplateId: one.licenseTemplateId,
      publicKey: two.publicKey,
      metadata: [{ key: 'k', value: 'v', viewPermissions: [] }],
    })
    expect(await productRows()).toHaveLength(2)
  })

  test('a product with licenses is not deleted; one without goes with its keys', async () => {
    const { id } = await product()
    await v3('/v3/licenses', { token, body: { productId: id } })
    const refused = await v3(`/v3/products/${id}`, { token, method: 'DELETE' })
    expect(refused).toMatchObject({ status: 409, body: { code: 'IN_USE' } })
    expect(await productRows()).toMatchObject([{ id }])
    const empty = await product({ name: 'empty' })
    expect((await v3(`/v3/products/${empty.id}`, { token, method: 'DELETE' })).status).toBe(204)
    expect((await v3(`/v3/products/${empty.id}`, { token })).status).toBe(404)
    expect(await db().select().from(signingKeys).where(eq(signingKeys.productId, empty.id))).toEqual([])
  })

  test('a license being made keeps its product from being deleted, and the other way round', async () => {
    const { id } = await product()
    const [deleted, created] = await Promise.all([
      v3(`/v3/products/${id}`, { token, method: 'DELETE' }),
      v3('/v3/licenses', { token, body: { productId: id } }),
    ])
    expect([
      [204, 400],
      [409, 201],
    ]).toContainEqual([deleted.status, created.status])
  })

  test('lists filter by name and metadata, and count licenses', async () => {
    const one = await product({ name: 'alpha', metadata: [{ key: 'line', value: 'pro' }] })
    const two = await product({
      name: 'beta',
      metadata: [
        { key: 'line', value: 'home' },
        { key: 'x', value: 'pro' },
      ],
    })
    await v3('/v3/licenses', { token, body: { productId: two.id } })
    const list = async (query: string) =>
      bodyOf(await v3(`/v3/products?${query}`, { token }), z.array(ProductDto)).map(({ id }) => id)
    expect(await list('name=alpha')).toEqual([one.id])
    expect(await list('name[cn]=ET')).toEqual([two.id])
    expect(await list('metadata.key=line&metadata.value=pro')).toEqual([one.id])
    expect(await list('query=bet')).toEqual([two.id])
    expect(await list('sort=-name')).toEqual([two.id, one.id])
    expect(bodyOf(await v3(`/v3/products/${two.id}`, { token }), ProductDto).totalLicenses).toBe(1)
  })
})

test.each([
  ['GET', '/v3/products', 'product:read'],
  ['POST', '/v3/products', 'product:write'],
  ['GET', '/v3/products/ID', 'product:read'],
  ['PATCH', '/v3/products/ID', 'product:write'],
  ['DELETE', '/v3/products/ID', 'product:write'],
  ['GET', '/v3/license-templates', 'licenseTemplate:read'],
  ['POST', '/v3/license-templates', 'licenseTemplate:write'],
  ['GET', '/v3/license-templates/ID', 'licenseTemplate:read'],
  ['PATCH', '/v3/license-policies/ID', 'licenseTemplate:write'],
  ['DELETE', '/v3/license-policies/ID', 'licenseTemplate:write'],
] as const)(
  'CX-07: %s %s needs a token with %s; foreign and unknown ids are 404',
  async (method, path, scope) => {
    const made = await product()
    const id = path.includes('products') ? made.id : made.licenseTemplateId
    const before = [await productRows(), await templateRows()]
    const body =
      method === 'POST' || method === 'PATCH'
        ? { name: 'X', licenseTemplateId: made.licenseTemplateId }
        : undefined
    const url = path.replace('ID', id)
    expect(await v3(url, { method, body })).toMatchObject({
      status: 401,
      body: { code: 'AUTHENTICATION_REQUIRED' },
    })
    const wrong = await makeMachineToken(accountId, 'license:read', 'license:write')
    expect(await v3(url, { method, body, token: wrong })).toMatchObject({
      status: 403,
      body: { code: 'INSUFFICIENT_SCOPE', message: expect.stringContaining(scope) },
    })
    const customer = await makeCustomer(accountId)
    expect((await v3(url, { method, body, token: customer.token })).status).toBe(403)
    if (path.includes('ID')) {
      const foreign = await makeMachineToken((await makeAccount()).id, scope)
      expect(await v3(url, { method, body, token: foreign })).toMatchObject({
        status: 404,
        body: { code: 'NOT_FOUND' },
      })
      const unknown = await v3(path.replace('ID', newId()), { method, body: body && { name: 'X' }, token })
      expect(unknown).toMatchObject({ status: 404 })
    }
    expect([await productRows(), await templateRows()]).toEqual(before)
  },
)

test('GET /v3/status needs no token, and a bad one does no harm there; unknown addresses answer the 404 envelope', async () => {
  expect(await v3('/v3/status', { token: 'lk_pat_stale' })).toMatchObject({
    status: 200,
    body: { status: 'OK' },
  })
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const) {
    expect(await v3('/v3/nowhere', { method })).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
  }
  expect(await v3('/v3/nowhere', { method: 'HEAD' })).toMatchObject({ status: 404, body: undefined })
  const wrong = await v3('/v3/status', { method: 'POST', body: {} })
  expect(wrong).toMatchObject({ status: 405, body: { code: 'METHOD_NOT_ALLOWED' } })
  expect(wrong.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
})
