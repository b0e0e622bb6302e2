import { sql } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import type { ListFields } from '../list/filter.ts'
import { listQuery } from './list-query.ts'

const column = sql`x`
const fields = {
  email: { kind: 'text', column },
  key: { kind: 'text', column },
  productId: { kind: 'id', column },
  createdAt: { kind: 'date', column },
  uses: { kind: 'number', column },
  revoked: { kind: 'boolean', column },
  'metadata.key': { kind: 'text', where: () => undefined },
} as const satisfies ListFields

const ID = '018f4d1e-7c4b-7000-8000-000000000001'
const parse = (query: string) => listQuery(fields).safeParse(new URLSearchParams(query))
const filters = (query: string) => parse(query).data?.filters

describe('every encoding that clients use is understood', () => {
  test.each([
    ['email[eq]=a%40b.c', [{ field: 'email', operator: 'eq', values: ['a@b.c'] }]],
    ['email=a@b.c', [{ field: 'email', operator: 'eq', values: ['a@b.c'] }]],
    ['key[in]=A,B', [{ field: 'key', operator: 'in', values: ['A', 'B'] }]],
    ['key[in][]=A&key[in][]=B', [{ field: 'key', operator: 'in', values: ['A', 'B'] }]],
    ['key[in][0]=A&key[in][1]=B', [{ field: 'key', operator: 'in', values: ['A', 'B'] }]],
    [`productId=${ID}`, [{ field: 'productId', operator: 'eq', values: [ID] }]],
    [`productId[eq]=${ID}`, [{ field: 'productId', operator: 'eq', values: [ID] }]],
    ['metadata.key[eq]=plan', [{ field: 'metadata.key', operator: 'eq', values: ['plan'] }]],
    ['metadataKey=plan', [{ field: 'metadata.key', operator: 'eq', values: ['plan'] }]],
    ['createdAfter=2026-01-02', [{ field: 'createdAt', operator: 'gt', values: [new Date('2026-01-02')] }]],
    [
      'uses[gte]=5&revoked=TRUE',
      [
        { field: 'uses', operator: 'gte', values: [5] },
        { field: 'revoked', operator: 'eq', values: [true] },
      ],
    ],
  ])('%s', (query, expected) => {
    expect(filters(query)).toEqual(expected)
  })
})

describe('nothing matches everything by accident', () => {
  test('an empty in is a filter that nothing passes', () => {
    expect(filters('key[in]=')).toEqual([{ field: 'key', operator: 'in', values: [] }])
  })
  test('an empty plain parameter is ignored, an empty operator is an error', () => {
    expect(filters('email=')).toEqual([])
    expect(parse('email[eq]=').success).toBe(false)
  })
  test('an unknown filter is an error that names it, an unknown plain parameter is ignored', () => {
    expect(parse('nonsense[eq]=1').error?.issues[0]?.path).toEqual(['nonsense[eq]'])
    expect(parse('nonsense=1').success).toBe(true)
  })
})

describe('paging and sorting', () => {
  test('defaults, and both directions', () => {
    expect(parse('').data).toMatchObject({ page: 1, limit: 20, sort: [] })
    expect(parse('page=3&limit=100&sort=-createdAt,email').data).toMatchObject({
      page: 3,
      limit: 100,
      sort: [
        { field: 'createdAt', descending: true },
        { field: 'email', descending: false },
      ],
    })
  })
  test.each(['page=0', 'page=1.5', 'limit=101', 'limit=0', 'limit=x', 'sort=password', 'sort=metadata.key'])(
    '%s is refused, naming the field',
    (query) => {
      expect(parse(query).error?.issues[0]?.path).toEqual([query.split('=')[0]])
    },
  )
  test.each(['productId=1', 'createdAt[gt]=soon', 'uses[eq]=many', 'revoked=perhaps', 'uses[cn]=1'])(
    'a value of the wrong kind is refused: %s',
    (query) => expect(parse(query).success).toBe(false),
  )
})
