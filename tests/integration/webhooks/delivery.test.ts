import { execFileSync, spawn } from 'node:child_process'
import { createHmac } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { and, eq, sql } from 'drizzle-orm'
import { Logger, runOnce } from 'graphile-worker'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { databaseUrl, db, type Executor } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { mails } from '#db/schema/mail.ts'
import { webhooks } from '#db/schema/webhooks.ts'
import { deleteWebhook } from '#lib/announce/webhooks/delete-webhook.ts'
import { deliverWebhook } from '#lib/announce/webhooks/deliver-webhook.ts'
import { forbiddenFlags, inDeliverySlot } from '#lib/announce/webhooks/delivery-slots.ts'
import { getWebhook } from '#lib/announce/webhooks/get-webhook.ts'
import { pauseDeliveries } from '#lib/announce/webhooks/pause-deliveries.ts'
import { replayDelivery } from '#lib/announce/webhooks/replay-delivery.ts'
import { testWebhook } from '#lib/announce/webhooks/test-webhook.ts'
import { updateWebhook } from '#lib/announce/webhooks/update-webhook.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import { lockChain } from '#lib/audit/lock-chain.ts'
import { authorize } from '#lib/core/authorize.ts'
import { env, overrideEnv } from '#lib/core/env.ts'
import { deleteUser } from '#lib/insight/delete-user.ts'
import { deleteLicense } from '#lib/licensing/licenses/delete-license.ts'
import { getLicense } from '#lib/licensing/licenses/get-license.ts'
import { renewLicense } from '#lib/licensing/licenses/renew-license.ts'
import { updateLicense } from '#lib/licensing/licenses/update-license.ts'
import { dueWork } from '#lib/ops/jobs/due-work.ts'
import { purge } from '#lib/ops/jobs/purge.ts'
import { taskList } from '#lib/ops/jobs/tasks.ts'
import { withdrawWorkers } from '#lib/ops/jobs/worker-presence.ts'
import { reencrypt } from '#lib/ops/key-rotation/reencrypt.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeCustomer, makeLicenseOf, makeSignedProduct } from '#tests/factories/licensed.ts'
import { makeOperator } from '#tests/factories/operator.ts'
import { testClock } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { refusalOf } from '#tests/helpers/refusal.ts'
import { loopback, startReceiver, type WebhookReceiver } from '#tests/helpers/webhook-receiver.ts'
import { webhookWorld } from '#tests/helpers/webhook-world.ts'

let receiver: WebhookReceiver
let world: ReturnType<typeof webhookWorld>
let license: { id: string; key: string }
let other: { id: string; key: string }

setUpTestDatabase({ env: { BILLING_MODE: 'test' } })
beforeAll(async () => {
  receiver = await startReceiver()
})
afterAll(async () => {
  await receiver.close()
})
beforeEach(async () => {
  receiver.received.length = 0
  receiver.answers.length = 0
  world = webhookWorld((await makeAccount()).id)
  const product = await makeSignedProduct(world.accountId)
  license = await makeLicenseOf(world.accountId, product)
  other = await makeLicenseOf(world.accountId, product)
})

const writer = () => authorize(world.operator(), 'license:write')
const change = (notes: string, id = license.id) => updateLicense(writer(), id, { notes })
const hook = (token?: string) =>
  world.makeWebhook({
    url: receiver.url,
    events: ['license.updated', 'license.deleted', 'user.deleted'],
    ...(token && { token }),
  })
const notes = () => receiver.received.map(({ body }) => body.data.notes)
const trail = async () =>
  (await db().select({ event: eventLogs.event }).from(eventLogs)).map((row) => row.event)

describe('what is sent', () => {
  test('is exactly { event, data, triggeredAt }, and data is what a GET of the license answers at that moment', async () => {
    await hook('a shared secret'.replaceAll(' ', '-'))
    await change('first')
    const then = await getLicense(authorize(world.operator(), 'license:read'), license.id)
    await change('second')
    await world.deliver()
    const [first] = receiver.received
    expect(first?.body).toEqual({
      event: 'license.updated',
      data: then,
      triggeredAt: world.clock.now().toISOString(),
    })
    expect(Object.keys(first?.body ?? {})).toEqual(['event', 'data', 'triggeredAt'])
  })

  test('of a deleted license is its last state', async () => {
    await hook()
    const last = await getLicense(authorize(world.operator(), 'license:read'), license.id)
    await deleteLicense(writer(), license.id)
    await world.deliver()
    expect(receiver.received.map(({ body }) => [body.event, body.data])).toEqual([['license.deleted', last]])
  })

  test('renewing fires its own event and not license.updated', async () => {
    await world.makeWebhook({ url: receiver.url, events: ['license.updated', 'license.renewed'] })
    const { id } = await makeLicenseOf(world.accountId, await makeSignedProduct(world.accountId), {
      subscriptionInterval: 'P1Y',
      expiresAt: world.clock.now(),
    })
    await renewLicense(writer(), id, {})
    await world.deliver()
    expect(receiver.received.map(({ body }) => body.event)).toEqual(['license.renewed'])
  })

  test('what time alone brings about is told too: a license that ran out', async () => {
    const ending = await makeLicenseOf(world.accountId, await makeSignedProduct(world.accountId), {
      expiresAt: new Date(world.clock.now().getTime() + 3_600_000),
    })
    await world.makeWebhook({ url: receiver.url, events: ['license.expired'] })
    await dueWork(world.system())
    expect(await world.rows()).toEqual([])
    world.clock.advance({ hours: 2 })
    await dueWork(world.system())
    await world.deliver()
    await dueWork(world.system())
    await world.deliver()
    expect(receiver.received.map(({ body }) => [body.event, body.data.id, body.data.status])).toEqual([
      ['license.expired', ending.id, 'EXPIRED'],
    ])
  })

  test('openssl finds the contract’s signature right: base64 of the HMAC of the raw body, the token as key', async () => {
    await hook('s3cret/of=ours+')
    await change('Grüße')
    await world.deliver()
    const [got] = receiver.received
    const args = ['dgst', '-sha256', '-hmac', 's3cret/of=ours+', '-binary']
    const expected = execFileSync('openssl', args, { input: got?.raw ?? '' }).toString('base64')
    expect(got?.headers['webhook-signature']).toBe(expected)
    expect(expected).toHaveLength(44)
    // The timestamped form stands beside it: its key is the token's own bytes.
    const foreign = new Webhook('s3cret/of=ours+', { format: 'raw' })
    const headers = { ...got?.headers, 'webhook-signature': got?.headers['latchkey-webhook-signature'] ?? '' }
    expect(foreign.verify(got?.raw ?? '', headers)).toMatchObject({ event: 'license.updated' })
  })

  test('a foreign verifier of Standard Webhooks accepts what is signed with a whsec_ secret, and nothing that was altered', async () => {
    const { token } = await hook()
    expect(token).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    await change('signed')
    await world.deliver()
    const [got] = receiver.received
    const foreign = new Webhook(token)
    expect(foreign.verify(got?.raw ?? '', got?.headers ?? {})).toMatchObject({ event: 'license.updated' })
    expect(() => foreign.verify(`${got?.raw} `, got?.headers ?? {})).toThrow('No matching signature')
    expect(() => foreign.verify(got?.raw ?? '', { ...got?.headers, 'webhook-id': 'another' })).toThrow()
    expect(got?.headers['user-agent']).toMatch(/^Latchkey/)
  })
})

describe('deliveries are written with their cause', () => {
  test('a change that is rolled back leaves no delivery and no job', async () => {
    await hook()
    const jobs = () =>
      db().execute(sql`select 1 from graphile_worker.jobs where task_identifier = 'deliver-webhook'`)
    const before = (await jobs()).length
    const failing = inTransaction(writer(), async (tx) => {
      await updateLicense(tx, license.id, { notes: 'never' })
      throw new Error('the cause failed')
    })
    await expect(failing).rejects.toThrow('the cause failed')
    expect(await world.rows()).toEqual([])
    expect(await jobs()).toHaveLength(before)
    await change('kept')
    expect(await world.rows()).toHaveLength(1)
    expect((await jobs()).length).toBe(before + 1)
  })

  test('only active webhooks of the same account that asked for the event get one', async () => {
    const foreign = webhookWorld((await makeAccount()).id)
    await foreign.makeWebhook({ url: receiver.url, events: ['license.updated'] })
    await world.makeWebhook({ url: receiver.url, events: ['license.created'], name: 'Others' })
    const off = await world.makeWebhook({ url: receiver.url, events: ['license.updated'], name: 'Off' })
    await updateWebhook(authorize(world.operator(), 'webhook:write'), off.id, { active: false })
    await change('unheard')
    expect(await world.rows()).toEqual([])
    expect(await foreign.rows()).toEqual([])
  })

  test('what a stolen dump holds of body and secret is sealed', async () => {
    await hook('a-secret-nobody-may-read')
    await change('confidential words')
    const dump = JSON.stringify([
      await world.rows(),
      await db().select().from(webhooks),
      await db().select().from(eventLogs),
    ])
    expect(dump).not.toContain('a-secret-nobody-may-read')
    expect(JSON.stringify(await world.rows())).not.toContain('confidential words')
    expect(JSON.stringify(await world.rows())).not.toContain(license.key)
  })

  test('a secret that is rotated still opens them, and after reencrypt the old one can be dropped', async () => {
    const old = env().SECRET_KEY.join(',')
    const fresh = 'another secret of more than thirty-two characters'
    try {
      await hook('kept-secret')
      await change('sealed before')
      overrideEnv({ SECRET_KEY: `${fresh},${old}` })
      // Of every account, those of the other tests too.
      const [sealed] = await db().execute<{ tokens: number; payloads: number }>(sql`
        select (select count(sealed_token)::int from webhooks) as tokens,
          (select count(sealed_payload)::int from webhook_deliveries) as payloads`)
      const { rewritten } = await reencrypt(world.system())
      expect(rewritten).toMatchObject({
        'webhooks.sealed_token': sealed?.tokens,
        'webhook_deliveries.sealed_payload': sealed?.payloads,
      })
      expect(sealed?.payloads).toBeGreaterThan(0)
      overrideEnv({ SECRET_KEY: fresh })
      await world.deliver()
      const [got] = receiver.received
      const signature = createHmac('sha256', 'kept-secret')
        .update(got?.raw ?? '')
        .digest('base64')
      expect(got?.headers['webhook-signature']).toBe(signature)
      expect(notes()).toEqual(['sealed before'])
    } finally {
      overrideEnv({ SECRET_KEY: old })
    }
  })

  test('a process that dies between the change and the sending loses nothing: the timer finds it', async () => {
    await hook()
    await change('survives')
    await db().execute(sql`delete from graphile_worker._private_jobs`)
    await dueWork(world.system())
    const [job] = await db().execute<{ task: string; queue: string }>(
      sql`select task_identifier as task, queue_name as queue from graphile_worker.jobs`,
    )
    expect(job?.task).toBe('deliver-webhook')
    await world.deliver()
    expect(notes()).toEqual(['survives'])
  })

  test('a process that is killed after sending and before noting it sends again after a minute, under the same id', async () => {
    const { id } = await hook()
    await change('twice')
    const script = join(import.meta.dirname, '../../helpers/webhook-process.ts')
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', script, databaseUrl(), world.accountId, id, license.id],
      { env: { ...process.env, CRASH_AT: 'webhook-sent' }, stdio: 'ignore' },
    )
    expect(await once(child, 'close')).toEqual([null, 'SIGKILL'])
    expect(notes()).toEqual(['twice'])
    const [claimed] = await world.rows()
    expect(claimed).toMatchObject({ attempts: 1, deliveredAt: null })
    await world.deliver()
    expect(receiver.received).toHaveLength(1)
    world.clock.set(claimed?.nextAttemptAt ?? '')
    await world.deliver()
    expect(notes()).toEqual(['twice', 'twice'])
    expect(receiver.received[1]?.headers['webhook-id']).toBe(receiver.received[0]?.headers['webhook-id'])
    expect((await world.rows())[0]?.deliveredAt).not.toBeNull()
  })
})

test('webhooks may be changed and deleted while events are recorded: nobody waits in a circle, and seq follows the chain', async () => {
  const write = () => authorize(world.operator(), 'webhook:write')
  const { id } = await hook()
  const doomed = await world.makeWebhook({ url: receiver.url, events: ['license.updated'], name: 'Doomed' })
  const work = Array.from({ length: 40 }, (_, at) => {
    if (at === 20) return deleteWebhook(write(), doomed.id)
    return at % 4 === 0
      ? updateWebhook(write(), id, { name: `Shop ${at}` })
      : change(`note ${at}`, at % 2 ? license.id : other.id)
  })
  await Promise.all(work)
  const deliveries = await world.rows()
  expect(deliveries).toHaveLength(30)
  expect(new Set(deliveries.map(({ webhookId }) => webhookId))).toEqual(new Set([id]))
  const chain = await db()
    .select({ resourceId: eventLogs.resourceId })
    .from(eventLogs)
    .where(and(eq(eventLogs.accountId, world.accountId), eq(eventLogs.event, 'license.updated')))
    .orderBy(eventLogs.seq)
  expect(deliveries.map(({ resourceId }) => resourceId)).toEqual(chain.map(({ resourceId }) => resourceId))
})

describe('whoever will record something of a webhook takes the audit chain before its rows: nobody waits in a circle', () => {
  /** Does `first` while somebody else, who was begun with the chain locked, waits for it. */
  async function whileWaiting<T>(begin: () => Promise<T>, first: (tx: Executor) => Promise<unknown>) {
    const begun: Promise<T>[] = []
    await db().transaction(async (tx) => {
      await lockChain({ ...world.operator(), db: tx })
      begun.push(begin())
      const waiting = () =>
        db().execute<{ count: number }>(sql`select count(*)::int as count from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock'`)
      await expect.poll(async () => (await waiting())[0]?.count).toBe(1)
      await first(tx)
    })
    return begun[0]
  }

  test('a replay, while the webhook is deleted', async () => {
    const { id } = await hook()
    await change('once')
    await world.deliver()
    const [row] = await world.rows()
    const write = authorize(world.operator(), 'webhook:write')
    const refusal = await whileWaiting(
      () => refusalOf(replayDelivery(write, row?.id ?? '')),
      (tx) => tx.delete(webhooks).where(eq(webhooks.id, id)),
    )
    expect(refusal).toMatchObject({ code: 'NOT_FOUND' })
    expect(await world.rows()).toEqual([])
  })

  test('erasing a user, while the webhook is deleted', async () => {
    const { id } = await hook()
    const owner = await makeCustomer(world.accountId)
    const owned = await makeLicenseOf(world.accountId, await makeSignedProduct(world.accountId), {
      userId: owner.id,
    })
    await change('theirs', owned.id)
    await world.deliver()
    expect(await world.rows()).toMatchObject([{ userId: owner.id, nextAttemptAt: null }])
    await whileWaiting(
      () => deleteUser(authorize(world.operator(), 'user:write'), { id: owner.id }),
      (tx) => tx.delete(webhooks).where(eq(webhooks.id, id)),
    )
    expect(await world.rows()).toEqual([])
  })

  test('giving a webhook up, while it is switched off', async () => {
    const { id } = await hook()
    await change('lost')
    receiver.answers.push({ status: 500 }, { status: 500 })
    await world.deliver()
    world.clock.advance({ days: 4 })
    await whileWaiting(
      () => world.deliver(),
      (tx) => pauseDeliveries({ ...world.operator(), db: tx }, id),
    )
    expect((await world.rows())[0]).toMatchObject({ nextAttemptAt: null, deadAt: expect.any(Date) })
  })
})

describe('order and repetition', () => {
  test('deliveries of one license keep their order when the first one fails; those of another do not wait', async () => {
    await hook()
    await change('one')
    await change('two')
    await change('elsewhere', other.id)
    receiver.answers.push({ status: 500 })
    const queue = { webhookId: (await world.rows())[0]?.webhookId ?? '', resourceId: license.id }
    await deliverWebhook(world.system(), queue, loopback)
    await world.deliver()
    expect(notes()).toEqual(['one', 'elsewhere'])
    expect((await world.rows()).map(({ attempts }) => attempts)).toEqual([1, 0, 1])
    world.clock.advance({ seconds: 6 })
    await world.deliver()
    expect(notes()).toEqual(['one', 'elsewhere', 'one', 'two'])
    const ids = receiver.received.map(({ headers }) => headers['webhook-id'])
    expect(ids[2]).toBe(ids[0])
    expect((await world.rows()).every((row) => row.deliveredAt !== null && row.lastError === null)).toBe(true)
  })

  test('a failure is tried again after 5 s, later and later, up to every 6 h, and is dead after three days; the next one goes', async () => {
    await hook()
    await change('doomed')
    const waits: number[] = []
    for (let tries = 0; tries < 60; tries += 1) {
      receiver.answers.push({ status: 503 })
      await world.deliver()
      const [row] = await world.rows()
      if (!row?.nextAttemptAt) break
      waits.push((row.nextAttemptAt.getTime() - world.clock.now().getTime()) / 1000)
      world.clock.set(row.nextAttemptAt)
    }
    expect(waits[0]).toBeGreaterThanOrEqual(3.75)
    expect(waits[0]).toBeLessThanOrEqual(5)
    expect(Math.max(...waits)).toBeLessThanOrEqual(6 * 3600)
    expect(Math.max(...waits)).toBeGreaterThan(4 * 3600)
    const total = waits.reduce((sum, wait) => sum + wait, 0)
    expect(total).toBeGreaterThanOrEqual(72 * 3600)
    expect(total).toBeLessThanOrEqual(79 * 3600)
    const [dead] = await world.rows()
    expect(dead).toMatchObject({ responseStatus: 503, lastError: 'It answered 503.' })
    expect(dead?.deadAt).not.toBeNull()
  })

  test('one that is dead does not hold the next one up, and can be sent again byte for byte', async () => {
    const { id } = await hook()
    await change('doomed')
    receiver.answers.push({ status: 500 })
    await world.deliver()
    // Another license's arrives meanwhile: the webhook as a whole works.
    world.clock.advance({ seconds: 1 })
    await change('fine', other.id)
    await world.deliver()
    world.clock.advance({ days: 4 })
    await change('after')
    receiver.answers.push({ status: 500 })
    await world.deliver()
    const [dead] = await world.rows()
    expect(dead?.deadAt).not.toBeNull()
    expect(notes()).toEqual(['doomed', 'fine', 'doomed', 'after'])
    expect(await getWebhook(authorize(world.operator(), 'webhook:read'), id)).toMatchObject({
      suspended: false,
    })

    const replayed = await replayDelivery(authorize(world.operator(), 'webhook:write'), dead?.id ?? '')
    expect(replayed).toMatchObject({ status: 'pending', attempts: 0 })
    await world.deliver()
    expect(receiver.received.at(-1)?.raw).toBe(receiver.received[0]?.raw)
    expect(receiver.received.at(-1)?.headers['webhook-id']).toBe(dead?.id)
    expect(await trail()).toContain('webhook.replayed')
  })

  test('a webhook that nothing reached for three days is suspended: operators are told, events are kept, resuming and replay send them', async () => {
    await makeOperator(world.accountId, { clock: world.clock })
    const { id } = await hook()
    await change('lost')
    receiver.answers.push({ status: 500 }, { status: 500 })
    await world.deliver()
    await change('waiting')
    world.clock.advance({ days: 4 })
    await world.deliver()
    const read = authorize(world.operator(), 'webhook:read')
    expect(await getWebhook(read, id)).toMatchObject({ active: true, suspended: true, token: '' })
    expect(await trail()).toContain('webhook.suspended')
    const alerts = await db().select().from(mails)
    expect(alerts.filter(({ accountId }) => accountId === world.accountId)).toHaveLength(1)

    await change('meanwhile')
    receiver.received.length = 0
    await world.deliver()
    expect(receiver.received).toEqual([])
    const write = authorize(world.operator(), 'webhook:write')
    const kept = await world.rows()
    expect(kept.map(({ nextAttemptAt }) => nextAttemptAt)).toEqual([null, null, null])
    expect(await refusalOf(replayDelivery(write, kept[0]?.id ?? ''))).toMatchObject({ code: 'CONFLICT' })

    expect(await updateWebhook(write, id, { active: true })).toMatchObject({ suspended: false })
    for (const row of kept) await replayDelivery(write, row.id)
    await world.deliver()
    expect(notes()).toEqual(['lost', 'waiting', 'meanwhile'])
  })

  test('what is on its way cannot be replayed, and a content that was purged neither', async () => {
    await hook()
    await change('once')
    const write = authorize(world.operator(), 'webhook:write')
    const [row] = await world.rows()
    expect(await refusalOf(replayDelivery(write, row?.id ?? ''))).toMatchObject({ code: 'CONFLICT' })
    await world.deliver()
    world.clock.advance({ days: 31 })
    await change('young')
    await purge(world.system())
    const [old, young] = await world.rows()
    expect(old?.sealedPayload).toBeNull()
    expect(young?.sealedPayload).not.toBeNull()
    expect(await refusalOf(replayDelivery(write, row?.id ?? ''))).toMatchObject({ code: 'CONFLICT' })
    expect((await world.rows())[0]?.nextAttemptAt).toBeNull()
    world.clock.advance({ days: 60 })
    await purge(world.system())
    expect(await world.rows()).toHaveLength(1)
  })

  test('erasing a user empties what was already sent of them', async () => {
    await hook()
    const customer = await makeCustomer(world.accountId)
    await updateLicense(writer(), license.id, { userId: customer.id })
    await world.deliver()
    await deleteUser(authorize(world.operator(), 'user:write'), { id: customer.id })
    const [sent] = await world.rows()
    expect(sent).toMatchObject({ userId: customer.id, sealedPayload: null })
    await world.deliver()
    expect(receiver.received.at(-1)?.body).toMatchObject({
      event: 'user.deleted',
      data: { id: customer.id, email: '', firstName: '' },
    })
  })
})

test('the worker itself sends what is owed: a receiver that no name server knows is tried again later', async () => {
  await db().execute(sql`delete from graphile_worker._private_jobs`)
  const real = webhookWorld(world.accountId, testClock(new Date()))
  await real.makeWebhook({ url: 'https://hooks.vendor.invalid/', events: ['license.updated'] })
  await updateLicense(authorize(real.operator(), 'license:write'), license.id, { notes: 'by the worker' })
  const logger = new Logger(() => () => undefined)
  await runOnce({ connectionString: databaseUrl(), taskList, forbiddenFlags, logger, noHandleSignals: true })
  await withdrawWorkers()
  const [row] = await real.rows()
  expect(row).toMatchObject({ attempts: 1, lastError: 'The host name could not be resolved.' })
  const [job] = await db().execute<{ task: string; later: boolean }>(
    sql`select task_identifier as task, run_at > now() as later from graphile_worker.jobs`,
  )
  expect(job).toEqual({ task: 'deliver-webhook', later: true })
})

test('deliveries never take every place of a worker: two at most, so that payments and mails need not wait for a receiver', async () => {
  await hook()
  await change('flagged')
  const jobs = await db().execute<{ flags: unknown }>(
    sql`select flags from graphile_worker.jobs where task_identifier = 'deliver-webhook'`,
  )
  expect(jobs.every(({ flags }) => JSON.stringify(flags) === '{"webhook":true}')).toBe(true)
  expect(jobs.length).toBeGreaterThan(0)
  expect(forbiddenFlags()).toBeNull()
  await inDeliverySlot(async () => {
    expect(forbiddenFlags()).toBeNull()
    await inDeliverySlot(async () => expect(forbiddenFlags()).toEqual(['webhook']))
    await expect(inDeliverySlot(() => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
    expect(forbiddenFlags()).toBeNull()
  })
})

describe('a test', () => {
  test('sends the sample of an event once and says how that went; nobody tries a failed one again', async () => {
    const { id } = await hook()
    const write = authorize(world.operator(), 'webhook:write')
    receiver.answers.push({ status: 500 })
    expect(await testWebhook(write, id, {}, loopback)).toMatchObject({
      status: 'dead',
      test: true,
      responseStatus: 500,
      replayable: false,
    })
    expect(await testWebhook(write, id, { event: 'user.created' }, loopback)).toMatchObject({
      status: 'delivered',
      responseStatus: 204,
      error: null,
    })
    expect(receiver.received.map(({ body }) => body.event)).toEqual(['license.updated', 'user.created'])
    await world.deliver()
    expect(receiver.received).toHaveLength(2)
  })
})
