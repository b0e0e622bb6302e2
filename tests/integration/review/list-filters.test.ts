import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { SCOPES } from '#lib/auth/permissions.ts'
import { listFieldsOf } from '#lib/http/list-query.ts'
import { type FieldKind, OPERATORS } from '#lib/list/filter.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  makeCustomer,
  makeLicenseOf,
  makeMachineToken,
  makeSignedProduct,
} from '#tests/factories/licensed.ts'
import { type ApiServer, startApiServer } from '#tests/helpers/api-server.ts'

let api: ApiServer
let pat: string
let customer: Awaited<ReturnType<typeof makeCustomer>>
let license: Awaited<ReturnType<typeof makeLicenseOf>>

beforeAll(async () => {
  api = await startApiServer()
  const { id: accountId } = await makeAccount()
  pat = await makeMachineToken(accountId, ...SCOPES)
  customer = await makeCustomer(accountId, { tags: ['vip'] })
  const product = await makeSignedProduct(accountId)
  const at = new Date().toISOString()
  const entry = {
    id: product.id,
    key: 'plan',
    value: 'gold',
    viewPermissions: [],
    createdAt: at,
    updatedAt: at,
  }
  license = await makeLicenseOf(accountId, product, { userId: customer.id, metadata: [entry], tags: ['vip'] })
  const device = { fingerprint: 'f'.repeat(64), os: 'linux', hostname: 'desk' }
  await api.call('/v3/activations', { body: { productId: product.id, key: license.key, ...device } })
})
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

const lists = () =>
  api.routes.flatMap(({ path, method, contract }) => {
    const fields = contract.query && listFieldsOf(contract.query)
    if (!fields || method !== 'GET') return []
    return [{ path, fields, token: contract.permission.startsWith('me:') ? customer.token : pat }]
  })

/** What may refuse a good value and say why: closed sets, encrypted keys, intervals that are stored as text. */
const MAY_REFUSE = /^(status|key|licenseKey|validity)$/

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
    for (const { path, fields, token } of lists()) {
      for (const [name, { kind }] of Object.entries(fields)) {
        for (const operator of OPERATORS[kind]) {
          for (const value of GOOD[kind]) {
            const query = `${name}[${operator}]=${encodeURIComponent(value)}`
            const { status, text } = await api.call(`${path}?${query}`, { token })
            const fine =
              status === 200 || (status === 400 && MAY_REFUSE.test(name) && text.includes('"fields"'))
            if (!fine) wrong.push(`${status} ${path}?${query}`)
          }
          for (const value of BAD[kind]) {
            const query = `${name}[${operator}]=${encodeURIComponent(value)}`
            const { status, text } = await api.call(`${path}?${query}`, { token })
            if (status !== 400 || !text.includes('"fields"')) wrong.push(`${status} ${path}?${query}`)
          }
        }
      }
    }
    expect(wrong).toEqual([])
  }, 180_000)

  test('an empty in matches nothing, an empty nin everything (contract: an empty filter never matches all)', async () => {
    for (const { path, fields, token } of lists()) {
      const { length: all } = (await api.call(path, { token })).body as unknown[]
      for (const [name, { kind }] of Object.entries(fields)) {
        if (!(OPERATORS[kind] as readonly string[]).includes('in')) continue
        const of = async (operator: string) =>
          (await api.call(`${path}?${name}[${operator}]=`, { token })).body as unknown[]
        expect(await of('in'), `${path} ${name}[in]`).toEqual([])
        expect(await of('nin'), `${path} ${name}[nin]`).toHaveLength(all)
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
    for (const { path, token } of lists()) {
      expect((await api.call(`${path}?${query}`, { token })).status, path).toBe(expected)
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
    expect(await ids('/v3/users', 'metadata.key[ne]=plan')).toBe(1)
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
