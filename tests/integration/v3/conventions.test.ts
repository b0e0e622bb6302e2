import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { exampleBody, exampleOf } from '#lib/core/input/example.ts'
import { type JsonSchema, toJsonSchema } from '#lib/core/input/json-schema.ts'
import { listFieldsOf, shorthandsOf } from '#lib/core/input/list-query.ts'
import type { DescribedRoute } from '#lib/web/http/openapi.ts'
import { bodyFor, fill, makeWorld, type World } from '#tests/factories/world.ts'
import { type ApiServer, startApiServer } from '#tests/helpers/api-server.ts'

// What contract §2 says of every operation, tried on every operation.

let api: ApiServer
let world: World

beforeAll(async () => {
  api = await startApiServer()
  world = await makeWorld(api)
}, 60_000)
afterAll(() => api.close())

const nameOf = ({ method, path }: DescribedRoute) => `${method} ${path}`
const tokenFor = ({ contract }: DescribedRoute) =>
  contract.permission.startsWith('me:') ? world.customer.token : world.pat

/** Every property of every body, with a body that the route takes. */
function bodies() {
  return api.routes.flatMap((route) => {
    const { body } = route.contract
    if (!body) return []
    const schemas: Record<string, JsonSchema> = {}
    const schema = toJsonSchema(body, 'input', schemas)
    const example = { ...(exampleBody(body, schema, schemas) as object) }
    return Object.entries(schema.properties ?? {}).map(([property, described]) => {
      const options = described.anyOf ?? [described]
      const kind = options.find(({ type }) => type !== 'null') ?? {}
      return { name: `${nameOf(route)} ${property}`, body, example, property, kind, schemas }
    })
  })
}
const takes = (body: z.ZodType, value: object) => body.safeParse(value).success

describe('bodies of old clients are understood', () => {
  test.each([
    ['numbers', (kind: JsonSchema) => kind.type === 'integer', '60', 60],
    ['true and false', (kind: JsonSchema) => kind.type === 'boolean', 'true', true],
    [
      'dates like 2015-05-01 11:16:16',
      (kind: JsonSchema) => kind.format === 'date-time',
      '2035-05-01 11:16:16',
      '2035-05-01T11:16:16Z',
    ],
  ])('%s as text, in every body', (_what, isMeant, written, plain) => {
    let tried = 0
    const refused: string[] = []
    for (const { name, body, example, property, kind } of bodies()) {
      if (!isMeant(kind) || !takes(body, { ...example, [property]: plain })) continue
      tried += 1
      if (!takes(body, { ...example, [property]: written })) refused.push(name)
    }
    expect(refused).toEqual([])
    expect(tried).toBeGreaterThan(3)
  })

  test('fields left blank, as forms send them, never refuse what needs no value', () => {
    const refused = bodies()
      // A blank address or password is refused rather than overlooked.
      .filter(({ property, example }) => !(property in example) && !/email|password/i.test(property))
      .filter(({ body, property, example }) => !takes(body, { ...example, [property]: null }))
    expect(refused.map(({ name }) => name)).toEqual([])
  })

  test('unknown fields do no harm', () => {
    for (const { name, body, example } of bodies()) {
      expect([name, takes(body, { ...example, fieldOfTomorrow: { a: [1] } })]).toEqual([name, true])
    }
  })

  test('no body at all, and none with the content type of a form, is fine wherever nothing needs to be in it', async () => {
    const mayBeEmpty = api.routes.filter(
      ({ method, path, contract }) =>
        method === 'POST' && path.includes('{') && (!contract.body || contract.body.safeParse({}).success),
    )
    expect(mayBeEmpty.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/v3/licenses/{id}/renew', '/v3/users/{id}/reset-password-token']),
    )
    for (const route of mayBeEmpty) {
      for (const headers of [undefined, { 'content-type': 'application/x-www-form-urlencoded' }]) {
        const { status, code } = await api.call(fill(route.path, world), {
          method: 'POST',
          token: tokenFor(route),
          ...(headers && { headers }),
        })
        const refused = status === 415 || ['INVALID_JSON', 'UNSUPPORTED_MEDIA_TYPE'].includes(code)
        expect([nameOf(route), refused]).toEqual([nameOf(route), false])
      }
    }
  })
})

describe('answers', () => {
  test('of lists are bare arrays that say in headers where they stand', async () => {
    for (const route of api.routes) {
      const { query } = route.contract
      if (!query || !listFieldsOf(query) || shorthandsOf(query)) continue
      const { status, body, headers } = await api.call(`${fill(route.path, world)}?limit=1`, {
        token: tokenFor(route),
      })
      expect([nameOf(route), status, Array.isArray(body)]).toEqual([nameOf(route), 200, true])
      for (const header of ['pagination-count', 'pagination-page', 'pagination-limit']) {
        expect([nameOf(route), header, headers.get(header)]).toEqual([
          nameOf(route),
          header,
          expect.stringMatching(/^\d+$/),
        ])
      }
    }
  })

  test('of resources have an id, and times as ISO 8601 in UTC', () => {
    for (const route of api.routes) {
      const { response } = route.contract
      if (route.method !== 'GET' || !/\/\{\w+\}$/.test(route.path) || !response) continue
      const schemas: Record<string, JsonSchema> = {}
      const schema = toJsonSchema(response, 'output', schemas)
      const example = Object(exampleOf(schema, { schemas }))
      for (const property of ['id', 'createdAt', 'updatedAt']) {
        expect([nameOf(route), property in example ? property : Object.keys(example)]).toEqual([
          nameOf(route),
          property,
        ])
      }
      expect([
        nameOf(route),
        response.safeParse({ ...example, createdAt: '2027-01-31 12:00' }).success,
      ]).toEqual([nameOf(route), false])
    }
  })
})

describe('an Idempotency-Key', () => {
  test('makes one thing of two requests at every POST of a collection; what held a secret is not told twice', async () => {
    const collections = api.routes.filter(
      ({ method, path }) =>
        method === 'POST' &&
        !path.startsWith('/v3/me') &&
        api.routes.some((other) => other.method === 'GET' && other.path === path) &&
        api.routes.some(
          (other) => other.method !== 'POST' && new RegExp(`^${escaped(path)}/\\{\\w+\\}$`).test(other.path),
        ),
    )
    expect(collections.length).toBeGreaterThan(15)
    for (const [at, route] of collections.entries()) {
      const url = fill(route.path, world)
      const body = fresh(bodyFor(route, world) ?? {}, at)
      const call = { token: world.pat, body, headers: { 'idempotency-key': `conventions-${at}` } }
      const count = async () => (await api.call(url, { token: world.pat })).headers.get('pagination-count')
      const first = await api.call(url, call)
      const after = await count()
      const second = await api.call(url, call)
      const name = nameOf(route)
      if (route.contract.secretAnswer) {
        expect([name, first.status, second.code]).toEqual([name, 201, 'IDEMPOTENCY_KEY_REUSED'])
      } else {
        expect([name, second.status, second.text]).toEqual([name, first.status, first.text])
        expect([name, second.headers.get('idempotent-replayed')]).toEqual([name, 'true'])
      }
      expect([name, await count()]).toEqual([name, after])
    }
  })

  test('is described at every POST and PATCH', async () => {
    const { body } = await api.call('/v3/openapi.json')
    const Operation = z.looseObject({ parameters: z.array(z.looseObject({ name: z.string() })) })
    const { paths } = z
      .looseObject({ paths: z.record(z.string(), z.record(z.string(), Operation)) })
      .parse(body)
    for (const [path, methods] of Object.entries(paths)) {
      for (const method of ['post', 'patch']) {
        const names = methods[method]?.parameters.map(({ name }) => name)
        if (names)
          expect([path, method, names]).toEqual([path, method, expect.arrayContaining(['Idempotency-Key'])])
      }
    }
  })
})

/** What every list has, and older names of parts of it. */
const GENERAL = ['page', 'limit', 'sort', 'query', 'include', 'metadataKey', 'metadataValue']

test('every filter of the published contract is there, on every list', () => {
  const Published = z.looseObject({
    paths: z.record(z.string(), z.record(z.string(), z.unknown())),
  })
  const Get = z.looseObject({ parameters: z.array(z.looseObject({ name: z.string(), in: z.string() })) })
  const file = join(import.meta.dirname, '../../contract/web-api-v3.json')
  const { paths } = Published.parse(JSON.parse(readFileSync(file, 'utf8')))
  const missing: string[] = []
  for (const [path, methods] of Object.entries(paths)) {
    const get = Get.safeParse(methods.get).data
    const route = api.routes.find((each) => each.method === 'GET' && each.path === path)
    const fields = route?.contract.query && listFieldsOf(route.contract.query)
    if (!get || !fields) continue
    for (const parameter of get.parameters) {
      if (parameter.in !== 'query' || GENERAL.includes(parameter.name)) continue
      if (!Object.hasOwn(fields, parameter.name)) missing.push(`${path} ${parameter.name}`)
    }
  }
  expect(missing).toEqual([])
})

/** The same body about another thing: names are unique. */
function fresh(body: Record<string, unknown>, at: number): Record<string, unknown> {
  return {
    ...body,
    ...('name' in body && { name: `Again ${at}` }),
    ...('email' in body && { email: `again-${at}@example.com` }),
    ...('domain' in body && { domain: `again-${at}.example.com` }),
    ...('version' in body && { version: `7.${at}` }),
    ...('fingerprint' in body && { fingerprint: 'c'.repeat(64) }),
    ...('key' in body && { key: world.license.key }),
  }
}

function escaped(path: string): string {
  return path.replace(/[{}.]/g, '\\$&')
}
