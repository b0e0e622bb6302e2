import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newId } from '#lib/core/ids.ts'
import type { DescribedRoute } from '#lib/web/http/openapi.ts'
import { makeWorld, type World } from '#tests/factories/world.ts'
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
const needsNothing = ({ contract }: DescribedRoute) => !contract.body || contract.body.safeParse({}).success
const NOTHING = ['null', '', ' \r\n\t', '{}', ' null ', '\ufeff']
const strict = { prefer: 'handling=strict' }

async function renewable() {
  const { body } = await api.call('/v3/licenses', {
    token: world.pat,
    body: { productId: world.product.id, subscriptionInterval: 'P1M' },
  })
  return String(Object(body).id)
}

describe('F-03: a body that says nothing is no body', () => {
  test.each(NOTHING.map((body) => [JSON.stringify(body), body]))(
    'F-03: a license is renewed by the body %s',
    async (_shown, body) => {
      const path = `/v3/licenses/${await renewable()}/renew`
      const answer = await api.call(path, { method: 'POST', token: world.pat, body, headers: strict })
      expect([answer.status, answer.headers.get('latchkey-ignored')]).toEqual([200, null])
    },
  )

  test('F-03: it means the same as none at every writing operation that needs none', async () => {
    const routes = api.routes.filter((route) => route.method !== 'GET' && needsNothing(route))
    expect(routes.length).toBeGreaterThan(60)
    const wrong: unknown[] = []
    for (const route of routes) {
      // Nothing is there: what comes is found out after the body was read.
      const url = route.path.replace(/\{\w+\}/g, () => newId())
      const call = async (body: string | undefined) => {
        const { status, code } = await api.call(url, {
          method: route.method,
          token: tokenFor(route),
          ...(body !== undefined && { body }),
        })
        return `${status} ${code}`
      }
      if (!route.path.includes('{') && route.contract.permission !== 'public') continue
      const without = await call(undefined)
      for (const body of NOTHING) {
        const answer = await call(body)
        if (answer !== without || answer.includes('INVALID_JSON'))
          wrong.push([nameOf(route), body, without, answer])
      }
    }
    expect(wrong).toEqual([])
  })

  test('F-03: a change that says nothing changes nothing', async () => {
    const path = `/v3/licenses/${world.license.id}`
    const before = await api.call(path, { token: world.pat })
    const answer = await api.call(path, { method: 'PATCH', token: world.pat, body: 'null' })
    const { updatedAt: _before, ...was } = Object(before.body)
    const { updatedAt: _after, ...is } = Object(answer.body)
    expect([answer.status, is]).toEqual([200, was])
  })

  test('F-03: where something is needed, it is named, and nothing is written', async () => {
    const before = await storedRows(world.accountId)
    for (const body of NOTHING) {
      const answer = await api.call('/v3/licenses', { method: 'POST', token: world.pat, body })
      expect([answer.status, Object.keys(Object(Object(answer.body).fields))]).toEqual([400, ['productId']])
    }
    expect(await storedRows(world.accountId)).toBe(before)
  })

  test('F-03: a repetition by Idempotency-Key is the same request, whichever way nothing was said', async () => {
    const path = `/v3/licenses/${await renewable()}/renew`
    const headers = { 'idempotency-key': 'nothing-1' }
    const ends: unknown[] = []
    for (const body of NOTHING) {
      const answer = await api.call(path, { method: 'POST', token: world.pat, body, headers })
      expect([body, answer.status]).toEqual([body, 200])
      ends.push(Object(answer.body).expiresAt)
    }
    expect(new Set(ends).size).toBe(1)
  })

  test('F-03: blanks of any number and kind around null are nothing', async () => {
    const path = `/v3/licenses/${newId()}/renew`
    const blanks = fc.string({ unit: fc.constantFrom(' ', '\n', '\r', '\t'), maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(blanks, fc.constantFrom('null', '{}', ''), blanks, async (before, body, after) => {
        const answer = await api.call(path, { method: 'POST', token: world.pat, body: before + body + after })
        expect(answer.status).toBe(404)
      }),
      { numRuns: 40 },
    )
  })

  test('F-03: what says something and is no object is still refused', async () => {
    for (const body of ['[]', '0', 'false', '"x"', 'nul', '[null]']) {
      const answer = await api.call(`/v3/licenses/${newId()}/renew`, {
        method: 'POST',
        token: world.pat,
        body,
      })
      expect([body, answer.status]).toEqual([body, 400])
    }
  })
})
