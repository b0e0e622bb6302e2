import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { users } from '#db/schema/users.ts'
import { listFieldsOf, shorthandsOf } from '#lib/core/input/list-query.ts'
import { type FieldKind, OPERATORS } from '#lib/core/list/filter.ts'
import { fill, makeWorld, type World } from '#tests/factories/world.ts'
import { type ApiServer, startApiServer } from '#tests/helpers/api-server.ts'

let api: ApiServer
let world: World
let pat: string
let customer: World['customer']

beforeAll(async () => {
  api = await startApiServer()
  world = await makeWorld(api)
  ;({ pat, customer } = world)
  await db()
    .update(users)
    .set({ company: 'Doe Ltd', tags: ['vip'] })
    .where(eq(users.id, customer.id))
}, 60_000)
afterAll(() => api.close())

/** Values that the kind takes: every one must be answered. */
const GOOD: Record<FieldKind, string[]> = {
  text: ['vip', "%_\\'\u{1f600}", 'x'.repeat(300)],
  choice: ['ACTIVE'],
  id: ['018F4D1E-7C4B-7000-8000-000000000001'],
  number: ['-1', '1.5', '1e300'],
  date: ['2026-01-01', '0001-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'],
  boolean: ['true', '0'],
}
/** Values that it does not: 400, never an error of the database. */
const BAD: Record<FieldKind, string[]> = {
  text: ['a\0b'],
  choice: ['a\0b'],
  id: ["' or 1=1 --"],
  number: ['many', '1e400'],
  date: ['1', '2026-02-30', '+275760-09-13T00:00:00Z', '-000100-01-01T00:00:00Z', '0000-01-01'],
  boolean: ['perhaps'],
}

/** Everything that takes filters: lists, exports, figures. */
const filtered = () =>
  api.routes.flatMap(({ path, method, contract }) => {
    const { query } = contract
    const fields = query && listFieldsOf(query)
    if (!fields || method !== 'GET') return []
    const token = contract.permission.startsWith('me:') ? customer.token : pat
    const isList = shorthandsOf(query) === undefined
    return [{ path: fill(path, world), fields, token, isList, isFile: contract.csv !== undefined }]
  })
const lists = () => filtered().filter(({ isList }) => isList)
/** Rows of an answer, whichever form it has. */
const rowsOf = (body: unknown) =>
  Array.isArray(body) ? body.length : String(body).trimEnd().split('\r\n').length - 1

/** What may refuse a good value and say why: closed sets, encrypted keys, intervals that are stored as text. */
const MAY_REFUSE = /^(status|key|licenseKey|validity)$/
/** Figures by day: for how many days they can be told. */
const MAY_REFUSE_RANGE = /^\/v3\/analytics\/[a-z-]+\?createdAt/

/** Good conditions that are asked for at once; where that is refused, each is asked for alone. */
const TOGETHER = 10

const turns = new Map<readonly string[], number>()
/** Each value in its turn, shifted every round: over the fields of a kind every operator meets every value. */
function inTurn(values: readonly string[]): string[] {
  const turn = turns.get(values) ?? 0
  turns.set(values, turn + 1)
  const at = (turn + Math.floor(turn / values.length)) % values.length
  return values.slice(at, at + 1)
}

describe('every list, every field, every operator', () => {
  test('there are lists to test', () => {
    expect(lists().map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        '/v3/licenses',
        '/v3/users',
        '/v3/products',
        '/v3/activations',
        '/v3/me/licenses',
      ]),
    )
  })

  test('a value of the field’s kind is answered, any other is 400 naming the field', async () => {
    const wrong: string[] = []
    for (const { path, fields, token } of filtered()) {
      const answered = async (conditions: string[]) =>
        (await api.call(`${path}?${conditions.join('&')}`, { token })).status === 200
      const good: string[] = []
      for (const [name, { kind }] of Object.entries(fields)) {
        for (const operator of OPERATORS[kind]) {
          const condition = (value: string) => `${name}[${operator}]=${encodeURIComponent(value)}`
          good.push(...inTurn(GOOD[kind]).map(condition))
          for (const query of inTurn(BAD[kind]).map(condition)) {
            const { status, text } = await api.call(`${path}?${query}`, { token })
            if (status !== 400 || !text.includes('"fields"')) wrong.push(`${status} ${path}?${query}`)
          }
        }
      }
      for (let at = 0; at < good.length; at += TOGETHER) {
        const together = good.slice(at, at + TOGETHER)
        if (await answered(together)) continue
        for (const query of together) {
          const { status, text } = await api.call(`${path}?${query}`, { token })
          const name = query.slice(0, query.indexOf('['))
          const mayRefuse = MAY_REFUSE.test(name) || MAY_REFUSE_RANGE.test(`${path}?${query}`)
          const fine = status === 200 || (status === 400 && mayRefuse && text.includes('"fields"'))
          if (!fine) wrong.push(`${status} ${path}?${query}`)
        }
      }
    }
    expect(wrong).toEqual([])
  }, 300_000)

  test('an empty in matches nothing, an empty nin everything (contract: an empty filter never matches all)', async () => {
    for (const { path, fields, token, isList, isFile } of filtered()) {
      if (!isList && !isFile) continue
      const all = rowsOf((await api.call(path, { token })).body)
      for (const [name, { kind }] of Object.entries(fields)) {
        if (!(OPERATORS[kind] as readonly string[]).includes('in')) continue
        const of = async (operator: string) => {
          const { status, body, text } = await api.call(`${path}?${name}[${operator}]=`, { token })
          return status === 200 ? rowsOf(body) : text
        }
        expect(await of('in'), `${path} ${name}[in]`).toEqual(0)
        expect(await of('nin'), `${path} ${name}[nin]`).toEqual(all)
      }
    }
  }, 60_000)

  test('sorting takes every field with a column, both ways, and nothing else', async () => {
    for (const { path, fields, token } of lists()) {
      const names = [
        ...Object.keys(fields),
        'constructor',
        '__proto__',
        'id;drop table users',
        'password_hash',
      ]
      for (const name of names) {
        const sortable = Object.hasOwn(fields, name) && fields[name]?.column
        for (const direction of ['', '-']) {
          const { status } = await api.call(`${path}?sort=${direction}${encodeURIComponent(name)}`, { token })
          expect(status, `${path}?sort=${direction}${name}`).toBe(sortable ? 200 : 400)
        }
      }
    }
  }, 60_000)

  test.each([
    ['constructor[eq]=1', 400],
    ['__proto__[eq]=1', 400],
    ['hasOwnProperty[in]=1', 400],
    ['__proto__=1', 200],
    ['toString=1', 200],
    ['query=%00', 400],
    ['query=%25', 200],
    ["query=';drop table users;--", 200],
    ['page=1000000&limit=100', 200],
    ['page=1000001', 400],
    ['page=9007199254740993', 400],
    ['limit=101', 400],
    ['limit=-1', 400],
    [`query=${'x'.repeat(12_000)}`, 200],
  ])('%s is answered %i everywhere', async (query, expected) => {
    for (const { path, token, isList, isFile } of filtered()) {
      if (!isList && /^(page|limit)=/.test(query)) continue
      // A list may pass over a name that it does not know; an export would hold more than was asked for.
      const isUnknown = /^(__proto__|toString)=/.test(query)
      const answered = isFile && isUnknown ? 400 : expected
      expect((await api.call(`${path}?${query}`, { token })).status, path).toBe(answered)
    }
  })

  test('wildcards of the database mean themselves', async () => {
    const count = async (query: string) =>
      ((await api.call(`/v3/users?${query}`, { token: pat })).body as unknown[]).length
    expect(await count('company[cn]=oe')).toBe(1)
    for (const text of ['%25', '_', '%5C']) {
      for (const operator of ['sw', 'ew', 'cn']) expect(await count(`company[${operator}]=${text}`)).toBe(0)
      expect(await count(`query=${text}`)).toBe(0)
    }
  })

  test('negative metadata filters mean the same in every list: no entry fits', async () => {
    const ids = async (path: string, query: string) =>
      ((await api.call(`${path}?${query}`, { token: pat })).body as unknown[]).length
    expect(await ids('/v3/licenses', 'metadata.key[eq]=plan')).toBe(1)
    expect(await ids('/v3/licenses', 'metadata.key[ne]=plan')).toBe(0)
    expect(await ids('/v3/licenses', 'metadata.key[ne]=other')).toBe(1)
    expect(await ids('/v3/licenses', 'metadata.key[eq]=plan&metadata.value[ne]=gold')).toBe(0)
    expect(await ids('/v3/users', 'metadata.key[ne]=plan')).toBe(await ids('/v3/users', ''))
    expect(await ids('/v3/products', 'metadata.value[nin]=gold')).toBe(1)
  })

  test('an address in any of its spellings finds its user and what they own', async () => {
    const spellings = [
      customer.email,
      ` ${customer.email.toUpperCase()} `,
      customer.email.replace('example', 'ｅxample'),
    ]
    for (const spelling of spellings) {
      const value = encodeURIComponent(spelling)
      for (const path of [
        '/v3/users?email',
        '/v3/users?email[eq]',
        '/v3/licenses?email',
        '/v3/licenses?user.email[in]',
      ]) {
        const found = (await api.call(`${path}=${value}`, { token: pat })).body as unknown[]
        expect(found.length, `${path}=${spelling}`).toBe(1)
      }
    }
  })
})
