import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Ignored } from '#lib/core/input/ignored.ts'
import { planMembers, readMembers } from '#lib/core/input/member-names.ts'
import type { DescribedRoute } from '#lib/web/http/openapi.ts'
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
const patch = (body: unknown, headers: Record<string, string> = {}) =>
  api.call(`/v3/licenses/${world.license.id}`, { method: 'PATCH', token: world.pat, body, headers })
const ignoredBy = ({ headers }: { headers: Headers }) => headers.get('latchkey-ignored')
const nameOf = ({ method, path }: DescribedRoute) => `${method} ${path}`
const tokenFor = ({ contract }: DescribedRoute) =>
  contract.permission.startsWith('me:') ? world.customer.token : world.pat

describe('F-02: names of members match without regard to case', () => {
  test('F-02: {"Notes":"x"} changes the notes, and nothing is named as ignored', async () => {
    const answer = await patch({ Notes: 'x' })
    expect(answer).toMatchObject({ status: 200, body: { notes: 'x' } })
    expect(ignoredBy(answer)).toBeNull()
  })

  test('F-02: an activation as the contract’s own C# sample sends it is taken', async () => {
    const { key, productId, os, hostname } = world.device
    const body = {
      Key: key,
      ProductId: productId,
      Fingerprint: 'c'.repeat(64),
      Os: os,
      Hostname: hostname,
      Metadata: [{ Key: 'Plan', Value: 'Gold' }],
    }
    const answer = await api.call('/v3/activations', { body, headers: { 'x-account-id': world.accountId } })
    expect([answer.status, ignoredBy(answer)]).toEqual([201, null])
    const list = await api.call(`/v3/activations?licenseId=${world.license.id}&metadata.key=Plan`, {
      token: world.pat,
    })
    expect(list.body).toMatchObject([{ metadata: [{ key: 'Plan', value: 'Gold' }] }])
  })

  test('F-02: members of objects in lists match too; keys and values of metadata keep their case', async () => {
    const answer = await patch({
      METADATA: [{ KEY: 'CamelCase', vALUE: 'MixedCase', ViewPermissions: ['user'] }],
    })
    expect(ignoredBy(answer)).toBeNull()
    expect(Object(answer.body).metadata).toContainEqual(
      expect.objectContaining({ key: 'CamelCase', value: 'MixedCase', viewPermissions: ['user'] }),
    )
  })

  test('F-02: two spellings of one name are refused, naming the field, wherever they stand', async () => {
    const before = await storedRows(world.accountId)
    for (const [body, field] of [
      [{ notes: 'a', Notes: 'b' }, 'notes'],
      [{ Notes: 'a', NOTES: 'b' }, 'notes'],
      [{ metadata: [{ key: 'a', value: 'b', Value: 'c' }] }, 'metadata[0].value'],
    ] as const) {
      expect(await patch(body)).toMatchObject({
        status: 400,
        body: { code: 'INVALID_INPUT', fields: { [field]: 'was sent in two spellings' } },
      })
    }
    expect(await storedRows(world.accountId)).toBe(before)
  })

  test('F-02: a privileged name in another case is refused as its own', async () => {
    const before = await storedRows(world.accountId)
    const body = {
      Email: 'new@example.com',
      FirstName: 'New',
      Password: 'granite otter hums loudly',
      ROLE: 'admin',
    }
    expect(await api.call('/v3/users', { token: world.pat, body })).toMatchObject({
      status: 400,
      code: 'OPERATORS_ARE_NOT_USERS',
    })
    expect(await storedRows(world.accountId)).toBe(before)
  })

  test('F-02: the account of a visitor is named in any case', async () => {
    const answer = await api.call('/v3/accounts/reset-password-request', {
      body: { Email: 'nobody@example.com', AccountId: '018f4d1e-7c4b-7000-8000-000000000001' },
    })
    expect(answer).toMatchObject({ status: 400, code: 'INVALID_ACCOUNT_ID' })
  })
})

describe('F-02: nothing is dropped silently', () => {
  test('F-02: unknown members are named by their path, never with their values, and the rest is done', async () => {
    const body = {
      notes: 'y',
      note: 'secret-value',
      metadata: [{ key: 'a', value: 'b', color: 'secret-value' }],
    }
    const answer = await patch(body)
    expect(answer).toMatchObject({ status: 200, body: { notes: 'y' } })
    expect(ignoredBy(answer)?.split(', ').map(decodeURIComponent)).toEqual(['note', 'metadata[0].color'])
    expect(JSON.stringify([...answer.headers])).not.toContain('secret-value')
  })

  test('F-02: with Prefer: handling=strict they are refused, named, and nothing is written', async () => {
    const before = await storedRows(world.accountId)
    for (const prefer of ['handling=strict', 'respond-async, Handling = "strict"', 'handling=strict; x=1']) {
      const answer = await patch({ notes: 'z', note: 'z' }, { prefer })
      expect(answer).toMatchObject({
        status: 400,
        body: { code: 'INVALID_INPUT', fields: { note: 'is not known here' } },
      })
      expect(ignoredBy(answer)).toBe('note')
    }
    expect(await storedRows(world.accountId)).toBe(before)
    expect((await patch({ notes: 'z', note: 'z' }, { prefer: 'handling=lenient' })).status).toBe(200)
    expect((await patch({ Notes: 'z' }, strict)).status).toBe(200)
  })

  test('F-02: unknown query parameters of lists and of single things are named, or refused as asked', async () => {
    for (const path of ['/v3/licenses', `/v3/licenses/${world.license.id}`, '/v3/status']) {
      const answer = await api.call(`${path}?colour=red&%F0%9F%94%91=1`, { token: world.pat })
      expect([path, answer.status, ignoredBy(answer)]).toEqual([path, 200, 'colour, %F0%9F%94%91'])
      const refused = await api.call(`${path}?colour=red`, { token: world.pat, headers: strict })
      expect(refused).toMatchObject({ status: 400, body: { fields: { colour: 'is not known here' } } })
    }
    const twice = await api.call(`/v3/licenses?type=a&type=b&include=user&query=x`, { token: world.pat })
    expect([twice.status, ignoredBy(twice)]).toEqual([200, 'type, include'])
    const paged = await api.call('/v3/licenses/export?page=2', { token: world.pat })
    expect([paged.status, ignoredBy(paged)]).toEqual([200, 'page'])
    expect(
      (await api.call('/v3/activations?include=user,moon', { token: world.pat })).headers.get(
        'latchkey-ignored',
      ),
    ).toBe('include')
  })

  test('F-02: at most 20 names and 1,000 characters are told, whatever was sent', async () => {
    const many = Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`unknown${n}`, n]))
    expect(ignoredBy(await patch(many))?.split(', ')).toHaveLength(20)
    const long = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`${n}${'ü'.repeat(90)}`, n]))
    const told = ignoredBy(await patch(long)) ?? ''
    expect(told.length).toBeLessThanOrEqual(1000)
    expect(told.length).toBeGreaterThan(500)
    expect(told).toMatch(/^[\x21-\x7e]+(, [\x21-\x7e]+)*$/)
    const odd = ignoredBy(await patch('{"\\ud800":1,"a\\r\\nSet-Cookie: x":1,"__proto__":{"notes":"p"}}'))
    expect(odd?.split(', ').map(decodeURIComponent)).toEqual(['\ufffd', 'a\r\nSet-Cookie: x', '__proto__'])
    expect(Object.hasOwn(Object.prototype, 'notes')).toBe(false)
  })

  test('F-02: a body sent to a write that takes none, or as a form, is named', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' }
    const path = `/v3/users/${world.customer.id}/reset-password-token`
    const renewed = await api.call(path, { method: 'POST', token: world.pat, body: 'days=5', headers: form })
    expect([renewed.status, ignoredBy(renewed)]).toEqual([200, 'days'])
    const tag = Object(
      (await api.call('/v3/tags', { token: world.pat, body: { name: 'short', description: 'lived' } })).body,
    )
    const remove = (headers = {}) =>
      api.call(`/v3/tags/${tag.id}`, { method: 'DELETE', token: world.pat, body: { force: true }, headers })
    expect(await remove(strict)).toMatchObject({
      status: 400,
      body: { fields: { force: 'is not known here' } },
    })
    const removed = await remove()
    expect([removed.status, ignoredBy(removed)]).toEqual([204, 'force'])
  })

  test('F-02: a repetition by Idempotency-Key tells the same names, and a strict one is refused', async () => {
    const headers = { 'idempotency-key': 'ignored-1' }
    const body = { productId: world.product.id, colour: 'red' }
    const send = (more = {}) =>
      api.call('/v3/licenses', { token: world.pat, body, headers: { ...headers, ...more } })
    expect(await send(strict)).toMatchObject({ status: 400 })
    const first = await send()
    const again = await send()
    expect([first.status, again.status, again.headers.get('idempotent-replayed')]).toEqual([201, 201, 'true'])
    expect([ignoredBy(first), ignoredBy(again)]).toEqual(['colour', 'colour'])
    expect(await send(strict)).toMatchObject({
      status: 400,
      body: { fields: { colour: expect.any(String) } },
    })
  })

  test('F-02: every operation with a body names a member of tomorrow', async () => {
    const wrong: unknown[] = []
    for (const route of api.routes.filter(({ method }) => method !== 'GET')) {
      const body = { ...(bodyFor(route, world) ?? {}), fieldOfTomorrow: 1 }
      const query = route.path === '/v3/activations' ? `?licenseId=${world.license.id}` : ''
      const answer = await api.call(`${fill(route.path, world)}${route.method === 'DELETE' ? query : ''}`, {
        method: route.method,
        token: tokenFor(route),
        body,
        headers: strict,
      })
      const isOpen = route.contract.body instanceof z.ZodObject && route.contract.body.def.catchall
      if (!isOpen && !Object.keys(Object(Object(answer.body).fields)).includes('fieldOfTomorrow')) {
        wrong.push([nameOf(route), answer.status, answer.body])
      }
    }
    expect(wrong).toEqual([])
  })

  test('F-02: pages of listed origins may read it and may ask for strictness', async () => {
    const origin = 'https://shop.example.com'
    const body = { AllowedOrigins: [origin] }
    const listed = await api.call(`/v3/accounts/${world.accountId}`, {
      method: 'PATCH',
      token: world.pat,
      body,
    })
    expect(listed.status).toBe(200)
    const preflight = await api.call('/v3/activations', {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'prefer',
      },
    })
    expect(preflight.headers.get('access-control-allow-headers')).toContain('prefer')
    const answer = await api.call('/v3/activations', {
      body: { ...world.device, Colour: 'red' },
      headers: { origin, 'x-account-id': world.accountId },
    })
    expect(answer.headers.get('access-control-expose-headers')).toContain('Latchkey-Ignored')
    expect(ignoredBy(answer)).toBe('Colour')
  })
})

describe('F-02: reading names', () => {
  const schema = z.object({
    name: z.string().optional(),
    Name: z.string().optional(),
    notes: z.string().nullish(),
    free: z.record(z.string(), z.unknown()).optional(),
    any: z.unknown().optional(),
    parts: z
      .preprocess(
        (value) => value,
        z.array(z.object({ partId: z.string(), deep: z.object({ At: z.int() }).optional() })),
      )
      .optional(),
  })
  const plan = planMembers(schema)
  const read = (body: unknown) => {
    const ignored: Ignored[] = []
    return { body: readMembers(plan, body, ignored), ignored: ignored.map(({ name }) => name) }
  }

  test('F-02: exact names win, free objects keep their case, and an exact body is given back as it is', () => {
    const exact = { name: 'a', Name: 'b', free: { Key: 1, key: 2 }, any: { X: 1 }, parts: [{ partId: '1' }] }
    expect(read(exact).body).toBe(exact)
    expect(read({ NAME: 'a' })).toEqual({ body: { NAME: 'a' }, ignored: ['NAME'] })
    expect(read({ FREE: { Key: 1 } }).body).toEqual({ free: { Key: 1 } })
    expect(read({ Parts: [{ PartId: '1', DEEP: { aT: 2, b: 3 } }] })).toEqual({
      body: { parts: [{ partId: '1', deep: { At: 2, b: 3 } }] },
      ignored: ['parts[0].deep.b'],
    })
  })

  test('F-02: a letter that only folds to the right one is another letter', () => {
    expect(read({ note\u017F: 'x' }).ignored).toEqual(['note\u017F'])
  })

  test('F-02: a member called like the prototype changes nothing but is told', () => {
    const { body, ignored } = read(JSON.parse('{"Notes":"a","__proto__":{"notes":"b"},"constructor":1}'))
    expect(ignored).toEqual(['__proto__', 'constructor'])
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype)
    expect(schema.parse(body)).toEqual({ notes: 'a' })
  })

  test('F-02: whatever the case of its names, a body means the same', () => {
    const part = fc.record(
      { partId: fc.string(), deep: fc.record({ At: fc.integer() }) },
      { requiredKeys: ['partId'] },
    )
    const bodies = fc.record(
      {
        notes: fc.option(fc.string()),
        free: fc.dictionary(fc.string(), fc.jsonValue()),
        any: fc.jsonValue(),
        parts: fc.array(part),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(bodies, fc.infiniteStream(fc.boolean()), (body, upper) => {
        const spell = (name: string) =>
          [...name]
            .map((letter) => (upper.next().value ? letter.toUpperCase() : letter.toLowerCase()))
            .join('')
        const { free, any, parts, notes } = body
        const respelled = Object.fromEntries(
          Object.entries({
            ...('notes' in body && { notes }),
            ...('free' in body && { free }),
            ...('any' in body && { any }),
            ...(parts && {
              parts: parts.map(({ partId, deep }) => ({
                [spell('partId')]: partId,
                ...(deep && { [spell('deep')]: { [spell('At')]: deep.At } }),
              })),
            }),
          }).map(([name, value]) => [spell(name), value]),
        )
        expect(read(respelled)).toEqual({ body, ignored: [] })
      }),
    )
  })

  test('F-02: no body whatever does more than be read or refused', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        const body: unknown = JSON.parse(text)
        const { body: made } = read(body)
        expect(JSON.stringify(made)?.length ?? 0).toBe(JSON.stringify(body).length)
        expect(Object.keys(Object.prototype)).toEqual([])
      }),
    )
  })
})
