import { hash } from '@node-rs/argon2'
import { and, eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { db, sqlClient } from '#db/client.ts'
import { throttles } from '#db/schema/accounts.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { accessTokens, signInFailures, users } from '#db/schema/users.ts'
import { authorize } from '#lib/core/authorize.ts'
import { parseInput } from '#lib/core/input/input.ts'
import { Credentials } from '#lib/people/sign-in/check-password.ts'
import { signIn } from '#lib/people/sign-in/sign-in.ts'
import { banUser } from '#lib/people/users/ban-user.ts'
import { unbanUser } from '#lib/people/users/unban-user.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeUser, USER_PASSWORD } from '#tests/factories/user.ts'
import { contextFor, operatorActor, type TestClock, testClock, visitorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { refusalOf } from '#tests/helpers/refusal.ts'

let accountId: string
let clock: TestClock

setUpTestDatabase()
beforeEach(async () => {
  accountId = (await makeAccount()).id
  clock = testClock()
})

const enter = (email: string, password: unknown = USER_PASSWORD, ip = '198.51.100.7') =>
  (async () =>
    signIn(
      authorize(contextFor(visitorActor, { accountId, clock, ip }), 'public'),
      parseInput(Credentials, { email, password }),
    ))()

const forgetThrottles = () => sqlClient()`delete from throttles`
const rowOf = async (id: string) => (await db().select().from(users).where(eq(users.id, id)))[0]

describe('the right password', () => {
  test.each([
    ['as registered', 'jane.doe@bücher.example'],
    ['in other case, with spaces', ' Jane.DOE@BÜCHER.example '],
    ['with the domain in ASCII', 'jane.doe@xn--bcher-kva.example'],
  ])('signs in with the address %s, and is audited', async (_how, spelling) => {
    const { id } = await makeUser(accountId, { email: 'jane.doe@bücher.example' })
    expect(await enter(spelling)).toEqual({ userId: id })
    const events = await db()
      .select({ event: eventLogs.event })
      .from(eventLogs)
      .where(and(eq(eventLogs.accountId, accountId), eq(eventLogs.event, 'user.signed-in')))
    expect(events).toHaveLength(1)
  })

  test('counts however its accents were typed', async () => {
    const { email } = await makeUser(accountId, { password: 'cre\u0300me bru\u0302le\u0301e torch' })
    await expect(enter(email, 'crème brûlée torch')).resolves.toBeDefined()
  })

  test('counts every character: two that agree in their first 72 bytes are two', async () => {
    const long = 'walnut bridge harbor copper '.repeat(3)
    const { email } = await makeUser(accountId, { password: `${long}a` })
    expect((await refusalOf(enter(email, `${long}b`))).code).toBe('AUTHENTICATION_FAILED')
    await expect(enter(email, `${long}a`)).resolves.toBeDefined()
  })

  test('is hashed anew when it was hashed with older parameters', async () => {
    const { id, email } = await makeUser(accountId)
    const older = await hash(USER_PASSWORD, { memoryCost: 8192, timeCost: 1, parallelism: 1 })
    await db().update(users).set({ passwordHash: older }).where(eq(users.id, id))
    await enter(email)
    expect((await rowOf(id))?.passwordHash).toContain('m=19456,t=2,p=1')
    await expect(enter(email)).resolves.toBeDefined()
  })

  test('of another account’s user opens nothing here', async () => {
    const elsewhere = (await makeAccount()).id
    const { email } = await makeUser(elsewhere)
    expect((await refusalOf(enter(email))).code).toBe('AUTHENTICATION_FAILED')
  })
})

test('wrong password, unknown address, user without a password and banned user are answered alike', async () => {
  const known = await makeUser(accountId)
  const without = await makeUser(accountId, { password: null })
  const banned = await makeUser(accountId)
  await banUser(authorize(contextFor(operatorActor(), { accountId, clock }), 'user:ban'), {
    id: banned.id,
    reason: 'fraud',
  })
  const refusals = [
    await refusalOf(enter(known.email, 'entirely wrong words')),
    await refusalOf(enter('nobody@example.com')),
    await refusalOf(enter('not an address')),
    await refusalOf(enter(without.email)),
    await refusalOf(enter(banned.email)),
  ]
  expect(refusals[0]?.code).toBe('AUTHENTICATION_FAILED')
  for (const refusal of refusals) expect(refusal).toEqual(refusals[0])
  expect(await db().select().from(accessTokens).where(eq(accessTokens.accountId, accountId))).toEqual([])
})

test('SF-25: after unbanning the same password signs in again', async () => {
  const { id, email } = await makeUser(accountId)
  const operator = authorize(contextFor(operatorActor(), { accountId, clock }), 'user:ban')
  await banUser(operator, { id, reason: 'fraud' })
  expect((await refusalOf(enter(email))).code).toBe('AUTHENTICATION_FAILED')
  await unbanUser(operator, { id })
  await expect(enter(email)).resolves.toEqual({ userId: id })
})

test.each([
  ['a megabyte of password', 'x'.repeat(1_000_000)],
  ['a list', [USER_PASSWORD]],
  ['nothing', undefined],
  ['an empty text', ''],
])('%s is refused by its form, before any count or hash', async (_what, password) => {
  const refusal = await refusalOf(
    (async () => parseInput(Credentials, { email: 'jane@example.com', password }))(),
  )
  expect(refusal).toMatchObject({ code: 'INVALID_INPUT', fields: { password: expect.any(String) } })
})

describe('throttles', () => {
  beforeEach(forgetThrottles)

  test.each([
    ['a known address', async () => (await makeUser(accountId)).email],
    ['an unknown one', async () => 'nobody@example.com'],
  ])('the seventh attempt in a minute on %s is refused, from wherever it comes', async (_what, address) => {
    const email = await address()
    for (let at = 0; at < 6; at += 1) {
      expect((await refusalOf(enter(email, 'entirely wrong words', `203.0.113.${at}`))).code).toBe(
        'AUTHENTICATION_FAILED',
      )
    }
    const refusal = await refusalOf(enter(email.toUpperCase(), 'entirely wrong words', '203.0.113.99'))
    expect(refusal.code).toBe('RATE_LIMITED')
    expect(refusal.retryAfterSeconds).toBeGreaterThan(0)
    expect(refusal.retryAfterSeconds).toBeLessThanOrEqual(60)
  })

  test('an attempt that one limit refuses is charged to no other', async () => {
    const charged = async () =>
      (await db().select().from(throttles))
        .filter(({ key }) => key.startsWith('sign-in-address-minute'))
        .reduce((sum, { points }) => sum + points, 0)
    for (let at = 0; at < 6; at += 1) await refusalOf(enter('nobody@example.com'))
    expect(await charged()).toBe(6)
    for (let at = 0; at < 5; at += 1) {
      expect((await refusalOf(enter('nobody@example.com'))).code).toBe('RATE_LIMITED')
    }
    expect(await charged()).toBe(6)
  })

  test('sixty attempts a minute from one address, on however many users', async () => {
    for (let at = 0; at < 60; at += 1) await refusalOf(enter(`user-${at}@example.com`, 'wrong words'))
    expect((await refusalOf(enter('user-60@example.com', 'wrong words'))).code).toBe('RATE_LIMITED')
    expect((await refusalOf(enter('user-60@example.com', 'wrong words', '203.0.113.5'))).code).toBe(
      'AUTHENTICATION_FAILED',
    )
  })

  test('attempts made at once are counted like any others', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, () => refusalOf(enter('nobody@example.com', 'wrong words'))),
    )
    const passed = results.filter(({ code }) => code === 'AUTHENTICATION_FAILED')
    expect(passed.length).toBeLessThanOrEqual(6)
    expect(results.filter(({ code }) => code === 'RATE_LIMITED')).toHaveLength(20 - passed.length)
  })

  test('signing in forgives the attempts before it', async () => {
    const { email } = await makeUser(accountId)
    for (let at = 0; at < 5; at += 1) await refusalOf(enter(email, 'entirely wrong words'))
    await enter(email)
    for (let at = 0; at < 6; at += 1) {
      expect((await refusalOf(enter(email, 'entirely wrong words'))).code).toBe('AUTHENTICATION_FAILED')
    }
  })

  test('no address and no identifier stands in the counters', async () => {
    await refusalOf(enter('findme@example.com', 'wrong words', '203.0.113.42'))
    const rows = [...(await db().select().from(throttles)), ...(await db().select().from(signInFailures))]
    expect(JSON.stringify(rows)).not.toMatch(/findme|203\.0\.113\.42/)
  })
})

describe('lockout', () => {
  async function fail(email: string, times: number) {
    for (let at = 0; at < times; at += 1) {
      await forgetThrottles()
      expect((await refusalOf(enter(email, 'entirely wrong words'))).code).toBe('AUTHENTICATION_FAILED')
    }
    await forgetThrottles()
  }

  test('ten failures in a row lock for 15 minutes, even for the right password; then it opens', async () => {
    const { id, email } = await makeUser(accountId)
    await fail(email, 10)
    const refusal = await refusalOf(enter(email))
    expect(refusal).toMatchObject({ code: 'ACCOUNT_LOGIN_TEMPORARILY_LOCKED', retryAfterSeconds: 900 })
    clock.advance({ minutes: 14, seconds: 59 })
    expect((await refusalOf(enter(email))).code).toBe('ACCOUNT_LOGIN_TEMPORARILY_LOCKED')
    clock.advance({ seconds: 2 })
    await expect(enter(email)).resolves.toEqual({ userId: id })
  })

  test('each further failure locks for twice as long, up to a day', async () => {
    const { email } = await makeUser(accountId)
    await fail(email, 10)
    for (const minutes of [15, 30, 60, 120, 240, 480, 960, 1440, 1440]) {
      await forgetThrottles()
      expect((await refusalOf(enter(email))).retryAfterSeconds).toBe(minutes * 60)
      clock.advance({ minutes, seconds: 1 })
      await fail(email, 1)
    }
  })

  test('a stranger elsewhere locks nobody out', async () => {
    const { id, email } = await makeUser(accountId)
    await fail(email, 10)
    await expect(enter(email, USER_PASSWORD, '203.0.113.5')).resolves.toEqual({ userId: id })
  })

  test('a right password ends the row', async () => {
    const { email } = await makeUser(accountId)
    await fail(email, 9)
    await enter(email)
    await fail(email, 9)
    await expect(enter(email)).resolves.toBeDefined()
  })

  test('unknown addresses lock like known ones', async () => {
    await fail('nobody@example.com', 10)
    expect((await refusalOf(enter('nobody@example.com'))).code).toBe('ACCOUNT_LOGIN_TEMPORARILY_LOCKED')
  })
})
