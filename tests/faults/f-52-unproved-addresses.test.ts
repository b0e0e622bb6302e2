import { randomBytes } from 'node:crypto'
import { glob, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { and, eq, ne } from 'drizzle-orm'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { db, sqlClient } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { activations, licenses } from '#db/schema/licenses.ts'
import { mails } from '#db/schema/mail.ts'
import { userIdentifiers, users } from '#db/schema/users.ts'
import { authorize } from '#lib/core/authorize.ts'
import { parseEmail } from '#lib/core/canonical-email.ts'
import { clock } from '#lib/core/clock.ts'
import { open } from '#lib/core/crypto/seal.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { deactivateMyDevice } from '#lib/licensing/activations/deactivate-my-device.ts'
import { renameMyDevice } from '#lib/licensing/activations/rename-my-device.ts'
import { createLicenseByHand, NewLicenseByHand } from '#lib/licensing/licenses/create-license-by-hand.ts'
import { MoveLicense, moveLicense } from '#lib/licensing/licenses/move-license.ts'
import { updateLicense } from '#lib/licensing/licenses/update-license.ts'
import { sendDueMail } from '#lib/mail/send-due-mail.ts'
import { resetPassword } from '#lib/people/passwords/reset-password.ts'
import { createUserByHand, NewUserByHand } from '#lib/people/users/create-user-by-hand.ts'
import { listUnproved } from '#lib/people/users/list-unproved.ts'
import { Registration, registerUser } from '#lib/people/users/register-user.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { proveAddress } from '#tests/factories/proved-address.ts'
import { makeUser, USER_PASSWORD } from '#tests/factories/user.ts'
import {
  contextFor,
  customerActor,
  operatorActor,
  systemActor,
  visitorActor,
} from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { type SmtpServer, startSmtpServer } from '#tests/helpers/smtp-server.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'
import { buildMail } from '../../scripts/build-mail.mjs'

vi.setConfig({ testTimeout: 60_000 })

let smtp: SmtpServer
let accountId: string
let productId: string
let machine: string

setUpTestDatabase()
beforeAll(async () => {
  smtp = await startSmtpServer()
  overrideEnv({ API_RATE_LIMIT: '0', SMTP_URL: smtp.url, PUBLIC_URL: 'https://portal.example' })
  await buildMail()
})
afterAll(async () => {
  overrideEnv({ SMTP_URL: undefined })
  await smtp.close()
})
beforeEach(async () => {
  accountId = (await makeAccount()).id
  productId = (await makeSignedProduct(accountId)).id
  machine = await makeMachineToken(
    accountId,
    'user:read',
    'user:write',
    'organization:write',
    'license:write',
    'activation:write',
    'automatedEmail:write',
  )
})
afterEach(async () => {
  smtp.received.length = 0
  await sqlClient()`delete from throttles`
})

const operator = () => ({ ...contextFor(operatorActor(), { accountId }), clock })
const writing = () => authorize(operator(), 'license:write')
const as = (userId: string) =>
  authorize({ ...contextFor(customerActor(userId), { accountId }), clock }, 'me:write')
const give = (input: { email: string; confirmUnproved?: string; mail?: 'on' }) =>
  createLicenseByHand(writing(), NewLicenseByHand.parse({ productId, reason: 'free', notes: '', ...input }))
const move = (input: { id: string; email: string; confirmUnproved?: string; mail?: 'on' }) =>
  moveLicense(writing(), MoveLicense.parse(input))
const countOf = (table: typeof licenses | typeof mails) => db().$count(table, eq(table.accountId, accountId))

async function proofOf(userId: string) {
  const [row] = await db()
    .select({ provedAt: userIdentifiers.verifiedAt })
    .from(userIdentifiers)
    .where(and(eq(userIdentifiers.userId, userId), eq(userIdentifiers.isPrimary, true)))
  return row?.provedAt ?? null
}

async function signIn(user: { email: string }): Promise<string> {
  const answer = await v3('/v3/accounts/login', {
    body: { accountId, email: user.email, password: USER_PASSWORD },
  })
  return bodyOf(answer, z.object({ accessToken: z.string() })).accessToken
}

/** Sends everything; what the world got, by recipient. */
async function sendAll(): Promise<{ to: string; source: string }[]> {
  const ctx = authorize({ ...contextFor(systemActor(), { accountId }), clock }, 'system:work')
  for (const { id } of await db()
    .select({ id: mails.id })
    .from(mails)
    .where(eq(mails.accountId, accountId))) {
    await sendDueMail(ctx, id)
  }
  return smtp.received.map(({ to, source }) => ({ to: to.join(), source: decoded(source) }))
}

/** As a mail program shows it: soft line ends, escapes and encoded words undone. */
function decoded(source: string): string {
  return source
    .replaceAll(/=\r?\n/g, '')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replaceAll(/=\?UTF-8\?B\?([^?]+)\?=/gi, (_all, text: string) => Buffer.from(text, 'base64').toString())
}

test('F-52: a license is given to an address that nobody has proved only once that very address was confirmed', async () => {
  const stranger = await makeUser(accountId, { email: 'ceo@bigcorp.example' })
  const refusal = {
    code: 'INVALID_INPUT',
    fields: { confirmUnproved: expect.stringContaining(stranger.email) },
  }
  await expect(give({ email: stranger.email, mail: 'on' })).rejects.toMatchObject(refusal)
  await expect(
    give({ email: stranger.email, confirmUnproved: 'another@bigcorp.example' }),
  ).rejects.toMatchObject(refusal)
  expect([await countOf(licenses), await countOf(mails)]).toEqual([0, 0])
  const license = await give({ email: stranger.email, confirmUnproved: ' CEO@BigCorp.example' })
  expect(license.user?.id).toBe(stranger.id)
})

test('F-52: moving a license asks in the same way, and not where the address is proved', async () => {
  const owner = await makeUser(accountId)
  const { id } = await give({ email: owner.email, confirmUnproved: owner.email })
  const heir = await makeUser(accountId)
  await expect(move({ id, email: heir.email, mail: 'on' })).rejects.toMatchObject({
    fields: { confirmUnproved: expect.any(String) },
  })
  const [kept] = await db().select().from(licenses).where(eq(licenses.id, id))
  expect(kept?.userId).toBe(owner.id)
  expect(await countOf(mails)).toBe(0)
  await proveAddress(accountId, heir)
  expect((await move({ id, email: heir.email })).user?.id).toBe(heir.id)
})

test('F-52: a link that was mailed proves the address, once, and is written down; another address begins without', async () => {
  const user = await makeUser(accountId)
  expect(await proofOf(user.id)).toBeNull()
  await proveAddress(accountId, user, { clock })
  const provedAt = await proofOf(user.id)
  expect(provedAt).not.toBeNull()
  await proveAddress(accountId, user, { clock })
  expect(await proofOf(user.id)).toEqual(provedAt)
  const events = await db().select().from(eventLogs).where(eq(eventLogs.resourceId, user.id))
  expect(events.filter(({ event }) => event === 'user.email-proved')).toHaveLength(1)

  const token = await signIn(user)
  const moved = await v3('/v3/me', { method: 'PATCH', token, body: { email: `new-${user.email}` } })
  expect(moved.status).toBe(200)
  expect(await proofOf(user.id)).toBeNull()
  // Another spelling of the same one is the same one.
  await proveAddress(accountId, { id: user.id, email: `new-${user.email}` }, { clock })
  const again = await v3('/v3/me', {
    method: 'PATCH',
    token: await signIn({ email: `new-${user.email}` }),
    body: { email: `New-${user.email.toUpperCase()}` },
  })
  expect(again.status).toBe(200)
  expect(await proofOf(user.id)).not.toBeNull()
})

test('F-52: neither registering, nor signing in, nor a token that a machine was given proves an address', async () => {
  const registered = await registerUser(authorize(contextFor(visitorActor, { accountId }), 'public'), {
    ...Registration.parse({
      email: 'someone@bigcorp.example',
      password: USER_PASSWORD,
      terms: true,
      privacy: true,
    }),
  })
  await signIn({ email: 'someone@bigcorp.example' })
  expect(await proofOf(registered.userId)).toBeNull()
  const Made = z.object({ resetPasswordToken: z.string() })
  const made = await v3(`/v3/users/${registered.userId}/reset-password-token`, {
    method: 'POST',
    token: machine,
  })
  const { resetPasswordToken } = bodyOf(made, Made)
  await resetPassword(authorize(contextFor(visitorActor, { accountId }), 'public'), {
    id: registered.userId,
    token: decodeURIComponent(resetPasswordToken),
    newPassword: 'granite otter hums loudly',
  })
  expect(await proofOf(registered.userId)).toBeNull()
  const patched = await v3(`/v3/users/${registered.userId}`, {
    method: 'PATCH',
    token: machine,
    body: { emailVerified: true, verifiedAt: new Date().toISOString() },
  })
  expect(patched.status).toBe(200)
  expect(await proofOf(registered.userId)).toBeNull()
})

test('F-52: operators see which addresses are unproved; the Web API’s form of a user stays as it is', async () => {
  const [unproved, proved] = [await makeUser(accountId), await makeUser(accountId)]
  await proveAddress(accountId, proved)
  const found = await listUnproved(authorize(operator(), 'user:read'), [
    unproved.id,
    proved.id,
    null,
    undefined,
  ])
  expect([...found]).toEqual([unproved.id])
  const foreign = authorize(contextFor(operatorActor(), { accountId: (await makeAccount()).id }), 'user:read')
  expect([...(await listUnproved(foreign, [unproved.id]))]).toEqual([])
  const { body } = await v3(`/v3/users/${unproved.id}`, { token: machine })
  expect(Object.keys(body as object).filter((name) => /prove|verif/i.test(name))).toEqual([])
})

test('F-52: every page of the dashboard that shows a customer’s address shows whether it is proved', async () => {
  const root = join(import.meta.dirname, '../..')
  const without: string[] = []
  for await (const file of glob('app/dashboard/**/*.tsx', { cwd: root })) {
    const source = await readFile(join(root, file), 'utf8')
    // A customer's address as text between tags: `{user.email}`, `{license.user.email …}`, `{order.userEmail}`.
    const shows = /\{\s*(?:user|license\.user|order)\.(?:email|userEmail)\b/.test(source)
    // Parts of a page stand under what its facts say.
    const page = await readFile(join(root, dirname(file), 'page.tsx'), 'utf8').catch(() => '')
    if (shows && !`${source}${page}`.includes('<Unproved />')) without.push(file)
  }
  expect(without).toEqual([])
})

test('F-52: fifty changes of address at once change and mail no more than a few; ten users cannot flood one address either', async () => {
  const user = await makeUser(accountId)
  const token = await signIn(user)
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, at) =>
      v3('/v3/me', { method: 'PATCH', token, body: { email: `away-${at}-${user.email}` } }),
    ),
  )
  const changed = answers.filter(({ status }) => status === 200).length
  expect(changed).toBeLessThanOrEqual(6)
  expect(answers.filter(({ status }) => status === 429)).toHaveLength(50 - changed)
  expect(await countOf(mails)).toBe(changed)

  const target = `victim-${randomBytes(4).toString('hex')}@bigcorp.example`
  let taken = 0
  for (let at = 0; at < 7; at += 1) {
    const other = await makeUser(accountId)
    const their = await signIn(other)
    for (const email of [target, other.email, target, other.email]) {
      const { status } = await v3('/v3/me', { method: 'PATCH', token: their, body: { email } })
      if (status === 200 && email === target) taken += 1
      if (status === 429) await v3('/v3/me', { method: 'PATCH', token: their, body: { email: other.email } })
    }
  }
  expect(taken).toBe(10)
})

/** A life in which every template is mailed, with that text wherever a person or a device may put one. */
async function liveWith(text: string): Promise<{ emails: string[] }> {
  const automated = async (event: string, body: string) => {
    const made = await v3('/v3/automated-emails', {
      token: machine,
      body: {
        name: `About ${event}`,
        fromName: 'Acme {{ user.company }}',
        fromEmail: null,
        subject: `{{ user.name }} {{ user.firstName }} and ${event}`,
        body,
        event,
        enabled: true,
        custom: true,
      },
    })
    expect([made.status, JSON.stringify(made.body)]).toEqual([201, expect.anything()])
  }
  const everything = '<p>{{ user.name }} {{ user.firstName }} {{ user.lastName }} {{ user.company }}</p>'
  await automated('user.updated', everything)
  await automated('user.created', everything)
  await automated('license.updated', `${everything}<p>{{ license.user.firstName }} {{ license.key }}</p>`)
  await automated(
    'activation.created',
    `${everything}<p>{{ activation.hostname }} {{ activation.os }} {{ activation.metadata[0].value }} {{ license.user.company }}</p>`,
  )
  const email = (name: string) => `${name}-${randomBytes(6).toString('hex')}@example.com`
  const names = { firstName: text, lastName: text }
  const first = email('registered')
  const { userId } = await registerUser(
    authorize({ ...contextFor(visitorActor, { accountId }), clock }, 'public'),
    Registration.parse({ email: first, password: USER_PASSWORD, terms: true, privacy: true, ...names }),
  )
  const byHand = email('by-hand')
  await createUserByHand(
    authorize(operator(), 'user:write'),
    NewUserByHand.parse({ email: byHand, ...names, company: text, password: '', welcome: 'on' }),
  )
  const organization = await v3('/v3/organizations', { token: machine, body: { name: `Initech ${first}` } })
  const { id } = bodyOf(organization, z.object({ id: z.string() }), 201)
  const member = email('member')
  const added = await v3(`/v3/organizations/${id}/users`, {
    token: machine,
    body: { email: member, ...names, company: text },
  })
  expect(added.status).toBe(201)

  const token = await signIn({ email: first })
  expect((await v3('/v3/me', { method: 'PATCH', token, body: { ...names, company: text } })).status).toBe(200)
  const license = await give({ email: first, confirmUnproved: first, mail: 'on' })
  const device = await v3('/v3/activations', {
    headers: { 'x-account-id': accountId },
    body: {
      key: license.key,
      productId,
      fingerprint: `fingerprint-of-${first}`,
      hostname: text,
      os: 'linux',
      osVersion: text,
      appVersion: text,
      userName: text,
      metadata: [{ key: 'note', value: text }],
    },
  })
  expect(device.status).toBe(201)
  const [activated] = await db().select().from(activations).where(eq(activations.licenseId, license.id))
  const activationId = activated?.id ?? ''
  await renameMyDevice(as(userId), { activationId, name: text })
  await updateLicense(writing(), license.id, { notes: 'Changed by the vendor' })
  await deactivateMyDevice(as(userId), { activationId })
  const second = email('changed')
  const changed = await v3('/v3/me', { method: 'PATCH', token, body: { email: second } })
  expect(changed.status).toBe(200)
  await proveAddress(accountId, { id: userId, email: second }, { clock })
  return { emails: [first, byHand, member, second] }
}

test('F-52: no text of a user or a device is in any mail to an unproved address, whichever of them it is', async () => {
  const text = fc.stringMatching(/^[a-z]{8}$/).map((word) => `Buy${word} at evil.example`)
  await fc.assert(
    fc.asyncProperty(text, async (marker) => {
      await sqlClient()`delete from throttles`
      smtp.received.length = 0
      accountId = (await makeAccount()).id
      productId = (await makeSignedProduct(accountId)).id
      machine = await makeMachineToken(
        accountId,
        'user:read',
        'user:write',
        'organization:write',
        'license:write',
        'automatedEmail:write',
      )
      const { emails } = await liveWith(marker)
      const rows = await db().select().from(mails).where(eq(mails.accountId, accountId))
      expect([...new Set(rows.map(({ template }) => template))].sort()).toEqual([
        'automated',
        'device-freed',
        'license-key',
        'password-reset',
        'security-notice',
        'welcome',
      ])
      const sent = await sendAll()
      const left = await db()
        .select()
        .from(mails)
        .where(and(eq(mails.accountId, accountId), ne(mails.state, 'sent')))
      expect(left.map(({ template, lastError }) => [template, lastError])).toEqual([])
      expect(sent.length).toBe(rows.length)
      expect(emails).toEqual(expect.arrayContaining([...new Set(sent.map(({ to }) => to))]))
      for (const { source } of sent) {
        expect(source).not.toContain(marker)
        expect(source).not.toContain('evil.example')
      }
      // The vendor's own words and the key are there.
      expect(sent.some(({ source }) => source.includes('Drawing Board'))).toBe(true)
    }),
    { numRuns: 2 },
  )
})

test('F-52: what waits in the outbox for an unproved address holds no text of a user either', async () => {
  const marker = 'Visit evil.example'
  await createUserByHand(
    authorize(operator(), 'user:write'),
    NewUserByHand.parse({
      email: 'victim@bigcorp.example',
      firstName: marker,
      lastName: marker,
      company: marker,
      password: '',
      welcome: 'on',
    }),
  )
  const rows = await db().select().from(mails).where(eq(mails.accountId, accountId))
  expect(rows.map((row) => JSON.parse(open('mail', row.sealedProps, row.id)))).toEqual([{ firstName: '' }])
})

test('F-52: who has proved the address is greeted by name', async () => {
  const user = await makeUser(accountId, { firstName: 'Grace' })
  await proveAddress(accountId, user)
  const [known] = await db().select().from(users).where(eq(users.id, user.id))
  expect(known?.firstName).toBe('Grace')
  await give({ email: user.email, mail: 'on' })
  const sent = await sendAll()
  const keyMail = sent.find(
    ({ source }) =>
      source.includes('This is your license key') || source.includes('this is your license key'),
  )
  expect(keyMail?.source).toContain('Hello Grace,')
  expect(typeof parseEmail(user.email)).toBe('object')
})
