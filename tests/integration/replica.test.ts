import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { closeDatabase, configureDatabase, db, replicaDb } from '#db/client.ts'
import { fromReplica } from '#db/from-replica.ts'
import { accounts } from '#db/schema/accounts.ts'
import { mails } from '#db/schema/mail.ts'
import { userKeys } from '#db/schema/users.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { authorize } from '#lib/core/authorize.ts'
import { seal } from '#lib/core/crypto/seal.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { newId } from '#lib/core/ids.ts'
import { FIRST_PAGE } from '#lib/core/list/filter.ts'
import { ERASED } from '#lib/insight/audit-trail/event-dto.ts'
import { listEvents } from '#lib/insight/audit-trail/list-events.ts'
import { getOverview } from '#lib/insight/get-overview.ts'
import { checkReplica } from '#lib/ops/doctor/checks.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeUser } from '#tests/factories/user.ts'
import { contextFor, operatorActor, type TestContext } from '#tests/helpers/context.ts'
import { createTestDatabase } from '#tests/helpers/database.ts'
import { type ReplicatedDatabase, startReplicatedDatabase } from '#tests/helpers/standby.ts'

let servers: ReplicatedDatabase
let ctx: TestContext

beforeAll(async () => {
  servers = await startReplicatedDatabase()
}, 120_000)
afterAll(() => servers.remove())
beforeEach(async () => {
  configureDatabase(servers.url)
  overrideEnv({
    DATABASE_URL: servers.url,
    DATABASE_REPLICA_URL: servers.replicaUrl,
    SECRET_KEY: 'a key that is long enough for tests only',
    BILLING_MODE: 'off',
    LOG_LEVEL: 'silent',
  })
  ctx = contextFor(operatorActor(), { accountId: (await makeAccount()).id })
})
afterEach(async () => {
  await closeDatabase()
  overrideEnv({
    DATABASE_URL: undefined,
    DATABASE_REPLICA_URL: undefined,
    SECRET_KEY: undefined,
    BILLING_MODE: undefined,
    LOG_LEVEL: undefined,
  })
})

const overview = () => getOverview(authorize(ctx, 'analytics:read'))
const events = async (options: { mayLag?: boolean } = {}) =>
  (await listEvents(authorize(ctx, 'eventLog:read'), FIRST_PAGE, options)).items
const port = async (): Promise<string> =>
  fromReplica(db(), async (read) => {
    const [row] = await read.execute<{ port: string }>(`select current_setting('port') as port`)
    return row?.port ?? ''
  })

async function queueFailedMail(): Promise<void> {
  const id = newId()
  await db()
    .insert(mails)
    .values({
      accountId: ctx.accountId,
      id,
      template: 'verify-email',
      sealedTo: seal('mail', 'grace@example.com', id),
      sealedProps: seal('mail', '{}', id),
      state: 'failed',
      dueAt: ctx.clock.now(),
      createdAt: ctx.clock.now(),
    })
}

/** Runs while the standby shows nothing new. */
async function behind(work: () => Promise<void>): Promise<void> {
  await servers.catchUp()
  await servers.pauseReplay()
  try {
    await work()
  } finally {
    await servers.resumeReplay()
  }
  await servers.catchUp()
}

test('the overview’s figures come from the replica; what needs a person comes from the primary', async () => {
  await behind(async () => {
    await makeUser(ctx.accountId)
    await queueFailedMail()
    expect(await overview()).toMatchObject({ users: 0, attention: { failedMails: 1 } })
  })
  expect(await overview()).toMatchObject({ users: 1, attention: { failedMails: 1 } })
})

test('the event log may lag where it says so, and nowhere else; an erased user’s key never does', async () => {
  const user = await makeUser(ctx.accountId, { email: 'grace@example.com' })
  await inTransaction(ctx, async (tx) => {
    recordEvent(tx, {
      event: 'user.updated',
      resource: 'user',
      resourceId: user.id,
      userId: user.id,
      personal: { email: 'grace@example.net' },
    })
  })
  const before = await events()
  await behind(async () => {
    await inTransaction(ctx, async (tx) => {
      recordEvent(tx, { event: 'thing.changed', resource: 'thing', resourceId: 'thing-1' })
    })
    expect((await events({ mayLag: true })).map(({ id }) => id)).toEqual(before.map(({ id }) => id))
    expect((await events())[0]?.event).toBe('thing.changed')

    await db().delete(userKeys).where(eq(userKeys.userId, user.id))
    expect((await events({ mayLag: true }))[0]).toMatchObject({ changes: { email: ERASED } })
  })
  expect((await events({ mayLag: true }))[0]?.event).toBe('thing.changed')
})

test('within a transaction everything is read there', async () => {
  await behind(async () => {
    await db().transaction(async (tx) => {
      const name = 'Renamed Software'
      await tx.update(accounts).set({ name }).where(eq(accounts.id, ctx.accountId))
      const found = await fromReplica(tx, (read) =>
        read.select({ name: accounts.name }).from(accounts).where(eq(accounts.id, ctx.accountId)),
      )
      expect(found).toEqual([{ name }])
    })
  })
})

test('nothing can be written through it', async () => {
  await servers.catchUp()
  const write = replicaDb().update(accounts).set({ name: 'Other' }).where(eq(accounts.id, ctx.accountId))
  await expect(write).rejects.toMatchObject({ cause: { code: '25006' } })
  const [row] = await db().select().from(accounts).where(eq(accounts.id, ctx.accountId))
  expect(row?.name).toBe('Acme Software')
})

test('without the name, everything is read from the primary', async () => {
  overrideEnv({ DATABASE_REPLICA_URL: undefined })
  expect(replicaDb()).toBe(db())
  expect(await port()).toBe(new URL(servers.url).port)
})

test('when the replica dies, the very next read is answered by the primary, and later ones by the replica again', async () => {
  await servers.catchUp()
  expect(await port()).toBe(new URL(servers.replicaUrl).port)
  await servers.killReplica()
  try {
    const answers = await Promise.all([port(), port(), port()])
    expect(new Set(answers)).toEqual(new Set([new URL(servers.url).port]))
    await makeUser(ctx.accountId)
    expect(await overview()).toMatchObject({ users: 1 })
    expect(await checkReplica()).toMatchObject({ ok: false, detail: expect.stringContaining('ECONNREFUSED') })
  } finally {
    await servers.startReplica()
  }
  await vi.waitFor(async () => expect(await port()).toBe(new URL(servers.replicaUrl).port), {
    timeout: 15_000,
    interval: 200,
  })
})

test('a replica that is not there at the start is no hindrance', async () => {
  await servers.killReplica()
  try {
    expect(await port()).toBe(new URL(servers.url).port)
    expect(replicaDb()).toBe(db())
  } finally {
    await servers.startReplica()
  }
})

test('a query that the replica cannot answer yet is answered by the primary; one that is wrong fails as it should', async () => {
  await behind(async () => {
    await db().execute('create table newer_than_the_replica (n int)')
    const rows = await fromReplica(db(), (read) => read.execute('select * from newer_than_the_replica'))
    expect([...rows]).toEqual([])
  })
  await db().execute('drop table newer_than_the_replica')
  await expect(fromReplica(db(), (read) => read.execute('select nonsense'))).rejects.toMatchObject({
    cause: { code: '42703' },
  })
})

test('the doctor tells a standby that follows, one that is behind, the primary itself, and a stranger', async () => {
  await servers.catchUp()
  expect(await checkReplica()).toMatchObject({ ok: true, detail: '0.0 s behind, 0 bytes outstanding' })
  await behind(async () => {
    await makeUser(ctx.accountId)
    expect(await checkReplica()).toMatchObject({
      ok: true,
      detail: expect.stringMatching(/^\d+\.\d s behind, [1-9]\d* bytes outstanding$/),
    })
  })
  overrideEnv({ DATABASE_REPLICA_URL: servers.url })
  expect(await checkReplica()).toMatchObject({ ok: false, detail: expect.stringContaining('no standby') })
  const stranger = await createTestDatabase()
  try {
    overrideEnv({ DATABASE_REPLICA_URL: stranger.url })
    expect(await checkReplica()).toMatchObject({
      ok: false,
      detail: expect.stringContaining('another database'),
    })
  } finally {
    await stranger.drop()
  }
})
