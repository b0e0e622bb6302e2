import postgres from 'postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Customer } from '#emulator/documents/catalogue.ts'
import type { Delivery } from '#emulator/documents/events.ts'
import { memoryStorage } from '#emulator/storage/memory.ts'
import type { Storage } from '#emulator/storage.ts'
import { postgresStorage } from '#server/emulator-storage/postgres.ts'
import { createTestDatabase, type TestDatabase } from '../helpers/database.ts'

const KEY = Buffer.alloc(32, 7)

let database: TestDatabase
let sql: postgres.Sql

beforeAll(async () => {
  database = await createTestDatabase()
  sql = postgres(database.url, { onnotice: () => undefined })
})

afterAll(async () => {
  await sql.end()
  await database.drop()
})

function customer(id: string, created: number, more: Partial<Customer> = {}): Customer {
  return {
    id,
    object: 'customer',
    created,
    email: null,
    name: null,
    metadata: {},
    invoice_prefix: 'X',
    next_invoice_sequence: 1,
    invoice_settings: { default_payment_method: null },
    ...more,
  }
}

function delivery(id: string, dueMs: number): Delivery {
  return {
    id,
    object: 'delivery',
    created: 1,
    event: 'evt',
    type: 't',
    endpoint: 'we',
    body: '',
    attempts: 0,
    first_due_ms: dueMs,
    next_attempt_ms: dueMs,
    leased_from_ms: null,
    state: 'pending',
    last_status: null,
    last_error: null,
  }
}

describe.each(['memory', 'postgres'])('%s storage', (name) => {
  let storage: Storage

  beforeEach(async () => {
    if (name === 'postgres') await sql`drop schema if exists stripe_emu cascade`
    storage = name === 'memory' ? memoryStorage() : postgresStorage({ sql, key: KEY })
  })

  const ids = (documents: { id: string }[]) => documents.map(({ id }) => id)

  test('what a transaction wrote is there when it ends, or nothing if it fails', async () => {
    await storage.transaction(async (tx) => {
      await tx.put('customer', customer('a', 1, { metadata: { 'tricky"key': 'ü\u2028 \\ $1' } }))
      expect(await tx.get('customer', 'a')).toBeDefined()
      expect(await storage.get('customer', 'a')).toBeUndefined()
    })
    expect(await storage.get('customer', 'a')).toEqual(
      customer('a', 1, { metadata: { 'tricky"key': 'ü\u2028 \\ $1' } }),
    )
    const failing = storage.transaction(async (tx) => {
      await tx.put('customer', customer('b', 1))
      await tx.delete('customer', 'a')
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(ids(await storage.list('customer'))).toEqual(['a'])
  })

  test('transactions run one after the other: counting in parallel loses nothing', async () => {
    await storage.transaction((tx) => tx.put('customer', customer('a', 1)))
    await Promise.all(
      Array.from({ length: 20 }, () =>
        storage.transaction(async (tx) => {
          const found = await tx.get('customer', 'a')
          if (found)
            await tx.put('customer', { ...found, next_invoice_sequence: found.next_invoice_sequence + 1 })
        }),
      ),
    )
    expect((await storage.get('customer', 'a'))?.next_invoice_sequence).toBe(21)
  })

  test('lists go from the newest to the oldest, keep the order when a document changes, and page both ways', async () => {
    await storage.transaction(async (tx) => {
      for (const id of ['a', 'b', 'c', 'd', 'e']) await tx.put('customer', customer(id, 1))
      await tx.put('customer', customer('a', 1, { name: 'changed' }))
    })
    expect(ids(await storage.list('customer'))).toEqual(['e', 'd', 'c', 'b', 'a'])
    expect(ids(await storage.list('customer', { after: 'd', limit: 2 }))).toEqual(['c', 'b'])
    expect(ids(await storage.list('customer', { before: 'b', limit: 2 }))).toEqual(['d', 'c'])
    expect(ids(await storage.list('customer', { before: 'b' }))).toEqual(['e', 'd', 'c'])
  })

  test('lists filter by containment, by creation time and by a condition, beyond one batch', async () => {
    await storage.transaction(async (tx) => {
      for (let index = 0; index < 450; index++) {
        await tx.put('customer', customer(`c${index}`, index, { email: index % 2 ? 'odd' : 'even' }))
      }
    })
    expect(ids(await storage.list('customer', { match: { email: 'odd' }, created: { lte: 5 } }))).toEqual([
      'c5',
      'c3',
      'c1',
    ])
    expect(ids(await storage.list('customer', { created: { gt: 447, lt: 449 } }))).toEqual(['c448'])
    expect(ids(await storage.list('customer', { where: ({ created }) => created < 2, limit: 5 }))).toEqual([
      'c1',
      'c0',
    ])
    expect(await storage.list('customer')).toHaveLength(450)
    const nested = { match: { invoice_settings: { default_payment_method: null } }, limit: 1 }
    expect(ids(await storage.list('customer', nested))).toEqual(['c449'])
  })

  test('what is due comes in the order of its time', async () => {
    await storage.transaction(async (tx) => {
      for (const [id, due] of [
        ['late', 300],
        ['soon', 100],
        ['later', 400],
        ['mid', 200],
      ] as const) {
        await tx.put('delivery', delivery(id, due))
      }
      await tx.put('delivery', { ...delivery('done', 50), state: 'delivered' })
    })
    expect(ids(await storage.due('delivery', 300, 10))).toEqual(['soon', 'mid', 'late'])
    expect(ids(await storage.due('delivery', 300, 1))).toEqual(['soon'])
  })

  test('a sealed secret opens again', () => {
    expect(storage.open(storage.seal('whsec_ü'))).toBe('whsec_ü')
  })
})

describe('postgres storage', () => {
  test('two processes that start at once make one schema', async () => {
    await sql`drop schema if exists stripe_emu cascade`
    const other = postgres(database.url, { onnotice: () => undefined })
    try {
      const both = [postgresStorage({ sql, key: KEY }), postgresStorage({ sql: other, key: KEY })]
      await Promise.all(
        both.map((storage, index) =>
          storage.transaction((tx) => tx.put('customer', customer(`c${index}`, 1))),
        ),
      )
      expect(await both[0]?.list('customer')).toHaveLength(2)
    } finally {
      await other.end()
    }
  })

  test('a secret sealed with another key does not open', () => {
    const sealed = postgresStorage({ sql, key: KEY }).seal('whsec_secret')
    expect(sealed).not.toContain('whsec')
    expect(() => postgresStorage({ sql, key: Buffer.alloc(32, 8) }).open(sealed)).toThrow()
  })
})
