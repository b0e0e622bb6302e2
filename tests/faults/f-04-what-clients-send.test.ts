import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { bool } from '#lib/core/input/fields.ts'
import { type JsonSchema, toJsonSchema } from '#lib/core/input/json-schema.ts'
import { metadataValue } from '#lib/core/metadata/metadata.ts'
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

const strict = { prefer: 'handling=strict' }

/** What a body’s schema says of its members, whatever they are wrapped in. */
function membersOf(route: ApiServer['routes'][number]): [string, JsonSchema][] {
  const { body } = route.contract
  return body ? Object.entries(toJsonSchema(body, 'input', {}).properties ?? {}) : []
}

describe('F-04: numbers and booleans are taken as text in metadata', () => {
  test('F-04: at every operation that takes metadata, and read back as text', async () => {
    const metadata = [
      { key: 'seats', value: 12 },
      { key: 'rate', value: -0.5 },
      { key: 'trial', value: true },
      { key: 'plan', value: 'gold' },
    ]
    const routes = api.routes.filter((route) => membersOf(route).some(([name]) => name === 'metadata'))
    expect(routes.map(({ method, path }) => `${method} ${path}`)).toEqual(
      expect.arrayContaining([
        'POST /v3/activations',
        'PATCH /v3/activations/{id}',
        'POST /v3/licenses',
        'PATCH /v3/users/{id}',
        'POST /v3/products',
        'POST /v3/organizations',
        'POST /v3/trial-activations',
      ]),
    )
    for (const { method, path, contract } of routes) {
      const result = contract.body?.safeParse({
        ...bodyFor({ path, contract }, world),
        ...world.device,
        metadata,
      })
      expect([
        method,
        path,
        result?.error?.issues.filter((issue) => issue.path[0] === 'metadata') ?? [],
      ]).toEqual([method, path, []])
    }
    const license = await api.call(`/v3/licenses/${world.license.id}`, {
      method: 'PATCH',
      token: world.pat,
      body: { metadata },
    })
    const device = await api.call('/v3/activations', {
      body: { ...world.device, metadata },
      headers: { 'x-account-id': world.accountId },
    })
    expect([license.status, device.status]).toEqual([200, 201])
    const devices = await api.call(`/v3/activations?licenseId=${world.license.id}`, { token: world.pat })
    const Entries = z.object({ metadata: z.array(z.object({ key: z.string(), value: z.unknown() })) })
    for (const body of [license.body, z.array(z.unknown()).parse(devices.body)[0]]) {
      const values = Object.fromEntries(Entries.parse(body).metadata.map(({ key, value }) => [key, value]))
      expect(values).toMatchObject({ seats: '12', rate: '-0.5', trial: 'true', plan: 'gold' })
    }
  })

  test('F-04: what JSON writes for a number or a boolean is what is kept', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.boolean()),
        (value) => {
          const sent: unknown = JSON.parse(JSON.stringify(value))
          expect(metadataValue.parse(sent)).toBe(JSON.stringify(value))
        },
      ),
    )
  })

  test('F-04: what is neither text nor number nor boolean is refused, and nothing is written', async () => {
    const before = await storedRows(world.accountId)
    for (const value of [null, [1], { a: 1 }]) {
      const answer = await api.call(`/v3/licenses/${world.license.id}`, {
        method: 'PATCH',
        token: world.pat,
        body: { metadata: [{ key: 'x', value }] },
      })
      expect(Object.keys(Object(Object(answer.body).fields))).toEqual(['metadata[0].value'])
    }
    expect(await storedRows(world.accountId)).toBe(before)
  })
})

describe('F-04: names have up to 256 characters', () => {
  const NAMES = ['firstName', 'lastName', 'company', 'name', 'displayName', 'channel']

  test('F-04: every name in every body takes 256 of them and no 257th', () => {
    const wrong: unknown[] = []
    let tried = 0
    for (const route of api.routes) {
      for (const [name] of membersOf(route)) {
        if (!NAMES.includes(name)) continue
        tried += 1
        const issuesOf = (length: number) =>
          route.contract.body
            ?.safeParse({ ...bodyFor(route, world), [name]: 'x'.repeat(length) })
            .error?.issues.filter(({ path }) => path[0] === name).length ?? 0
        if (issuesOf(256) !== 0 || issuesOf(257) === 0) wrong.push([route.method, route.path, name])
      }
    }
    expect(tried).toBeGreaterThan(40)
    expect(wrong).toEqual([])
  })

  test('F-04: a user with such names is stored, listed, exported and found again', async () => {
    const long = (letter: string) => letter.repeat(256)
    const body = {
      firstName: long('f'),
      lastName: long('l'),
      company: long('c'),
      email: 'long-names@example.com',
      password: 'granite otter hums loudly',
      tags: [long('t')],
    }
    const made = await api.call('/v3/users', { token: world.pat, body })
    const { password: _password, ...shown } = body
    expect(made).toMatchObject({ status: 201, body: shown })
    const found = await api.call(`/v3/users?email=${body.email}`, { token: world.pat })
    expect(found.body).toMatchObject([shown])
    expect((await api.call('/v3/users/export', { token: world.pat })).text).toContain(long('l'))
  })
})

describe('F-04: values of the contract’s enumerations are taken', () => {
  test('F-04: expirationStrategy "rolling" is taken as "delayed" and told, at licenses and templates', async () => {
    const { body: license, ...created } = await api.call('/v3/licenses', {
      token: world.pat,
      body: { productId: world.product.id, subscriptionInterval: 'P1Y', expirationStrategy: 'rolling' },
    })
    expect(created.status).toBe(201)
    expect(created.headers.get('latchkey-ignored')).toBe('expirationStrategy')
    expect(license).toMatchObject({ expirationStrategy: 'delayed', subscriptionStartTrigger: 'activation' })
    for (const collection of ['license-templates', 'license-policies']) {
      const path = `/v3/${collection}`
      const made = await api.call(path, {
        token: world.pat,
        body: { name: `rolling ${collection}`, ExpirationStrategy: 'rolling' },
      })
      expect([made.status, made.headers.get('latchkey-ignored')]).toEqual([201, 'expirationStrategy'])
      expect(made.body).toMatchObject({ expirationStrategy: 'delayed' })
    }
  })

  test('F-04: whoever asks for strictness is refused "rolling", and nothing is written', async () => {
    const before = await storedRows(world.accountId)
    const answer = await api.call('/v3/licenses', {
      token: world.pat,
      body: { productId: world.product.id, expirationStrategy: 'rolling' },
      headers: strict,
    })
    expect(answer).toMatchObject({
      status: 400,
      body: { fields: { expirationStrategy: '"rolling" is taken as "delayed"' } },
    })
    expect(await storedRows(world.accountId)).toBe(before)
  })

  test('F-04: every value of every enumeration that the contract lists is taken where we know the member', () => {
    const contract = z
      .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())), components: z.unknown() })
      .parse(JSON.parse(readFileSync(join(import.meta.dirname, '../contract/web-api-v3.json'), 'utf8')))
    const follow = (value: unknown): Record<string, unknown> => {
      const { $ref } = Object(value)
      if (typeof $ref !== 'string') return Object(value)
      return follow(
        $ref
          .split('/')
          .slice(1)
          .reduce<unknown>((at, part) => Object(at)[part], contract),
      )
    }
    let tried = 0
    const refused: unknown[] = []
    for (const route of api.routes) {
      const at = Object.entries(contract.paths).find(
        ([path]) => path.replace(/\{\w+\}/g, '{}') === route.path.replace(/\{\w+\}/g, '{}'),
      )
      const operation = Object(at?.[1][route.method.toLowerCase()])
      const schema = follow(operation.requestBody?.content?.['application/json']?.schema)
      const known = new Set(membersOf(route).map(([name]) => name))
      for (const [name, member] of Object.entries(Object(schema.properties))) {
        const { enum: values } = follow(member)
        if (!Array.isArray(values) || !known.has(name)) continue
        for (const value of values) {
          tried += 1
          const body = { ...bodyFor(route, world), [name]: value }
          const issues = route.contract.body
            ?.safeParse(body)
            .error?.issues.filter(({ path }) => path[0] === name)
          if (issues?.length) refused.push([route.path, name, value])
        }
      }
    }
    expect(refused).toEqual([])
    expect(tried).toBeGreaterThan(60)
  })

  test('F-04: scopes by the contract’s older names are taken as today’s, and told', async () => {
    const scopes = ['license:read', 'licensePolicy:read', 'licenseTemaplate:write']
    const path = fill('/v3/personal-access-tokens', world)
    const answer = await api.call(path, { token: world.pat, body: { name: 'older client', scopes } })
    expect(answer).toMatchObject({
      status: 201,
      body: { scopes: ['license:read', 'licenseTemplate:read', 'licenseTemplate:write'] },
    })
    expect(decodeURIComponent(answer.headers.get('latchkey-ignored') ?? '')).toBe('scopes[1], scopes[2]')
    const unknown = await api.call(path, {
      token: world.pat,
      body: { name: 'x', scopes: ['licensePolicy:own'] },
    })
    expect(unknown.status).toBe(400)
  })

  test('F-04: true and false are read in any case', () => {
    fc.assert(
      fc.property(fc.constantFrom('True', 'FALSE', ' true ', 'fAlSe', 'true'), (text) => {
        expect(bool().parse(text)).toBe(/true/i.test(text))
      }),
    )
    expect(bool().safeParse('yes').success).toBe(false)
  })
})
