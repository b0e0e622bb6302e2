import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { db, sqlClient } from '#db/client.ts'
import { accounts, throttles } from '#db/schema/accounts.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { mails } from '#db/schema/mail.ts'
import { consents, userIdentifiers, users } from '#db/schema/users.ts'
import { authorize } from '#lib/core/authorize.ts'
import { parseInput } from '#lib/core/input/input.ts'
import { deleteUser } from '#lib/insight/delete-user.ts'
import { banUser } from '#lib/people/users/ban-user.ts'
import { Registration, registerUser } from '#lib/people/users/register-user.ts'
import { unbanUser } from '#lib/people/users/unban-user.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  contextFor,
  operatorActor,
  patActor,
  type TestClock,
  testClock,
  visitorActor,
} from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { refusalOf } from '#tests/helpers/refusal.ts'

const PASSWORD = 'walnut bridge harbor copper'

let accountId: string
let clock: TestClock

setUpTestDatabase()
beforeEach(async () => {
  accountId = (await makeAccount()).id
  clock = testClock()
})

let caller = 0
/** Every attempt from another address unless one is given: the throttle has tests of its own. */
async function register(fields: Record<string, unknown>, ip = `203.0.113.${(caller++ % 250) + 1}`) {
  const ctx = authorize(contextFor(visitorActor, { accountId, clock, ip }), 'public')
  const form = { password: PASSWORD, terms: 'on', privacy: 'on', ...fields }
  return registerUser(ctx, parseInput(Registration, form))
}

async function written() {
  const of = { accountId }
  const [userRows, identifierRows, consentRows, mailRows, eventRows] = await Promise.all([
    db().select().from(users).where(eq(users.accountId, of.accountId)),
    db().select().from(userIdentifiers).where(eq(userIdentifiers.accountId, of.accountId)),
    db().select().from(consents).where(eq(consents.accountId, of.accountId)),
    db().select().from(mails).where(eq(mails.accountId, of.accountId)),
    db().select().from(eventLogs).where(eq(eventLogs.accountId, of.accountId)),
  ])
  return { userRows, identifierRows, consentRows, mailRows, eventRows }
}

async function counts() {
  const { userRows, identifierRows, consentRows, mailRows, eventRows } = await written()
  return [userRows, identifierRows, consentRows, mailRows, eventRows].map((rows) => rows.length)
}

const operator = () => authorize(contextFor(operatorActor(), { accountId, clock }), 'user:ban')

test('SF-01, SF-05: address, password and consents make a user, with consents and a welcome mail, all at once', async () => {
  const { userId } = await register({ email: ' Grace.Hopper@Example.com ' })

  const { userRows, identifierRows, consentRows, mailRows, eventRows } = await written()
  expect(userRows).toMatchObject([{ id: userId, firstName: '', bannedAt: null, groupId: null }])
  expect(userRows[0]?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  expect(identifierRows).toMatchObject([
    { userId, kind: 'email', value: 'Grace.Hopper@Example.com', canonical: 'grace.hopper@example.com' },
  ])
  expect(consentRows.map(({ document, version }) => `${document} ${version}`).sort()).toEqual([
    'privacy 1',
    'terms 1',
  ])
  expect(mailRows).toMatchObject([{ userId, template: 'welcome', state: 'due' }])
  expect(eventRows).toMatchObject([{ event: 'user.created', resourceId: userId, actor: 'visitor' }])
})

test('the version of the documents that the account has in force is the one accepted', async () => {
  await db()
    .update(accounts)
    .set({ settings: { termsVersion: '2027-01', privacyVersion: '7' } })
    .where(eq(accounts.id, accountId))
  await register({ email: 'grace@example.com' })
  const { consentRows } = await written()
  expect(Object.fromEntries(consentRows.map((row) => [row.document, row.version]))).toEqual({
    terms: '2027-01',
    privacy: '7',
  })
})

test('neither password nor address nor caller stand in clear where they are not needed', async () => {
  await register({ email: 'findme@example.com' }, '203.0.113.77')
  const { userRows, identifierRows: _shown, ...rest } = await written()
  const throttleRows = await db().select().from(throttles)
  const dump = JSON.stringify([userRows, rest, throttleRows])
  expect(dump).not.toContain(PASSWORD)
  expect(dump).not.toContain('findme')
  expect(dump).not.toContain('203.0.113.77')
})

test('CX-01: 20 registrations of one address at once make one user; the others are told that it is taken', async () => {
  const spellings = ['race@bücher.example', 'RACE@Bücher.Example ', 'race@xn--bcher-kva.example']
  const attempts = Array.from({ length: 20 }, (_, at) => register({ email: spellings[at % 3] }))
  const results = await Promise.allSettled(attempts)

  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
  expect(new Set(codes)).toEqual(new Set(['EMAIL_TAKEN']))
  expect(await counts()).toEqual([1, 1, 2, 1, 1])
})

describe('refused, and nothing written', () => {
  test.each([
    ['RH-01: without the terms', { terms: undefined }, 'terms'],
    ['RH-01: without the privacy policy', { privacy: undefined }, 'privacy'],
    ['RH-01: terms declined', { terms: 'false' }, 'terms'],
    ['SF-05: a malformed address', { email: 'grace' }, 'email'],
    ['no address', { email: undefined }, 'email'],
    ['two addresses', { email: ['a@example.com', 'b@example.com'] }, 'email'],
    ['a short password', { password: 'qzjxk7w' }, 'password'],
    ['a common password', { password: 'password123' }, 'password'],
    ['a password made of the address', { password: 'gracehopper@' }, 'password'],
    ['a megabyte of password', { password: 'x'.repeat(1_000_000) }, 'password'],
    ['a list of passwords', { password: [PASSWORD, PASSWORD] }, 'password'],
  ])('%s', async (_what, fields, field) => {
    const refusal = await refusalOf(register({ email: 'grace.hopper@example.com', ...fields }))
    expect(refusal).toMatchObject({ code: 'INVALID_INPUT', fields: { [field]: expect.any(String) } })
    expect(await counts()).toEqual([0, 0, 0, 0, 0])
  })
})

test('RH-03: keys that are none of a customer’s business change nothing', async () => {
  await register({
    email: 'grace@example.com',
    role: 'admin',
    emailVerified: true,
    bannedAt: null,
    tags: ['vip'],
    ['__proto__']: { isAdmin: true },
  })
  const { userRows, identifierRows } = await written()
  expect(userRows[0]).toMatchObject({ tags: [], metadata: [] })
  expect(identifierRows[0]?.verifiedAt).toBeNull()
})

test.each([
  ['as registered', 'jane@bücher.example'],
  ['in other case', 'JANE@BÜCHER.example'],
  ['with spaces', '  jane@bücher.example '],
  ['with the domain in ASCII', 'jane@xn--bcher-kva.example'],
])(
  'SF-23: a banned address cannot register again %s, and the answer is that of any taken one',
  async (_how, spelling) => {
    const { userId } = await register({ email: 'jane@bücher.example' })
    await register({ email: 'taken@example.com' })
    await banUser(operator(), { id: userId, reason: 'chargebacks' })
    const before = await counts()

    const taken = await refusalOf(register({ email: 'taken@example.com' }))
    expect(await refusalOf(register({ email: spelling }))).toEqual(taken)
    expect(taken.code).toBe('EMAIL_TAKEN')

    const machine = authorize(contextFor(patActor('user:write'), { accountId, clock }), 'user:write')
    await deleteUser(machine, { id: userId })
    expect(await refusalOf(register({ email: spelling }))).toEqual(taken)
    const after = await counts()
    expect(after[0]).toBe((before[0] ?? 0) - 1)
  },
)

test('SF-25: unbanning frees the address again', async () => {
  const { userId } = await register({ email: 'jane@example.com' })
  await banUser(operator(), { id: userId, reason: 'mistaken' })
  await unbanUser(operator(), { id: userId })
  const machine = authorize(contextFor(patActor('user:write'), { accountId, clock }), 'user:write')
  await deleteUser(machine, { id: userId })
  await expect(register({ email: 'jane@example.com' })).resolves.toMatchObject({ userId: expect.any(String) })
})

test('RH-06: the seventh registration in a minute from one address is refused; other addresses go on', async () => {
  const ip = '198.51.100.9'
  for (let at = 0; at < 6; at += 1) await register({ email: `u${at}@example.com` }, ip)
  const refusal = await refusalOf(register({ email: 'u6@example.com' }, ip))
  expect(refusal.code).toBe('RATE_LIMITED')
  expect(refusal.retryAfterSeconds).toBeGreaterThan(0)
  expect(refusal.retryAfterSeconds).toBeLessThanOrEqual(60)
  expect((await counts())[0]).toBe(6)
  await register({ email: 'u6@example.com' }, '198.51.100.10')
  expect((await counts())[0]).toBe(7)
})

test('an IPv6 caller is counted by its /64', async () => {
  for (let at = 0; at < 6; at += 1) await register({ email: `v${at}@example.com` }, `2001:db8:1:2::${at}`)
  expect((await refusalOf(register({ email: 'v6@example.com' }, '2001:db8:1:2:ffff::1'))).code).toBe(
    'RATE_LIMITED',
  )
  await register({ email: 'v6@example.com' }, '2001:db8:1:3::1')
})

test('ten registrations an hour, even when no minute holds more than six', async () => {
  const ip = '198.51.100.11'
  for (let at = 0; at < 10; at += 1) {
    if (at === 5) await sqlClient()`delete from throttles where key like 'register-minute:%'`
    await register({ email: `w${at}@example.com` }, ip)
  }
  await sqlClient()`delete from throttles where key like 'register-minute:%'`
  const refusal = await refusalOf(register({ email: 'w10@example.com' }, ip))
  expect(refusal.code).toBe('RATE_LIMITED')
  expect(refusal.retryAfterSeconds).toBeGreaterThan(60)
  expect((await counts())[0]).toBe(10)
})
