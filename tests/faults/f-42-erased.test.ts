import { eq, sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { db, sqlClient } from '#db/client.ts'
import { idempotencyKeys } from '#db/schema/accounts.ts'
import { mails } from '#db/schema/mail.ts'
import { webhookDeliveries } from '#db/schema/webhooks.ts'
import { authorize } from '#lib/core/authorize.ts'
import { clock } from '#lib/core/clock.ts'
import { tryOpen } from '#lib/core/crypto/seal.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { bindOf } from '#lib/core/idempotency/forget-answers.ts'
import { newId } from '#lib/core/ids.ts'
import { sendDueMail } from '#lib/mail/send-due-mail.ts'
import { listTables } from '#lib/ops/backup/list-tables.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { proveAddress } from '#tests/factories/proved-address.ts'
import { USER_PASSWORD } from '#tests/factories/user.ts'
import { contextFor, systemActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { type SmtpServer, startSmtpServer } from '#tests/helpers/smtp-server.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'
import { startReceiver, type WebhookReceiver } from '#tests/helpers/webhook-receiver.ts'
import { webhookWorld } from '#tests/helpers/webhook-world.ts'
import { buildMail } from '../../scripts/build-mail.mjs'

vi.setConfig({ testTimeout: 60_000 })

const Made = z.object({ id: z.string() })

let smtp: SmtpServer
let receiver: WebhookReceiver
let accountId: string
let machine: string
let world: ReturnType<typeof webhookWorld>

setUpTestDatabase()
beforeAll(async () => {
  smtp = await startSmtpServer()
  overrideEnv({ API_RATE_LIMIT: '0', SMTP_URL: smtp.url, PUBLIC_URL: 'https://portal.example' })
  receiver = await startReceiver()
  accountId = (await makeAccount()).id
  await buildMail()
})
afterAll(async () => {
  overrideEnv({ SMTP_URL: undefined })
  await Promise.all([smtp.close(), receiver.close()])
})
beforeEach(async () => {
  machine = await makeMachineToken(accountId, 'user:write', 'license:write', 'automatedEmail:write')
  world = { ...webhookWorld(accountId, clock as never) }
})
afterEach(async () => {
  smtp.received.length = 0
  receiver.received.length = 0
  await sqlClient()`delete from throttles`
})

/** A person whose every value is unlike anything else. */
function person() {
  const mark = newId().slice(-12)
  return {
    email: `ada.${mark}@example.com`,
    firstName: `Ada${mark}`,
    lastName: `Lovelace${mark}`,
    company: `Engines${mark}`,
    hostname: `laptop-of-${mark}`,
    deviceUser: `login-${mark}`,
    mark,
  }
}
type Person = ReturnType<typeof person>

/** From being made by a machine to a device and mails of every kind; nothing is sent yet. */
async function live(who: Person): Promise<{ userId: string; licenseId: string }> {
  const product = await makeSignedProduct(accountId)
  const { email, firstName, lastName, company } = who
  for (const event of ['user.updated', 'user.deleted', 'license.created']) {
    const made = await v3('/v3/automated-emails', {
      token: machine,
      body: {
        name: `${event} ${newId()}`,
        fromEmail: null,
        subject: `About ${event}`,
        body: '<p>{{ user.name }} {{ user.company }} {{ user.email }}</p>',
        event,
        enabled: true,
        custom: true,
      },
    })
    expect(made.status).toBe(201)
  }
  await world.makeWebhook({
    url: receiver.url,
    name: `Shop ${newId()}`,
    events: [
      'user.created',
      'user.updated',
      'user.deleted',
      'license.created',
      'license.updated',
      'activation.created',
    ],
  })
  const headers = () => ({ 'idempotency-key': newId() })
  const user = await v3('/v3/users', {
    token: machine,
    headers: headers(),
    body: { email, firstName, lastName, company, password: USER_PASSWORD },
  })
  const { id: userId } = bodyOf(user, Made, 201)
  await proveAddress(accountId, { id: userId, email }, { clock })
  const license = await v3('/v3/licenses', {
    token: machine,
    headers: headers(),
    body: { productId: product.id, userId },
  })
  const { id: licenseId, key } = bodyOf(license, z.object({ id: z.string(), key: z.string() }), 201)
  const signedIn = await v3('/v3/accounts/login', {
    body: { accountId, email, password: USER_PASSWORD },
    ip: '198.51.100.77',
  })
  expect(signedIn.status).toBe(200)
  const device = await v3('/v3/activations', {
    headers: { 'x-account-id': accountId },
    ip: '198.51.100.77',
    body: {
      key,
      productId: product.id,
      fingerprint: `a fingerprint ${newId()}`,
      hostname: who.hostname,
      os: 'linux',
      userName: who.deviceUser,
      metadata: [{ key: 'login', value: who.deviceUser }],
    },
  })
  expect(device.status).toBe(201)
  const changed = await v3(`/v3/users/${userId}`, {
    method: 'PATCH',
    token: machine,
    headers: headers(),
    body: { company: `${company} Ltd` },
  })
  expect(changed.status).toBe(200)
  return { userId, licenseId }
}

/** Every table as text, and beside it whatever the installation's own keys open. */
async function everything(): Promise<string> {
  const texts: string[] = []
  for (const { schema, table } of await listTables(sqlClient())) {
    const rows = await db().execute<{ row: string }>(
      sql`select to_jsonb(t)::text as row from ${sql.identifier(schema)}.${sql.identifier(table)} t`,
    )
    for (const { row } of rows) texts.push(`${table} ${row}`)
  }
  for (const mail of await db().select().from(mails)) {
    for (const sealed of [mail.sealedTo, mail.sealedProps, mail.sealedContent]) {
      texts.push(`mails ${tryOpen('mail', sealed ?? '', mail.id)}`)
    }
  }
  for (const { id, sealedPayload } of await db().select().from(webhookDeliveries)) {
    texts.push(`webhook_deliveries ${tryOpen('webhook-payload', sealedPayload ?? '', id)}`)
  }
  for (const row of await db().select().from(idempotencyKeys)) {
    texts.push(`idempotency_keys ${tryOpen('idempotent-answer', row.answer ?? '', bindOf(row))}`)
  }
  return texts.join('\n')
}

async function whereFound(who: Person): Promise<string[]> {
  const lines = (await everything()).split('\n').filter((line) => line.includes(who.mark))
  return [...new Set(lines.map((line) => line.slice(0, line.indexOf(' '))))].sort()
}

async function erase(userId: string) {
  expect((await v3(`/v3/users/${userId}`, { method: 'DELETE', token: machine })).status).toBe(204)
}

async function sendMails(): Promise<void> {
  const ctx = authorize({ ...contextFor(systemActor(), { accountId }), clock }, 'system:work')
  for (const { id } of await db()
    .select({ id: mails.id })
    .from(mails)
    .where(eq(mails.accountId, accountId))) {
    await sendDueMail(ctx, id)
  }
}

test('F-42: after a whole life, with deliveries waiting and one under way, nothing of an erased person is left that anybody can read', async () => {
  const who = person()
  const { userId, licenseId } = await live(who)
  expect(await whereFound(who)).toEqual(
    expect.arrayContaining([
      'activations',
      'idempotency_keys',
      'mails',
      'user_identifiers',
      'users',
      'webhook_deliveries',
    ]),
  )
  // A receiver that takes its time: the delivery is on its way while the user is erased.
  let answerNow = () => {}
  receiver.answers.push({ status: 500, until: new Promise((resolve) => (answerNow = resolve)) })
  const delivering = world.deliver()
  await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBeGreaterThan(0)
  await erase(userId)
  // The mail that tells of the erasure is the last of them; it goes with its sending.
  expect(await whereFound(who)).toEqual(['mails'])
  answerNow()
  await delivering
  await sendMails()
  expect(await whereFound(who)).toEqual([])
  expect(smtp.received.some(({ to }) => to.includes(who.email))).toBe(true)

  // The receiver gets every event that it was promised, by ids alone.
  const failed = receiver.received.shift()
  expect(failed?.raw).toContain(who.mark)
  for (let round = 0; round < 8; round += 1) {
    await db().execute(
      sql`update webhook_deliveries set next_attempt_at = '2000-01-01' where next_attempt_at is not null`,
    )
    await world.deliver()
  }
  const told = receiver.received.map(({ body }) => body.event)
  expect(told).toEqual(expect.arrayContaining([failed?.body.event, 'user.deleted', 'license.created']))
  for (const { raw } of receiver.received) expect(raw).not.toContain(who.mark)
  const gone = receiver.received.find(({ body }) => body.event === 'user.deleted')
  expect(gone?.body.data).toMatchObject({ id: userId, email: '', firstName: '', company: '' })
  const made = receiver.received.find(({ body }) => body.event === 'license.created')
  expect(made?.body.data).toMatchObject({ id: licenseId, user: { id: userId, email: '' } })
  expect(await whereFound(who)).toEqual([])
})

test('F-42: what was delivered, and what is held for a suspended receiver, keeps nothing of an erased person', async () => {
  const who = person()
  const { userId } = await live(who)
  await world.deliver()
  await sendMails()
  expect(await whereFound(who)).toContain('webhook_deliveries')
  await erase(userId)
  await sendMails()
  expect(await whereFound(who)).toEqual([])
})

test('F-42: a repeated request is not answered with what was erased', async () => {
  const who = person()
  const key = newId()
  const request = {
    token: machine,
    headers: { 'idempotency-key': key },
    body: { email: who.email, firstName: who.firstName, password: USER_PASSWORD },
  }
  const { id } = bodyOf(await v3('/v3/users', request), Made, 201)
  expect(bodyOf(await v3('/v3/users', request), Made, 201).id).toBe(id)
  await erase(id)
  const again = await v3('/v3/users', request)
  expect(again).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_REUSED' } })
  await sendMails()
  expect(await whereFound(who)).toEqual([])
})

test('F-42: erasing one person leaves the deliveries, answers and mails of another as they are', async () => {
  const [who, other] = [person(), person()]
  const { userId } = await live(who)
  await live(other)
  const before = (await everything())
    .split('\n')
    .filter((line) => line.includes(other.mark))
    .sort()
  await erase(userId)
  const after = (await everything())
    .split('\n')
    .filter((line) => line.includes(other.mark))
    .sort()
  expect(after).toEqual(before)
})
