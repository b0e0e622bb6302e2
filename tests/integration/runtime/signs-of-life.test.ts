import { and, eq, sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { db, type Executor } from '#db/client.ts'
import { activations } from '#db/schema/licenses.ts'
import { touchDevice } from '#lib/licensing/activations/touch-device.ts'
import { activate, fingerprint, idOf, sync } from '#tests/helpers/activation-routes.ts'
import { contextFor, systemActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { makeRuntimeWorld } from './world.ts'

let world: Awaited<ReturnType<typeof makeRuntimeWorld>>
setUpTestDatabase()
beforeAll(async () => {
  world = await makeRuntimeWorld()
})

const device = { fingerprint: fingerprint(1) }

async function rowOf(id: string) {
  const [row] = await db()
    .select()
    .from(activations)
    .where(and(eq(activations.accountId, world.accountId), eq(activations.id, id)))
  if (!row) throw new Error('no such activation')
  return row
}

const Setting = z.tuple([z.object({ value: z.string() })])

async function commitsNow(executor: Executor): Promise<string> {
  const rows = await executor.execute(sql`select current_setting('synchronous_commit') as value`)
  return Setting.parse([...rows])[0].value
}

test('a sync leaves the indexes of its device alone: not one of them is written again', async () => {
  const { of } = await world.make()
  const id = idOf(await activate(of, device))
  const Counts = z.tuple([z.object({ all: z.coerce.number(), hot: z.coerce.number() })])
  const counts = async () => {
    const rows = await db().transaction(async (tx) => {
      await tx.execute(sql`select pg_stat_force_next_flush()`)
      return tx.execute(sql`
        select n_tup_upd as all, n_tup_hot_upd as hot from pg_stat_user_tables where relname = 'activations'`)
    })
    return Counts.parse([...rows])[0]
  }
  const times = 20
  for (let n = 0; n < times; n += 1) await sync(id, of, device)
  // Each connection tells what it did when it is next asked.
  await expect.poll(async () => (await counts()).all).toBeGreaterThanOrEqual(times)
  const after = await counts()
  expect(after.hot).toBe(after.all)
})

test('a sign of life in a transaction does not let the rest of it be answered before it is kept; alone it waits for no disk', async () => {
  const { of } = await world.make()
  const row = await rowOf(idOf(await activate(of, device)))
  const ctx = contextFor(systemActor('due-work'), { accountId: world.accountId })
  const state = { ...row, ip: '192.0.2.7', lastSyncedAt: new Date(row.lastSyncedAt.getTime() + 1000) }
  const signOfLife = {
    ip: state.ip,
    countryCode: state.countryCode,
    offline: state.offline,
    expiresAt: state.expiresAt,
    leaseExpiresAt: state.leaseExpiresAt,
    lastSyncedAt: state.lastSyncedAt,
  }

  const usual = await commitsNow(db())
  await db().transaction(async (tx) => {
    // The tests' PostgreSQL waits for no disk at all.
    await tx.execute(sql`set local synchronous_commit = on`)
    await touchDevice({ ...ctx, db: tx }, row, {}, signOfLife)
    expect(await commitsNow(tx)).toBe('on')
  })
  expect((await rowOf(row.id)).ip).toBe('192.0.2.7')

  await touchDevice({ ...ctx, db: db() }, row, {}, { ...signOfLife, ip: '192.0.2.8' })
  expect((await rowOf(row.id)).ip).toBe('192.0.2.8')
  expect(await commitsNow(db()), 'the connection is as it was').toBe(usual)
})
