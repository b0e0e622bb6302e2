import { and, eq, sql } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { userKeys } from '#db/schema/users.ts'
import { createPersonalAccessToken } from '#lib/access/tokens/create-personal-access-token.ts'
import { verifyChain } from '#lib/audit/check-chain.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { authorize } from '#lib/core/authorize.ts'
import { linkHash } from '#lib/core/crypto/hash-chain.ts'
import { lastingKeys } from '#lib/core/key-store/lasting-keys.ts'
import { FIRST_PAGE } from '#lib/core/list/filter.ts'
import { ERASED } from '#lib/insight/audit-trail/event-dto.ts'
import { listEvents } from '#lib/insight/audit-trail/list-events.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeOperator } from '#tests/factories/operator.ts'
import { makeUser } from '#tests/factories/user.ts'
import { contextFor, operatorActor, patActor, type TestContext } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

let accountId: string
let ctx: TestContext

setUpTestDatabase()
beforeEach(async () => {
  accountId = (await makeAccount()).id
  ctx = contextFor(operatorActor(), { accountId })
})

const reading = () => authorize(ctx, 'eventLog:read')

const record = (event: `${string}.${string}`, more: Partial<Parameters<typeof recordEvent>[1]> = {}) =>
  inTransaction(ctx, async (tx) => {
    recordEvent(tx, { event, resource: 'thing', resourceId: 'thing-1', ...more })
  })

const link = (seq: number) => and(eq(eventLogs.accountId, accountId), eq(eventLogs.seq, seq))

describe('the chain', () => {
  test('is intact after many writers at once, numbered without a gap', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => record('thing.changed', { changes: { index } })),
    )
    expect(await verifyChain(reading())).toMatchObject({ intact: true, length: 20 })
    const { items } = await listEvents(reading(), { ...FIRST_PAGE, limit: 100 })
    expect(items.map(({ seq }) => seq)).toEqual(Array.from({ length: 20 }, (_, index) => 20 - index))
  })

  test('of an account without events is intact', async () => {
    expect(await verifyChain(reading())).toMatchObject({ intact: true, length: 0 })
  })

  test('verifies whatever a change may hold: dates, nothing, nesting, unusual text', async () => {
    await record('thing.changed', {
      changes: {
        at: new Date('2027-01-31T12:00:00.123Z'),
        none: null,
        absent: undefined,
        nested: { b: [1, 2.5, { z: 'ü', a: '\u2028"\\' }], a: -0 },
        large: 1e21,
      },
    })
    expect(await verifyChain(reading())).toMatchObject({ intact: true, length: 1 })
  })

  test.each([
    ['an altered change', sql`update event_logs set changes = '{"index": 99}' where seq = 2`, 2, /altered/],
    ['another actor', sql`update event_logs set actor = 'operator:mallory' where seq = 2`, 2, /altered/],
    ['another address', sql`update event_logs set ip = '192.0.2.1' where seq = 2`, 2, /altered/],
    [
      'another time',
      sql`update event_logs set created_at = created_at + interval '1 hour' where seq = 2`,
      2,
      /altered/,
    ],
    ['a removed entry', sql`delete from event_logs where seq = 2`, 2, /missing/],
    ['removed newest entries', sql`delete from event_logs where seq = 3`, 3, /newest/],
  ])('shows %s, and where', async (_what, tampering, seq, reason) => {
    for (let index = 0; index < 3; index += 1) await record('thing.changed', { changes: { index } })
    await db().execute(sql`${tampering} and account_id = ${accountId}`)
    expect(await verifyChain(reading())).toEqual({
      intact: false,
      seq,
      reason: expect.stringMatching(reason),
    })
  })

  test('shows an entry whose own hash was recomputed: the next one points elsewhere', async () => {
    for (let index = 0; index < 3; index += 1) await record('thing.changed', { changes: { index } })
    const [second] = await db().select().from(eventLogs).where(link(2))
    if (!second) throw new Error('no second entry')
    const { accountId: _account, hash: _hash, ...rest } = second
    const changes = { index: 99 }
    const [key] = await lastingKeys('audit-chain')
    const { keyId: _keyId, ...altered } = { ...rest, changes, createdAt: second.createdAt.toISOString() }
    const hash = linkHash(altered, { accountId, keyId: key.id, secret: key.secret })
    await db().update(eventLogs).set({ changes, hash }).where(link(2))
    expect(await verifyChain(reading())).toMatchObject({ intact: false, seq: 3 })
  })
})

describe('the list', () => {
  test('is newest first, filtered, paged, and the account’s own', async () => {
    await record('thing.created', { resourceId: 'one' })
    await record('thing.created', { resourceId: 'two' })
    await record('other.created', { resource: 'other', resourceId: 'one' })
    const foreign = contextFor(operatorActor(), { accountId: (await makeAccount()).id })
    await inTransaction(foreign, async (tx) => {
      recordEvent(tx, { event: 'thing.created', resource: 'thing', resourceId: 'foreign' })
    })

    const things = await listEvents(reading(), {
      ...FIRST_PAGE,
      limit: 1,
      filters: [{ field: 'event', operator: 'sw', values: ['thing.'] }],
    })
    expect(things).toMatchObject({ total: 2, items: [{ resourceId: 'two', seq: 2 }] })
    const one = await listEvents(reading(), {
      ...FIRST_PAGE,
      filters: [{ field: 'resourceId', operator: 'eq', values: ['one'] }],
    })
    expect(one.items.map(({ event }) => event)).toEqual(['other.created', 'thing.created'])
  })

  test('opens personal values and addresses as long as the user’s key exists; without it they are gone and the chain still holds', async () => {
    const user = await makeUser(accountId, { email: 'grace@example.com' })
    await record('user.updated', {
      userId: user.id,
      personal: { email: 'grace@example.net' },
      changes: { a: 1 },
    })

    const [stored] = await db().select().from(eventLogs).where(link(2))
    expect(JSON.stringify(stored)).not.toMatch(/grace|198\.51\.100/)
    const [shown] = (await listEvents(reading(), FIRST_PAGE)).items
    expect(shown).toMatchObject({ ip: '198.51.100.7', changes: { a: 1, email: 'grace@example.net' } })

    await db().delete(userKeys).where(eq(userKeys.userId, user.id))

    const [erased] = (await listEvents(reading(), FIRST_PAGE)).items
    expect(erased).toMatchObject({ ip: ERASED, changes: { a: 1, email: ERASED } })
    expect(await verifyChain(reading())).toMatchObject({ intact: true })
  })

  test('SF-02: names the operator who acted, and the token', async () => {
    const operator = await makeOperator(accountId, { name: 'Olive' })
    ctx = contextFor({ ...operatorActor(), operatorId: operator.id }, { accountId })
    const token = await createPersonalAccessToken(authorize(ctx, 'personalAccessToken:write'), {
      name: 'build server',
      scopes: ['license:read'],
    })
    ctx = contextFor({ ...patActor('license:read'), tokenId: token.id }, { accountId })
    await record('thing.created')
    ctx = contextFor(operatorActor(), { accountId })

    const { items } = await listEvents(reading(), FIRST_PAGE)
    expect(items.map(({ actor, actorLabel }) => [actor, actorLabel])).toEqual([
      [`pat:${token.id}`, 'token build server'],
      [`operator:${operator.id}`, 'operator Olive'],
      ['console', 'console'],
    ])
  })
})
