import { and, desc, eq } from 'drizzle-orm'
import { Logger, runOnce } from 'graphile-worker'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { databaseUrl, db, sqlClient } from '#db/client.ts'
import { eventLogHeads, eventLogs } from '#db/schema/audit.ts'
import { mails } from '#db/schema/mail.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { setClockOffset } from '#lib/core/clock.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { addJob } from '#lib/core/jobs/add-job.ts'
import { openKeyStore } from '#lib/core/key-store/lasting-keys.ts'
import { systemContext } from '#lib/core/system-context.ts'
import { mailChainHead } from '#lib/insight/audit-trail/mail-chain-head.ts'
import { taskList } from '#lib/ops/jobs/tasks.ts'
import { withdrawWorkers } from '#lib/ops/jobs/worker-presence.ts'
import { moveClock } from '#lib/ops/test-clock/test-clock.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { disableOperator, makeOperator, makeRole } from '#tests/factories/operator.ts'
import { contextFor, operatorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { latchkey, runProgram } from '#tests/helpers/own-process.ts'
import { type SmtpServer, startSmtpServer } from '#tests/helpers/smtp-server.ts'
import { buildMail } from '../../scripts/build-mail.mjs'

const KEY = 'the-secret-of-this-mailed-chain-is-long-enough'

let smtp: SmtpServer
let accountId: string
let alias: string

setUpTestDatabase({ per: 'test', env: { SECRET_KEY: KEY, BILLING_MODE: 'test' } })
beforeAll(async () => {
  smtp = await startSmtpServer()
  await buildMail()
})
beforeEach(async () => {
  setClockOffset(0)
  overrideEnv({ SMTP_URL: smtp.url })
  await openKeyStore()
  await moveClock(db(), { set: new Date('2027-01-10T03:23:00Z') })
  alias = `acme-${Math.random().toString(36).slice(2, 10)}`
  accountId = (await makeAccount({ alias })).id
  smtp.received.length = 0
})
afterAll(async () => {
  setClockOffset(0)
  await smtp.close()
})

const record = (index: number) =>
  inTransaction(contextFor(operatorActor(), { accountId }), async (tx) =>
    recordEvent(tx, { event: 'thing.changed', resource: 'thing', resourceId: 'one', changes: { index } }),
  )
/** The nightly job and what it queues, as a worker does it. */
async function night(at: string): Promise<void> {
  await moveClock(db(), { set: new Date(at) })
  await addJob(db(), 'purge', {})
  const logger = new Logger(() => () => undefined)
  await runOnce({ connectionString: databaseUrl(), taskList, logger, noHandleSignals: true })
  await withdrawWorkers()
}
async function head() {
  const [row] = await db().select().from(eventLogHeads).where(eq(eventLogHeads.accountId, accountId))
  if (!row) throw new Error('an account has a head')
  return row
}
const link = async () => `${alias}:${(await head()).seq}:${(await head()).hash}`
/** A mail's text, with the line ends of its encoding taken out. */
const wordsOf = (source: string) => source.replace(/=\n/g, '').replace(/=3D/g, '=')
const toldIn = (source: string) =>
  /doctor --since\s+([a-z0-9-]+:\d+:[0-9a-f]{64})/.exec(wordsOf(source))?.[1] ?? ''
const recipients = () => smtp.received.flatMap(({ to }) => to).sort()
const doctor = (since: string) => latchkey({ url: databaseUrl(), secretKey: KEY }, 'doctor', '--since', since)

test('F-57: the nightly job mails the newest link to the owners, with its time and the command, and to nobody else', async () => {
  const owner = await makeOperator(accountId)
  const second = await makeOperator(accountId)
  await makeOperator(accountId, { role: 'admin' })
  await makeRole(accountId, 'owner-like', ['operator:write'])
  await makeOperator(accountId, { role: 'owner-like' })
  const gone = await makeOperator(accountId)
  await disableOperator(gone.id, new Date())
  await record(1)
  const told = await link()
  const [last] = await db()
    .select()
    .from(eventLogs)
    .where(eq(eventLogs.accountId, accountId))
    .orderBy(desc(eventLogs.seq))
    .limit(1)
  const at = last?.createdAt.toISOString() ?? ''
  await night('2027-01-11T03:23:00Z')
  expect(recipients()).toEqual([owner.email, second.email].sort())
  for (const { source } of smtp.received) {
    expect(toldIn(source)).toBe(told)
    expect(wordsOf(source)).toContain(`written on ${at.slice(0, 10)} at ${at.slice(11, 19)}`)
    expect(source).not.toContain(KEY)
  }
  expect(await db().$count(mails, eq(mails.state, 'sent'))).toBe(2)
})

test('F-57: it is told once a month, and not where nothing happened since', async () => {
  await makeOperator(accountId)
  await night('2027-01-11T03:23:00Z')
  expect(smtp.received).toHaveLength(1)
  await record(1)
  await night('2027-01-12T03:23:00Z')
  await night('2027-01-31T23:59:59Z')
  expect(smtp.received).toHaveLength(1)
  await night('2027-02-01T03:23:00Z')
  expect(smtp.received).toHaveLength(2)
  expect(toldIn(smtp.received[1]?.source ?? '')).toBe(await link())
  for (const month of ['03', '04', '05']) await night(`2027-${month}-01T03:23:00Z`)
  expect(smtp.received).toHaveLength(2)
  // The first event after the silence is told in the night after it.
  await record(2)
  await night('2027-05-09T03:23:00Z')
  expect(smtp.received).toHaveLength(3)
})

test('F-57: an account without an owner is told as soon as it has one, and each account hears of its own chain', async () => {
  await record(1)
  await night('2027-01-11T03:23:00Z')
  expect(smtp.received).toEqual([])
  expect(await head()).toMatchObject({ mailedSeq: 0, mailedAt: null })
  const first = await makeOperator(accountId)
  const other = await makeAccount({ alias: 'other-vendor' })
  const theirs = await makeOperator(other.id)
  await night('2027-01-12T03:23:00Z')
  const told = smtp.received.map(({ to, source }) => [to[0], toldIn(source).split(':')[0]])
  expect(told.sort()).toEqual(
    [
      [first.email, alias],
      [theirs.email, 'other-vendor'],
    ].sort(),
  )
})

test('F-57: several workers at once, and a second run after a restart, send one mail', async () => {
  await makeOperator(accountId)
  await record(1)
  await moveClock(db(), { set: new Date('2027-01-11T03:23:00Z') })
  for (let run = 0; run < 2; run += 1) await addJob(db(), 'purge', {})
  const worker = () =>
    runProgram('tests/helpers/billing-process.ts', ['work', databaseUrl()], {
      SECRET_KEY: KEY,
      LOG_LEVEL: 'silent',
      BILLING_MODE: 'test',
      SMTP_URL: smtp.url,
    })
  const ended = await Promise.all([worker(), worker()])
  expect(ended.map(({ code, stderr }) => [code, stderr])).toEqual([
    [0, ''],
    [0, ''],
  ])
  expect(smtp.received).toHaveLength(1)
  // A later run in the same night.
  await night('2027-01-11T03:24:00Z')
  expect(smtp.received).toHaveLength(1)
}, 60_000)

test('F-57: however many ask for it in the same moment, one does it', async () => {
  await makeOperator(accountId)
  await Promise.all(Array.from({ length: 6 }, () => mailChainHead(systemContext(accountId, 'purge'))))
  expect(await db().$count(mails, eq(mails.template, 'audit-head'))).toBe(1)
})

test('F-57: doctor finds what was mailed, also after more events; not after a rollback or a rewrite', async () => {
  await makeOperator(accountId)
  for (let index = 0; index < 3; index += 1) await record(index)
  const before = await head()
  await record(3)
  await night('2027-01-11T03:23:00Z')
  const told = toldIn(smtp.received[0]?.source ?? '')
  await record(4)
  const good = await doctor(told)
  expect(good.stdout).toMatch(/^ok {4}the audit trail is as it was written/m)
  // Rolled back to the state before the mail: in itself it is whole.
  await sqlClient()`delete from event_logs where account_id = ${accountId} and seq > ${before.seq}`
  await db().update(eventLogHeads).set(before).where(eq(eventLogHeads.accountId, accountId))
  const rolledBack = await doctor(told)
  expect(rolledBack.code).toBe(1)
  expect(rolledBack.stdout).toMatch(/^FAIL {2}the audit trail/m)
  // Gone on from there as if nothing had been: the same numbers, other events, all made with the key.
  for (let index = 0; index < 4; index += 1) await record(10 + index)
  const rewritten = await doctor(told)
  expect(rewritten.code).toBe(1)
  expect(rewritten.stdout).toMatch(/it is not the one that was told/)
}, 60_000)

test('F-57: a chain that was cut short since the last mail is told again', async () => {
  await makeOperator(accountId)
  for (let index = 0; index < 3; index += 1) await record(index)
  await night('2027-01-11T03:23:00Z')
  const { seq } = await head()
  const [last] = await db()
    .select()
    .from(eventLogs)
    .where(and(eq(eventLogs.accountId, accountId), eq(eventLogs.seq, seq - 1)))
  await sqlClient()`delete from event_logs where account_id = ${accountId} and seq = ${seq}`
  await db()
    .update(eventLogHeads)
    .set({ seq: seq - 1, hash: last?.hash ?? '' })
    .where(eq(eventLogHeads.accountId, accountId))
  await night('2027-02-01T03:23:00Z')
  expect(smtp.received.map(({ source }) => toldIn(source).split(':')[1])).toEqual([`${seq}`, `${seq - 1}`])
})
