import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { getRequestListener } from '@hono/node-server'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { changeLicense } from '#lib/billing/licensing-client/change-license.ts'
import { fetchLicense } from '#lib/billing/licensing-client/fetch-license.ts'
import { issueLicense } from '#lib/billing/licensing-client/issue-license.ts'
import { setExpiry } from '#lib/billing/licensing-client/set-expiry.ts'
import { env, overrideEnv } from '#lib/core/env.ts'
import { newId } from '#lib/core/ids.ts'
import { createV3Router } from '#server/v3-router.ts'
import { licensesOf, priceNamed } from '#tests/helpers/billing-state.ts'
import { type BillingWorld, type Dispatcher, startBillingWorld } from '#tests/helpers/billing-world.ts'

let world: BillingWorld
let inProcess: Dispatcher | undefined
let server: Server
let url: string
const seen: string[] = []

beforeAll(async () => {
  world = await startBillingWorld()
  inProcess = world.dispatcher.get()
  const router = await createV3Router(join(import.meta.dirname, '../../../app'))
  const listener = getRequestListener(router.fetch, { overrideGlobalObjects: false })
  server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url?.split('/').slice(0, 3).join('/')}`)
    listener(request, response)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  await world.close()
})
afterEach(() => {
  world.dispatcher.set(inProcess)
  overrideEnv({ LICENSING_API_URL: undefined, LATCHKEY_API_ORIGIN: undefined })
  seen.length = 0
})

async function buys(): Promise<string> {
  const customer = await world.customer()
  await world.pay((await world.checkout(customer, (await priceNamed('Yearly')).id)).url)
  await world.deliver()
  await world.work()
  return customer.id
}

test('in one process the Web API is called without the network', async () => {
  overrideEnv({ LATCHKEY_API_ORIGIN: url })
  expect(await licensesOf(await buys())).toHaveLength(1)
  expect(seen).toEqual([])
})

test.each(['LICENSING_API_URL', 'LATCHKEY_API_ORIGIN'])(
  'with %s alone a purchase goes over HTTP',
  async (name) => {
    world.dispatcher.set(undefined)
    overrideEnv({ [name]: `${url}/` })
    expect(await licensesOf(await buys())).toHaveLength(1)
    expect(seen).toEqual(['GET /v3/licenses', 'POST /v3/licenses'])
  },
)

test('LICENSING_API_URL wins over the Web API in the same process', async () => {
  overrideEnv({ LICENSING_API_URL: url })
  await buys()
  expect(seen.length).toBeGreaterThan(0)
})

test('absolute values: whatever is repeated changes nothing, and billing touches only its own', async () => {
  const id = newId()
  const { productId } = await priceNamed('Yearly')
  const customer = await world.customer()
  const wish = {
    id,
    productId,
    licenseTemplateId: null,
    userId: customer.id,
    metadata: [{ key: 'a', value: 'b' }],
  }
  expect(await fetchLicense(id)).toBeUndefined()
  const made = await issueLicense(wish)
  expect(await issueLicense(wish)).toEqual(made)
  expect(await licensesOf(customer.id)).toHaveLength(1)
  const expiresAt = new Date('2031-05-05T05:05:05.000Z')
  await setExpiry(id, expiresAt)
  const set = await setExpiry(id, expiresAt)
  expect(set).toMatchObject({ expiresAt, expiryHeldUntil: null })
  const suspended = await changeLicense(id, { suspended: true })
  expect(suspended).toMatchObject({ suspendedBy: ['billing'], revokedBy: [] })
  expect(await changeLicense(id, { suspended: true })).toEqual(suspended)
  expect(await fetchLicense(id)).toEqual(suspended)
})

test('errors say whether waiting helps, and never hold the token', async () => {
  world.dispatcher.set(undefined)
  overrideEnv({ LICENSING_API_URL: 'http://127.0.0.1:1' })
  const unreachable = await fetchLicense(newId()).catch((error: unknown) => error)
  expect(unreachable).toMatchObject({ name: 'LicensingError', retryable: true, status: null })
  overrideEnv({ LICENSING_API_URL: url })
  const refused = await issueLicense({
    id: newId(),
    productId: newId(),
    licenseTemplateId: null,
    userId: newId(),
    metadata: [],
  }).catch((error: unknown) => error)
  expect(refused).toMatchObject({ retryable: false, status: 400 })
  const token = env().LICENSING_ACCESS_TOKEN ?? ''
  expect(token).not.toBe('')
  expect(`${unreachable} ${refused} ${JSON.stringify([unreachable, refused])}`).not.toContain(token)
})
