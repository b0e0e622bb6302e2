import { afterAll, beforeAll, expect, test } from 'vitest'
import { SCOPES } from '#lib/core/permissions.ts'
import { createLatchkey } from '#sdk/client.ts'
import { isJsonObject, type JsonObject, textOf } from '#sdk/json.ts'
import { memoryStore } from '#sdk/store.ts'
import { makeMachineToken } from '#tests/factories/licensed.ts'
import { priceNamed } from '#tests/helpers/billing-state.ts'
import { type BillingWorld, type Customer, startBillingWorld } from '#tests/helpers/billing-world.ts'

let world: BillingWorld
let token: string
beforeAll(async () => {
  world = await startBillingWorld()
  token = await makeMachineToken(world.accountId, ...SCOPES)
})
afterAll(() => world.close())

async function vendor(path: string, body?: object, method = body ? 'POST' : 'GET'): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const answer = await fetch(world.origin + path, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  })
  if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`)
  return answer.json()
}
const made = async (...call: Parameters<typeof vendor>): Promise<JsonObject> => {
  const body = await vendor(...call)
  return isJsonObject(body) ? body : {}
}

async function buy(customer: Customer, priceId: string): Promise<JsonObject> {
  await world.pay((await world.checkout(customer, priceId)).url)
  await world.deliver()
  await world.work()
  const licenses = await vendor(`/v3/licenses?userId=${customer.id}`)
  const [license] = Array.isArray(licenses) ? licenses.filter(isJsonObject) : []
  if (!license) throw new Error('the payment became no license')
  return license
}

test('F-25: who buys an edition gets its features in the application, and after a swap of editions the other ones', async () => {
  const price = await priceNamed('Perpetual license')
  const product = await made(`/v3/products/${price.productId}`)
  for (const name of ['pro', 'cloud']) await vendor('/v3/features', { name, displayName: name })
  const features = [{ name: 'pro', value: 'yes' }]
  const set = await made('/v3/entitlement-sets', { name: 'professional', features })
  // What is on sale inherits from its template.
  const template = `/v3/license-templates/${price.licenseTemplateId ?? textOf(product, 'licenseTemplateId')}`
  await vendor(template, { entitlementSetId: set.id }, 'PATCH')

  const license = await buy(await world.customer(), price.id)
  const desk = createLatchkey({
    url: world.origin,
    productId: price.productId,
    publicKey: textOf(product, 'publicKey'),
    features: ['pro', 'cloud'],
    fingerprint: 'ab'.repeat(32),
    store: memoryStore(),
  })
  const state = await desk.activate(textOf(license, 'key'))
  expect(state).toMatchObject({ status: 'ACTIVE', license: { entitlementSet: { name: 'professional' } } })
  expect(await desk.hasEntitlement('pro')).toBe(true)
  expect(await desk.hasEntitlement('cloud')).toBe(false)

  await vendor(`/v3/entitlement-sets/${set.id}`, { features: [{ name: 'cloud', value: '5' }] }, 'PATCH')
  await desk.sync()
  expect(await desk.hasEntitlement('pro')).toBe(false)
  expect(await desk.hasEntitlement('cloud')).toBe(true)
})
