import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { listFieldsOf, queryNamesOf } from '#lib/core/input/list-query.ts'
import type { DescribedRoute } from '#lib/web/http/openapi.ts'
import { makeMachineToken } from '#tests/factories/licensed.ts'
import { bodyFor, fill, makeWorld, type World } from '#tests/factories/world.ts'
import { type ApiServer, startApiServer } from '#tests/helpers/api-server.ts'
import { storedRows } from '#tests/helpers/stored-rows.ts'

let api: ApiServer
let world: World

beforeAll(async () => {
  api = await startApiServer({ connections: 6 })
  world = await makeWorld(api)
}, 60_000)
afterAll(() => api.close())

const nameOf = ({ method, path }: DescribedRoute) => `${method} ${path}`
const tokenFor = ({ contract }: DescribedRoute) =>
  contract.permission.startsWith('me:') ? world.customer.token : world.pat
const writesOrExports = ({ method, contract }: DescribedRoute) =>
  method !== 'GET' || contract.csv !== undefined
const devices = async () => {
  const { body } = await api.call(`/v3/activations?licenseId=${world.license.id}`, { token: world.pat })
  return Array.isArray(body) ? body.length : -1
}
const deleteDevices = (query: string) =>
  api.call(`/v3/activations${query}`, { method: 'DELETE', token: world.pat })

describe('F-01: a call that changes something refuses what it does not understand', () => {
  test('F-01: an operator that does not exist frees no device, and is named', async () => {
    const before = await devices()
    expect(before).toBeGreaterThan(0)
    const answer = await deleteDevices(`?licenseId=${world.license.id}&createdAt[le]=2020-01-01T00:00:00Z`)
    expect(answer).toMatchObject({
      status: 400,
      body: { code: 'INVALID_INPUT', fields: { 'createdAt[le]': 'is not known here' } },
    })
    expect(await devices()).toBe(before)
  })

  test.each([
    ['a name in another case', 'licenseid=LICENSE', 'licenseid'],
    ['a filter that only lists have', 'fingerprint=aa', 'fingerprint'],
    ['an operator on a field that takes none', 'licenseId[ne]=LICENSE', 'licenseId[ne]'],
    ['paging', 'limit=1', 'limit'],
    ['a member of every object', 'constructor=1', 'constructor'],
    ['the prototype', '__proto__=1', '__proto__'],
    ['an empty name', '=1', ''],
    ['the same field twice', 'licenseId=LICENSE', 'licenseId'],
    ['an unknown name without a value', 'createdAt', 'createdAt'],
  ])('F-01: %s beside a right filter frees no device', async (_what, extra, named) => {
    const before = await devices()
    const query = `?licenseId=${world.license.id}&${extra.replace('LICENSE', world.license.id)}`
    const answer = await deleteDevices(query)
    expect([answer.status, answer.code]).toEqual([400, 'INVALID_INPUT'])
    expect(Object.keys(Object(answer.body).fields)).toEqual([named])
    expect(await devices()).toBe(before)
  })

  test('F-01: every writing, deleting and exporting operation refuses a parameter that it does not know, and writes nothing', async () => {
    const before = await storedRows(world.accountId)
    const routes = api.routes.filter(writesOrExports)
    expect(routes.length).toBeGreaterThan(100)
    const wrong: unknown[] = []
    for (const route of routes) {
      const { status, body } = await api.call(`${fill(route.path, world)}?nonsense=1`, {
        method: route.method,
        token: tokenFor(route),
        ...(route.contract.body && { body: bodyFor(route, world) ?? {} }),
        headers: { 'idempotency-key': `unknown ${nameOf(route)}`.replaceAll(' ', '-') },
      })
      const named = Object.keys(Object(Object(body).fields))
      if (status !== 400 || named.join() !== 'nonsense') wrong.push([nameOf(route), status, body])
    }
    expect(wrong).toEqual([])
    expect(await storedRows(world.accountId)).toBe(before)
  })

  test('F-01: every export refuses an operator that its field does not have, and a field twice', async () => {
    const exports = api.routes.filter(({ contract }) => contract.csv)
    expect(exports).toHaveLength(5)
    for (const route of exports) {
      for (const query of ['createdAt[le]=2020-01-01', 'createdAfter=2020-01-01&createdAfter=2021-01-01']) {
        const answer = await api.call(`${route.path}?${query}`, { token: world.pat })
        expect([nameOf(route), query, answer.status]).toEqual([nameOf(route), query, 400])
        expect(Object.keys(Object(answer.body).fields)[0]).toMatch(/^createdA/)
      }
      expect(
        (await api.call(`${route.path}?page=2&limit=5&sort=-createdAt`, { token: world.pat })).status,
      ).toBe(200)
    }
  })

  test('F-01: what names the account of a caller without a token is understood everywhere', async () => {
    const { email } = world.customer
    const answer = await api.call(`/v3/accounts/reset-password-request?accountId=${world.accountId}`, {
      body: { email },
    })
    expect(answer.status).toBe(204)
  })

  test('F-01: a bulk deletion without a filter that counts is refused, wherever there is one', async () => {
    const before = await storedRows(world.accountId)
    const bulk = api.routes.filter(({ method, path }) => method === 'DELETE' && !path.includes('{'))
    expect(bulk.map(nameOf)).toEqual(['DELETE /v3/activations'])
    for (const { path, contract } of bulk) {
      expect(contract.query).toBeDefined()
      for (const query of ['', '?', `?accountId=${world.accountId}`, '?licenseId=', '?licenseId=%20']) {
        const answer = await api.call(`${path}${query}`, { method: 'DELETE', token: world.pat })
        expect([query, answer.status, answer.code]).toEqual([query, 400, 'INVALID_INPUT'])
      }
    }
    expect(await storedRows(world.accountId)).toBe(before)
  })

  test('F-01: who may not do it learns nothing of its parameters', async () => {
    const reader = await makeMachineToken(world.accountId, 'license:read')
    const call = (token?: string) =>
      api.call(`/v3/activations?nonsense=1`, { method: 'DELETE', ...(token && { token }) })
    expect((await call()).status).toBe(401)
    expect((await call(reader)).status).toBe(403)
  })

  test('F-01: whatever is added to a bulk deletion, it frees the devices of that license in that time or none', async () => {
    const before = await devices()
    const known = new Set(['createdAfter', 'createdBefore'])
    await fc.assert(
      fc.asyncProperty(
        fc.string({ minLength: 1, maxLength: 20 }).filter((name) => name.isWellFormed() && !known.has(name)),
        fc.string({ maxLength: 10 }),
        async (name, value) => {
          const query = new URLSearchParams([
            ['licenseId', world.license.id],
            [name, value],
          ])
          expect((await deleteDevices(`?${query}`)).status).toBe(400)
        },
      ),
      { numRuns: 60 },
    )
    expect(await devices()).toBe(before)
  })

  test('F-01: right filters are done as they were', async () => {
    const { id } = world.license
    expect((await deleteDevices(`?licenseId=${id}&createdAt[lte]=2020-01-01T00:00:00Z`)).status).toBe(204)
    expect(await devices()).toBe(1)
    expect((await deleteDevices(`?licenseId=${id}&createdAfter=2020-01-01`)).status).toBe(204)
    expect(await devices()).toBe(0)
  })
})

test('F-01: every list either searches by `query` or says that it does not know it', async () => {
  const lists = api.routes.filter(({ contract }) => contract.query && listFieldsOf(contract.query))
  expect(lists.length).toBeGreaterThan(40)
  for (const route of lists) {
    const names = route.contract.query && queryNamesOf(route.contract.query)
    if (!names?.searched) continue
    const answer = await api.call(`${fill(route.path, world)}?query=no-such-text-anywhere`, {
      token: tokenFor(route),
    })
    const rows = route.contract.csv ? answer.text.trimEnd().split('\r\n').slice(1) : answer.body
    expect([nameOf(route), answer.status, rows]).toEqual([nameOf(route), 200, []])
  }
})
