import { and, eq, sql } from 'drizzle-orm'
import { boolean, integer, pgTable, text, timestamp, uuid } from 'drizzle-orm/pg-core'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import type { ListFields, ListInput } from '#lib/core/list/filter.ts'
import { listOrder } from '#lib/core/list/order.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

/** Columns of every kind, most of which may be null, with few values: ties are the rule. */
const things = pgTable('things', {
  id: uuid('id').primaryKey(),
  createdAt: timestamp('created_at', { withTimezone: true, mode: 'date' }).notNull(),
  number: integer('number'),
  name: text('name'),
  at: timestamp('at', { withTimezone: true, mode: 'date' }),
  ok: boolean('ok').notNull(),
  parts: integer('parts').array(),
})

const fields = {
  number: { kind: 'number', column: things.number },
  name: { kind: 'text', column: things.name },
  at: { kind: 'date', column: things.at },
  ok: { kind: 'boolean', column: things.ok },
  parts: { kind: 'text', column: things.parts },
  createdAt: { kind: 'date', column: things.createdAt },
  shouted: { kind: 'text', column: sql`upper(${things.name})` },
} as const satisfies ListFields

setUpTestDatabase()
beforeAll(async () => {
  await db().execute(sql`
    create table things (id uuid primary key, created_at timestamptz not null, number integer, name text,
      at timestamptz, ok boolean not null, parts integer[])`)
})

/** Times that differ by a microsecond, which no `Date` can tell apart. */
const moment = fc.constantFrom(
  '2026-01-31T10:00:00.000001Z',
  '2026-01-31T10:00:00.000002Z',
  '2026-01-31T10:00:00.001Z',
)
const row = fc.record({
  created: moment,
  number: fc.option(fc.integer({ min: -1, max: 1 })),
  name: fc.option(fc.constantFrom('', 'a', 'A', 'ä', '"', '\\', ', 1', "'", '\u{1F511}', 'null')),
  at: fc.option(moment),
  ok: fc.boolean(),
  parts: fc.option(fc.constantFrom('{}', '{1}', '{1,10}', '{1,9}')),
})
const sorting = fc.uniqueArray(
  fc.record({ field: fc.constantFrom(...Object.keys(fields)), descending: fc.boolean() }),
  { maxLength: 3, selector: ({ field }) => field },
)

async function pageOf(input: ListInput) {
  const order = listOrder(fields, input, things)
  const found = await db()
    .select({ id: things.id, position: order.position })
    .from(things)
    .where(and(order.after))
    .orderBy(...order.orderBy)
    .limit(order.limit)
    .offset(order.offset)
  return order.page(found, await db().$count(things))
}

test('F-14: over any sorting of rows with ties and nulls, the pages are the whole list, each row once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 25 }),
      sorting,
      fc.integer({ min: 1, max: 7 }),
      fc.infiniteStream(fc.boolean()),
      async (rows, sort, limit, deletes) => {
        await db().execute(sql`delete from things`)
        for (const { created, number, name, at, ok, parts } of rows) {
          await db().execute(sql`insert into things values
            (gen_random_uuid(), ${created}::timestamptz, ${number}, ${name}, ${at}::timestamptz, ${ok}, ${parts}::text::integer[])`)
        }
        const input: ListInput = { page: 1, limit, sort, filters: [] }
        const whole = (await pageOf({ ...input, limit: 100 })).items.map(({ id }) => id)
        expect(whole).toHaveLength(rows.length)

        const seen: string[] = []
        let after: string | undefined
        do {
          const page = await pageOf({ ...input, ...(after !== undefined && { after }) })
          expect(page.page).toBe(Math.floor(seen.length / limit) + 1)
          for (const { id } of page.items) {
            seen.push(id)
            // Also the very row that the next page begins behind.
            if (deletes.next().value) await db().delete(things).where(eq(things.id, id))
          }
          expect(page.next === null || page.items.length === limit).toBe(true)
          after = page.next ?? undefined
        } while (after !== undefined)
        expect(seen).toEqual(whole)
      },
    ),
    { numRuns: 60 },
  )
}, 120_000)

test('F-14: whatever is sent for a cursor is a place of this very list, or refused by name', async () => {
  const input: ListInput = { page: 1, limit: 1, sort: [{ field: 'number', descending: false }], filters: [] }
  await db().execute(sql`delete from things`)
  await db().execute(sql`insert into things
    select gen_random_uuid(), '2026-01-31T10:00:00Z', value, 'x', null, true, null from generate_series(1, 3) value`)
  const { next } = await pageOf(input)
  if (!next) throw new Error('there are three rows')
  const refused = (after: string, other: Partial<ListInput> = {}) => {
    expect(() => listOrder(fields, { ...input, ...other, after }, things), after).toThrow(
      expect.objectContaining({ code: 'INVALID_INPUT', fields: { after: expect.any(String) } }),
    )
  }
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.base64String(), fc.uint8Array()), (sent) => {
      refused(typeof sent === 'string' ? sent : Buffer.from(sent).toString('base64url'))
    }),
  )
  const plain = Buffer.from(next, 'base64url').toString('utf8')
  for (const changed of [
    plain.replace('"1"', '"2"'),
    plain.replace(/ \d+ /, ' 7 '),
    plain.slice(1),
    `${plain} `,
  ]) {
    expect(changed).not.toBe(plain)
    refused(Buffer.from(changed).toString('base64url'))
  }
  refused(next, { sort: [{ field: 'number', descending: true }] })
  refused(next, { sort: [{ field: 'name', descending: false }] })
  refused(next, { filters: [{ field: 'ok', operator: 'eq', values: [true] }] })
  refused(next, { query: 'x' })
  expect(listOrder(fields, { ...input, limit: 50, after: next }, things).limit).toBe(51)
})
