import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { listFieldsOf, shorthandsOf } from '#lib/core/input/list-query.ts'
import { SCOPES } from '#lib/core/permissions.ts'
import type { DescribedRoute } from '#lib/web/http/openapi.ts'
import { bodyFor, fill, makeWorld, type World } from '#tests/factories/world.ts'
import { type ApiAnswer, type ApiServer, startApiServer } from '#tests/helpers/api-server.ts'

let api: ApiServer
let world: World
let lists: DescribedRoute[]

/** Rows that every list is given, at least. */
const ROWS = 4

beforeAll(async () => {
  api = await startApiServer()
  world = await makeWorld(api)
  lists = api.routes.filter(({ method, contract: { query, csv } }) => {
    const isList = query && listFieldsOf(query) && !shorthandsOf(query)
    return method === 'GET' && isList && !csv
  })
  await makeMore()
}, 120_000)
afterAll(() => api.close())

const Rows = z.array(z.looseObject({ id: z.string() }))

const tokenFor = ({ contract }: DescribedRoute) =>
  contract.permission.startsWith('me:') ? world.customer.token : world.pat
const ask = (route: DescribedRoute, query: string) =>
  api.call(`${fill(route.path, world)}?${query}`, { token: tokenFor(route) })

function idsOf(answer: ApiAnswer): string[] {
  if (answer.status !== 200) throw new Error(`${answer.status} ${answer.text}`)
  return Rows.parse(answer.body).map(({ id }) => id)
}

/** The address that a link names, without the list's own. */
function linked(answer: ApiAnswer, relation: string): string | undefined {
  const [, url] = new RegExp(`<([^>]*)>; rel="${relation}"`).exec(answer.headers.get('link') ?? '') ?? []
  return url?.replace(/^[^?]*\?/, '')
}

/** The ids of a list as its numbered pages have them; nothing changes meanwhile. */
async function wholeOf(route: DescribedRoute, query: string): Promise<string[]> {
  const ids: string[] = []
  for (let page = 1; ; page += 1) {
    const found = idsOf(await ask(route, `${query}&limit=100&page=${page}`))
    ids.push(...found)
    if (found.length < 100) return ids
  }
}

/** The ids of a list from its first page to its last, as the links lead; `between` sees each page. */
async function walk(
  route: DescribedRoute,
  query: string,
  between: (ids: string[]) => Promise<void> = async () => undefined,
): Promise<string[]> {
  const seen: string[] = []
  for (let next: string | undefined = query; next !== undefined; ) {
    const answer = await ask(route, next)
    const ids = idsOf(answer)
    seen.push(...ids)
    await between(ids)
    next = linked(answer, 'next')
    if (next !== undefined) {
      expect(next).toMatch(/(^|&)after=[\w-]+/)
      expect(next).not.toMatch(/(^|&)page=/)
    }
  }
  return seen
}

/** More rows in every list, each by the call that makes such rows. */
async function makeMore(): Promise<void> {
  const token = world.pat
  for (let number = 2; number <= ROWS; number += 1) {
    for (const list of lists) {
      const route = api.routes.find(({ path, method }) => path === list.path && method === 'POST')
      const body = route && bodyFor(route, world)
      if (!route || !body) continue
      await api.call(fill(route.path, world), { token, body: named(body, number) })
    }
    const device = { ...world.device, fingerprint: String(number).repeat(64) }
    await api.call('/v3/activations', { token, body: device })
    await api.call('/v3/trial-activations', { token, body: device })
    const path = `/v3/licenses/${world.license.id}`
    await api.call(path, { method: 'PATCH', token, body: { notes: `Note ${number}` } })
  }
  const parts = { organizationId: world.known.organizations, resellerId: world.known.resellers }
  for (const collection of ['licenses', 'users', 'organizations']) {
    const { organizationId, ...reseller } = parts
    for (const { id } of Rows.parse((await api.call(`/v3/${collection}`, { token })).body)) {
      const owner = collection === 'licenses' ? { userId: world.customer.id } : {}
      const body = collection === 'organizations' ? reseller : { organizationId, ...reseller, ...owner }
      await api.call(`/v3/${collection}/${id}`, { method: 'PATCH', token, body })
    }
  }
  for (const { id } of Rows.parse((await api.call('/v3/releases', { token })).body)) {
    await api.call(`/v3/releases/${id}/publish`, { method: 'POST', token })
  }
}

/** What must differ from row to row. */
function named(body: Record<string, unknown>, number: number): Record<string, unknown> {
  const text = (value: unknown) => `${String(value)} ${number}`
  return {
    ...body,
    ...('name' in body && { name: text(body.name) }),
    ...('email' in body && { email: `row-${number}-${Math.random().toString(36).slice(2)}@example.com` }),
    ...('key' in body && { key: `ROW-${number}-${'0123456789ABCDEF'.repeat(2)}` }),
    ...('version' in body && { version: `${number}.10.${number}` }),
    ...('domain' in body && { domain: `mail${number}.example.com` }),
    ...('url' in body && { url: `https://files.example.com/${number}` }),
    ...('id' in body && { id: crypto.randomUUID() }),
  }
}

test('F-14: every list is given rows to page through', async () => {
  const short: string[] = []
  for (const route of lists) {
    const count = Number((await ask(route, 'limit=1')).headers.get('pagination-count'))
    if (count < 3) short.push(`${route.path}: ${count}`)
  }
  expect(lists.length).toBeGreaterThan(35)
  expect(short).toEqual([])
})

describe('F-14: the link to the next page is a cursor', () => {
  test('on every list, sorted by anything it can be sorted by: the pages are the whole list, each row once', async () => {
    for (const route of lists) {
      const fields = (route.contract.query && listFieldsOf(route.contract.query)) ?? {}
      const names = Object.entries(fields).flatMap(([name, { column }]) => (column ? [name] : []))
      for (const sort of ['', ...names.flatMap((name) => [name, `-${name}`])]) {
        const whole = await wholeOf(route, `sort=${sort}`)
        const limit = Math.ceil(whole.length / 4)
        expect(await walk(route, `limit=${limit}&sort=${sort}`), `${route.path} by ${sort}`).toEqual(whole)
      }
    }
  }, 300_000)

  test('with filters and a search, which the link repeats', async () => {
    const route = lists.find(({ path }) => path === '/v3/licenses')
    if (!route) throw new Error('no licenses')
    const query = `productId=${world.product.id}&createdAt[gte]=2020-01-01T00:00:00Z&sort=-expiresAt,createdAt&limit=1`
    const whole = idsOf(await ask(route, `${query}&limit=100`.replace('limit=1&', '')))
    expect(whole.length).toBeGreaterThanOrEqual(ROWS)
    expect(await walk(route, query)).toEqual(whole)
  })

  test('a page asked for by number is linked by number, and both at once are refused', async () => {
    for (const route of lists) {
      const answer = await ask(route, 'limit=1&page=1')
      expect([route.path, linked(answer, 'next')]).toEqual([route.path, 'limit=1&page=2'])
      const [first, second] = idsOf(await ask(route, 'limit=100'))
      expect([idsOf(answer), idsOf(await ask(route, linked(answer, 'next') ?? ''))]).toEqual([
        [first],
        [second],
      ])
      const cursor = new URLSearchParams(linked(await ask(route, 'limit=1'), 'next')).get('after') ?? ''
      const both = await ask(route, `page=1&limit=1&after=${cursor}`)
      expect(both).toMatchObject({ status: 400, body: { fields: { after: expect.any(String) } } })
    }
  }, 120_000)

  test('a page behind a cursor says which it is, and links the first, the last and the one before by number', async () => {
    const [route] = lists
    if (!route) throw new Error('no lists')
    const second = await ask(route, linked(await ask(route, 'limit=1&sort=-createdAt'), 'next') ?? '')
    expect(second.headers.get('pagination-page')).toBe('2')
    expect(linked(second, 'first')).toBe('limit=1&sort=-createdAt&page=1')
    expect(linked(second, 'prev')).toBe('limit=1&sort=-createdAt&page=1')
    expect(linked(second, 'last')).toMatch(/^limit=1&sort=-createdAt&page=\d+$/)
  })

  test.each([
    ['a letter', 'x'],
    ['base64 of something else', 'WzFd'],
    ['a percent sign', '%00'],
    ['a long text', '-'.repeat(5000)],
    ['an object', '{"createdAt":"2020-01-01"}'],
  ])('%s is no cursor: every list answers 400 naming it', async (_what, after) => {
    for (const route of lists) {
      const answer = await ask(route, `after=${encodeURIComponent(after)}`)
      expect([
        route.path,
        answer.status,
        Object.keys(z.object({ fields: z.looseObject({}) }).parse(answer.body).fields),
      ]).toEqual([route.path, 400, ['after']])
    }
  })

  test('a cursor of another list, sorting or filter is none of this one', async () => {
    const named = (path: string) => lists.find((route) => route.path === path) ?? expect.fail(path)
    const [products, features] = [named('/v3/products'), named('/v3/features')]
    const next = linked(await ask(products, 'limit=1&sort=name'), 'next') ?? ''
    expect((await ask(products, next)).status).toBe(200)
    expect((await ask(products, next.replace('limit=1', 'limit=3'))).status).toBe(200)
    const elsewhere = [
      ask(features, next),
      ask(products, next.replace('sort=name', 'sort=-name')),
      ask(products, next.replace('sort=name', '')),
      ask(products, `${next}&name[ne]=x`),
      ask(products, `${next}&query=a`),
    ]
    for (const answer of await Promise.all(elsewhere)) {
      expect(answer).toMatchObject({ status: 400, body: { fields: { after: expect.any(String) } } })
    }
  })
})

test('F-14: rows of earlier pages that are deleted meanwhile take no other row along', async () => {
  const token = world.pat
  const tokens = (await api.call('/v3/personal-access-tokens?limit=100', { token })).body
  const own = z
    .array(z.looseObject({ id: z.string(), scopes: z.array(z.string()) }))
    .parse(tokens)
    .find(({ scopes }) => scopes.length === SCOPES.length)?.id
  const deleted: Record<string, number> = {}
  for (const route of lists) {
    const single = api.routes.find(
      ({ path, method }) =>
        method === 'DELETE' && new RegExp(`^${route.path.replace(/[{}]/g, '\\$&')}/\\{\\w+\\}$`).test(path),
    )
    if (!single || route.path.startsWith('/v3/me')) continue
    const url = fill(route.path, world)
    const whole = await wholeOf(route, 'sort=-createdAt')
    const seen = await walk(route, 'limit=1&sort=-createdAt', async (ids) => {
      for (const id of ids.filter((each) => each !== own)) {
        const { status } = await api.call(`${url}/${id}`, { method: 'DELETE', token })
        if (status === 204) deleted[route.path] = (deleted[route.path] ?? 0) + 1
      }
    })
    expect(seen, route.path).toEqual(whole)
  }
  expect(Object.keys(deleted).length).toBeGreaterThan(15)
}, 120_000)
