import { createHash } from 'node:crypto'
import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { databaseUrl, db, sqlClient } from '#db/client.ts'
import { eventLogHeads, eventLogs } from '#db/schema/audit.ts'
import { type ChainState, checkChain } from '#lib/audit/check-chain.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { authorize } from '#lib/core/authorize.ts'
import { type ChainLink, GENESIS, unkeyedHash } from '#lib/core/crypto/hash-chain.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { openKeyStore } from '#lib/core/key-store/lasting-keys.ts'
import { logChainHead } from '#lib/insight/audit-trail/log-chain-head.ts'
import { reencrypt } from '#lib/ops/key-rotation/reencrypt.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { consoleActor, contextFor, operatorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { latchkey } from '#tests/helpers/own-process.ts'

const KEY = 'the-secret-of-this-chain-is-long-enough-too'
const NEW = 'a-new-secret-of-more-than-32-characters!!!'

let accountId: string
let alias: string

setUpTestDatabase({ env: { SECRET_KEY: KEY } })
beforeAll(() => openKeyStore())
beforeEach(async () => {
  overrideEnv({ SECRET_KEY: KEY })
  alias = `acme-${Math.random().toString(36).slice(2, 10)}`
  accountId = (await makeAccount({ alias })).id
})

const record = (index: number, of = accountId) =>
  inTransaction(contextFor(operatorActor(), { accountId: of }), async (tx) =>
    recordEvent(tx, { event: 'thing.changed', resource: 'thing', resourceId: 'one', changes: { index } }),
  )
const check = (): Promise<ChainState> => checkChain(db(), accountId)
const headOf = async () => {
  const state = await check()
  if (!state.intact) throw new Error(state.reason)
  return state.head
}
const rows = () =>
  db().select().from(eventLogs).where(eq(eventLogs.accountId, accountId)).orderBy(eventLogs.seq)

/**
 * What somebody does who writes the database and knows the program, but has no SECRET_KEY: alters a row and makes every later hash,
 * and the head, fit it.
 */
async function rewriteChain(
  alter: (row: typeof eventLogs.$inferSelect) => typeof eventLogs.$inferSelect,
  hashOf: (row: typeof eventLogs.$inferSelect, link: ChainLink) => string,
): Promise<void> {
  let previousHash = GENESIS
  let seq = 0
  for (const before of await rows()) {
    const { accountId: _account, hash: _hash, keyId: _keyId, ...row } = alter(before)
    const link = { ...row, previousHash, createdAt: row.createdAt.toISOString() }
    const hash = hashOf(alter(before), link)
    await db()
      .update(eventLogs)
      .set({ ...alter(before), previousHash, hash })
      .where(eq(eventLogs.id, before.id))
    previousHash = hash
    seq = row.seq
  }
  await db()
    .update(eventLogHeads)
    .set({ seq, hash: previousHash })
    .where(eq(eventLogHeads.accountId, accountId))
}

/** An account whose events are from before chains were keyed, and which was started with this version since. */
async function upgraded(events: number): Promise<void> {
  for (let index = 0; index < events; index += 1) await record(index)
  await rewriteChain(
    (row) => ({ ...row, keyId: null }),
    (_row, link) => unkeyedHash(link),
  )
  await sqlClient()`delete from lasting_keys where purpose = 'audit-chain'`
  await openKeyStore()
}

describe('who writes the database without SECRET_KEY', () => {
  test('F-57: cannot alter an event and make the rest fit: each way of making hashes is found', async () => {
    const ways: [string, (link: ChainLink, keyId: string | null) => string, boolean][] = [
      ['the hash of before', (link) => unkeyedHash(link), false],
      ['the hash of before, its rows without a key', (link) => unkeyedHash(link), true],
      ['any other hash', (link) => createHash('sha256').update(JSON.stringify(link)).digest('hex'), false],
    ]
    for (const [what, hashOf, dropsKey] of ways) {
      accountId = (await makeAccount()).id
      for (let index = 0; index < 4; index += 1) await record(index)
      expect(await check()).toMatchObject({ intact: true, length: 4 })
      await rewriteChain(
        (row) => ({
          ...row,
          ...(row.seq === 2 && { changes: { index: 99 } }),
          ...(dropsKey && { keyId: null }),
        }),
        (row, link) => hashOf(link, row.keyId),
      )
      expect(await check(), what).toMatchObject({ intact: false })
      // Nor does going on make it good.
      await record(5)
      expect(await check(), what).toMatchObject({ intact: false })
      await openKeyStore()
      expect(await check(), what).toMatchObject({ intact: false })
    }
  })

  test('F-57: cannot bring in an event of another account', async () => {
    await record(1)
    const mine = accountId
    const [link] = await rows()
    accountId = (await makeAccount()).id
    if (!link) throw new Error('an event is needed')
    await db()
      .insert(eventLogs)
      .values({ ...link, accountId })
    await db()
      .update(eventLogHeads)
      .set({ seq: 1, hash: link.hash })
      .where(eq(eventLogHeads.accountId, accountId))
    expect(await check()).toMatchObject({ intact: false, seq: 1 })
    accountId = mine
    expect(await check()).toMatchObject({ intact: true })
  })

  test('F-57: whatever field of whatever event is altered, with every later hash made anew, it is found', async () => {
    const field = fc.constantFrom('event', 'resource', 'resourceId', 'actor', 'requestId', 'ip')
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        field,
        fc.string(),
        fc.boolean(),
        async (seq, name, text, drops) => {
          accountId = (await makeAccount()).id
          for (let index = 0; index < 5; index += 1) await record(index)
          await rewriteChain(
            (row) => ({
              ...row,
              ...(row.seq === seq && { [name]: `x${text.replaceAll('\0', '')}` }),
              ...(drops && row.seq >= seq && { keyId: null }),
            }),
            (row, link) => (row.seq < seq ? row.hash : unkeyedHash(link)),
          )
          expect(await check()).toMatchObject({ intact: false })
        },
      ),
      { numRuns: 25 },
    )
  })
})

describe('a chain from before it was keyed', () => {
  test('F-57: is not rewritten, ends in a mark, and goes on keyed', async () => {
    await upgraded(3)
    expect((await rows()).map(({ event, keyId }) => [event, keyId !== null])).toEqual([
      ['thing.changed', false],
      ['thing.changed', false],
      ['thing.changed', false],
      ['audit.keyed', true],
    ])
    await record(4)
    expect(await check()).toMatchObject({ intact: true, length: 5 })
    await openKeyStore()
    expect((await rows()).filter(({ event }) => event === 'audit.keyed')).toHaveLength(1)
  })

  test('F-57: cannot be altered before the mark either, nor put back to what it was without one', async () => {
    await upgraded(3)
    await rewriteChain(
      (row) => ({ ...row, ...(row.seq === 2 && { changes: { index: 99 } }) }),
      (row, link) => (row.keyId ? row.hash : unkeyedHash(link)),
    )
    expect(await check()).toMatchObject({ intact: false, seq: 4 })
    // Cut back to the part without keys, as if it had never been marked.
    await sqlClient()`delete from event_logs where account_id = ${accountId} and seq = 4`
    await rewriteChain(
      (row) => row,
      (_row, link) => unkeyedHash(link),
    )
    expect(await check()).toMatchObject({ intact: false })
    await openKeyStore()
    await record(9)
    expect(await check()).toMatchObject({ intact: false })
  })
})

describe('the head that was told outside', () => {
  test('F-57: shows that newest events were cut off together with the head', async () => {
    for (let index = 0; index < 4; index += 1) await record(index)
    const told = await headOf()
    const doctor = (since: string) =>
      latchkey({ url: databaseUrl(), secretKey: KEY }, 'doctor', '--since', since)
    const good = await doctor(`${alias}:${told}`)
    expect(good.stderr).toBe('')
    expect(good.stdout).toMatch(new RegExp(`^ok {4}${alias}: the audit trail is as it was written`, 'm'))
    await sqlClient()`delete from event_logs where account_id = ${accountId} and seq > 2`
    const [last] = (await rows()).slice(-1)
    await db()
      .update(eventLogHeads)
      .set({ seq: 2, hash: last?.hash ?? '' })
      .where(eq(eventLogHeads.accountId, accountId))
    // From the database alone nobody could tell.
    expect(await check()).toMatchObject({ intact: true, length: 2 })
    const found = await doctor(`${alias}:${told}`)
    expect(found.code).toBe(1)
    expect(found.stdout).toMatch(
      new RegExp(`^FAIL {2}${alias}: the audit trail .* newest links are missing`, 'm'),
    )
    expect(await doctor('nonsense')).toMatchObject({ code: 2, stdout: '' })
  }, 60_000)

  test('F-57: shows another event in the place of the one that was told', async () => {
    for (let index = 0; index < 2; index += 1) await record(index)
    expect(await checkChain(db(), accountId, { seq: 1, hash: 'a'.repeat(64) })).toEqual({
      intact: false,
      seq: 1,
      reason: 'it is not the one that was told',
    })
  })

  test('F-57: is a line of the log each night, in the form that doctor takes', async () => {
    await record(1)
    const { log } = await import('#lib/core/logging/log.ts')
    const { vi } = await import('vitest')
    const told = vi.spyOn(log(), 'info')
    await logChainHead(authorize(contextFor(consoleActor, { accountId }), 'system:work'))
    expect(told.mock.calls).toEqual([[{ auditHead: `${alias}:${await headOf()}` }, expect.any(String)]])
  })
})

test('F-57: a rotation of SECRET_KEY leaves the chain as it was written', async () => {
  for (let index = 0; index < 3; index += 1) await record(index)
  const head = await headOf()
  overrideEnv({ SECRET_KEY: `${NEW},${KEY}` })
  await reencrypt(authorize(contextFor(consoleActor, { accountId }), 'system:work'))
  overrideEnv({ SECRET_KEY: NEW })
  await openKeyStore()
  expect(await headOf()).toBe(head)
  await record(4)
  expect(await check()).toMatchObject({ intact: true, length: 4 })
})
