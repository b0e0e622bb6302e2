import { and, eq } from 'drizzle-orm'
import { generateSync } from 'otplib'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db, sqlClient } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { mails } from '#db/schema/mail.ts'
import { userRecoveryCodes, userTotpSecrets } from '#db/schema/second-factors.ts'
import { accessTokens } from '#db/schema/users.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import { authorize } from '#lib/core/authorize.ts'
import { clock, setClockOffset } from '#lib/core/clock.ts'
import { removeSecondFactor } from '#lib/people/second-factors/remove-second-factor.ts'
import { spendSecondFactor } from '#lib/people/second-factors/spend-second-factor.ts'
import { checkPassword } from '#lib/people/sign-in/check-password.ts'
import { finishSignIn } from '#lib/people/sign-in/finish-sign-in.ts'
import { signIn } from '#lib/people/sign-in/sign-in.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeLicenseOf, makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { makeUser, USER_PASSWORD } from '#tests/factories/user.ts'
import { contextFor, operatorActor, visitorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { refusalOf } from '#tests/helpers/refusal.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

let accountId: string
let user: Awaited<ReturnType<typeof makeUser>>

setUpTestDatabase()
beforeAll(async () => {
  accountId = (await makeAccount({ name: 'Acme & Söhne' })).id
})
const forgetThrottles = () => sqlClient()`delete from throttles`
beforeEach(async () => {
  await forgetThrottles()
  user = await makeUser(accountId)
})
afterEach(() => setClockOffset(0))

const login = (fields: object = {}) =>
  v3('/v3/accounts/login', { body: { accountId, email: user.email, password: USER_PASSWORD, ...fields } })
const LoggedIn = z.object({ accessToken: z.string() })
const bearer = async (fields?: object) => bodyOf(await login(fields), LoggedIn).accessToken
const Secret = z.object({ email: z.string(), url: z.url() })
const Codes = z.object({ recoveryCodes: z.array(z.string()) })
const sessions = async () =>
  (await db().select().from(accessTokens).where(eq(accessTokens.userId, user.id))).filter(
    ({ revokedAt }) => !revokedAt,
  ).length
const events = async () =>
  (await db().select({ event: eventLogs.event }).from(eventLogs).where(eq(eventLogs.userId, user.id))).map(
    ({ event }) => event,
  )

/** The code of the authenticator `steps` after the one that it shows: it follows real time. */
const codeOf = (secret: string, steps = 0) =>
  generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + 30 * steps })

async function start(token: string): Promise<string> {
  const { url } = bodyOf(await v3('/v3/me/2fa-secret', { method: 'POST', token }), Secret)
  return new URL(url).searchParams.get('secret') ?? ''
}
const patchMe = (token: string, body: object) => v3('/v3/me', { method: 'PATCH', token, body })

/** A user with the second factor on; the code of the present step is used up. */
async function enabled(): Promise<{ token: string; secret: string; used: string; recoveryCodes: string[] }> {
  const token = await bearer()
  const secret = await start(token)
  const { recoveryCodes } = bodyOf(await v3('/v3/me/2fa-recovery-codes', { method: 'POST', token }), Codes)
  const used = codeOf(secret)
  const on = await patchMe(token, { twoFactorEnabled: true, twoFactorCode: used })
  expect(on).toMatchObject({ status: 200, body: { twoFactorEnabled: true } })
  return { token, secret, used, recoveryCodes }
}

describe('switching it on', () => {
  test('takes a secret, a first code, and signs out everywhere else; the owner is told', async () => {
    const elsewhere = await bearer()
    const token = await bearer()
    const answer = bodyOf(await v3('/v3/me/2fa-secret', { method: 'POST', token }), Secret)
    expect(answer.email).toBe(user.email)
    expect(answer.url).toMatch(/^otpauth:\/\/totp\/Acme%20%26%20S%C3%B6hne:.+secret=[A-Z2-7]{32}&issuer=/)
    expect(await v3('/v3/me', { token })).toMatchObject({ body: { twoFactorEnabled: false } })
    expect((await login()).status).toBe(200)

    const secret = new URL(answer.url).searchParams.get('secret') ?? ''
    const on = await patchMe(token, { twoFactorEnabled: true, twoFactorCode: codeOf(secret) })
    expect(on).toMatchObject({ status: 200, body: { twoFactorEnabled: true } })
    expect((await v3('/v3/me', { token: elsewhere })).status).toBe(401)
    expect((await v3('/v3/me', { token })).status).toBe(200)
    expect(await events()).toContain('user.second-factor-enabled')
    const told = await db()
      .select({ template: mails.template })
      .from(mails)
      .where(and(eq(mails.userId, user.id), eq(mails.template, 'security-notice')))
    expect(told).toHaveLength(1)
  })

  test.each([
    ['without a code', {}, 'MISSING_TWO_FACTOR_CODE'],
    ['with a wrong one', { twoFactorCode: '000000' }, 'INVALID_TWO_FACTOR_CODE'],
    ['with text', { twoFactorCode: 'open sesame' }, 'INVALID_TWO_FACTOR_CODE'],
  ])('%s is refused and changes nothing', async (_how, fields, code) => {
    const token = await bearer()
    await start(token)
    const refused = await patchMe(token, { twoFactorEnabled: true, firstName: 'Changed', ...fields })
    expect(refused).toMatchObject({ status: 400, body: { code } })
    expect(await v3('/v3/me', { token })).toMatchObject({
      body: { twoFactorEnabled: false, firstName: 'Grace' },
    })
  })

  test('without a secret is 409; with the secret of a moment ago, replaced since, 400', async () => {
    const token = await bearer()
    expect(await patchMe(token, { twoFactorEnabled: true, twoFactorCode: '123456' })).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT' },
    })
    const replaced = await start(token)
    await start(token)
    expect(await patchMe(token, { twoFactorEnabled: true, twoFactorCode: codeOf(replaced) })).toMatchObject({
      status: 400,
    })
    expect(await v3('/v3/me', { token })).toMatchObject({ body: { twoFactorEnabled: false } })
  })

  test('a secret that is on cannot be replaced, and a stale sign-in gets none', async () => {
    const { token, secret } = await enabled()
    expect(await v3('/v3/me/2fa-secret', { method: 'POST', token })).toMatchObject({ status: 409 })
    expect((await login({ twoFactorCode: codeOf(secret, 1) })).status).toBe(200)
    setClockOffset(11 * 60_000)
    for (const path of ['/v3/me/2fa-secret', '/v3/me/2fa-recovery-codes']) {
      expect(await v3(path, { method: 'POST', token })).toMatchObject({
        status: 403,
        body: { code: 'STEP_UP_REQUIRED' },
      })
    }
  })

  test('the database holds neither secret nor recovery code in readable form', async () => {
    const { secret, recoveryCodes } = await enabled()
    const stored = JSON.stringify([
      await db().select().from(userTotpSecrets).where(eq(userTotpSecrets.userId, user.id)),
      await db().select().from(userRecoveryCodes).where(eq(userRecoveryCodes.userId, user.id)),
      await db().select().from(eventLogs).where(eq(eventLogs.userId, user.id)),
    ])
    for (const text of [secret, ...recoveryCodes]) expect(stored).not.toContain(text)
  })
})

describe('signing in with it', () => {
  test('asks for a code, takes the right one, and tells a wrong one apart (contract §1.2)', async () => {
    const { secret } = await enabled()
    const before = await sessions()
    for (const empty of [{}, { twoFactorCode: '', twoFactorRecoveryCode: '' }, { twoFactorCode: null }]) {
      expect(await login(empty)).toMatchObject({ status: 400, body: { code: 'MISSING_TWO_FACTOR_CODE' } })
    }
    expect(await login({ twoFactorCode: '000000' })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_TWO_FACTOR_CODE' },
    })
    expect(await sessions()).toBe(before)
    await forgetThrottles()
    expect((await login({ twoFactorCode: codeOf(secret, 1) })).status).toBe(200)
  })

  test('a wrong password with a right code learns nothing of the second factor', async () => {
    const { secret } = await enabled()
    const twoFactorCode = codeOf(secret, 1)
    const refused = await login({ password: 'entirely wrong words', twoFactorCode })
    expect(refused).toMatchObject({ status: 400, body: { code: 'AUTHENTICATION_FAILED' } })
    // The code was not used up.
    expect((await login({ twoFactorCode })).status).toBe(200)
  })

  test('RH-11: a time step is accepted once: the code that switched it on does not sign in', async () => {
    const { secret, used } = await enabled()
    expect(await login({ twoFactorCode: used })).toMatchObject({ status: 400 })
    const code = codeOf(secret, 1)
    expect((await login({ twoFactorCode: code })).status).toBe(200)
    expect(await login({ twoFactorCode: code })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_TWO_FACTOR_CODE' },
    })
  })

  test('trap: TOTP check-then-use race: of 20 sign-ins at once with one code exactly one comes in', async () => {
    const { secret } = await enabled()
    const ctx = contextFor(visitorActor, { accountId })
    const twoFactorCode = codeOf(secret, 1)
    const spend = () =>
      inTransaction({ ...ctx, clock }, (tx) => spendSecondFactor(tx, user.id, { twoFactorCode }))
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, spend))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect(
      outcomes.filter(
        (outcome) => outcome.status === 'rejected' && outcome.reason.code === 'INVALID_TWO_FACTOR_CODE',
      ),
    ).toHaveLength(19)
    // And over the whole door: that step is gone.
    expect(await login({ twoFactorCode })).toMatchObject({ status: 400 })
  })

  test('a recovery code signs in once, however it is typed; 20 at once: one', async () => {
    const { recoveryCodes } = await enabled()
    expect(recoveryCodes).toHaveLength(10)
    expect(new Set(recoveryCodes).size).toBe(10)
    const [first = '', second = ''] = recoveryCodes
    expect(first).toMatch(/^([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}$/)
    const typed = first.toLowerCase().replaceAll('-', ' ')
    expect((await login({ twoFactorRecoveryCode: typed })).status).toBe(200)
    expect(await login({ twoFactorRecoveryCode: first })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_TWO_FACTOR_CODE', fields: { twoFactorRecoveryCode: expect.any(String) } },
    })
    const ctx = authorize({ ...contextFor(visitorActor, { accountId }), clock }, 'public')
    const proof = await checkPassword(ctx, { email: user.email, password: USER_PASSWORD })
    const outcomes = await Promise.allSettled(
      Array.from({ length: 20 }, async () => {
        await forgetThrottles()
        return finishSignIn(ctx, proof, { twoFactorRecoveryCode: second })
      }),
    )
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })

  test('a new set of recovery codes kills the old', async () => {
    const { token, recoveryCodes } = await enabled()
    const fresh = bodyOf(await v3('/v3/me/2fa-recovery-codes', { method: 'POST', token }), Codes)
    expect(await login({ twoFactorRecoveryCode: recoveryCodes[0] })).toMatchObject({ status: 400 })
    expect((await login({ twoFactorRecoveryCode: fresh.recoveryCodes[0] })).status).toBe(200)
  })

  test('the seventh code in a minute is 429, the right one too', async () => {
    const { secret } = await enabled()
    const ctx = authorize({ ...contextFor(visitorActor, { accountId }), clock }, 'public')
    const proof = await checkPassword(ctx, { email: user.email, password: USER_PASSWORD })
    for (let at = 0; at < 6; at += 1) {
      expect((await refusalOf(finishSignIn(ctx, proof, { twoFactorCode: '000000' }))).code).toBe(
        'INVALID_TWO_FACTOR_CODE',
      )
    }
    const refusal = await refusalOf(finishSignIn(ctx, proof, { twoFactorCode: codeOf(secret, 1) }))
    expect(refusal).toMatchObject({ code: 'RATE_LIMITED', retryAfterSeconds: expect.any(Number) })
  })

  test('ten wrong codes in a row lock like ten wrong passwords', async () => {
    const { secret } = await enabled()
    const ctx = authorize({ ...contextFor(visitorActor, { accountId }), clock }, 'public')
    const proof = await checkPassword(ctx, { email: user.email, password: USER_PASSWORD })
    for (let at = 0; at < 10; at += 1) {
      await forgetThrottles()
      await refusalOf(finishSignIn(ctx, proof, { twoFactorCode: '000000' }))
    }
    await forgetThrottles()
    const refusal = await refusalOf(finishSignIn(ctx, proof, { twoFactorCode: codeOf(secret, 1) }))
    expect(refusal.code).toBe('ACCOUNT_LOGIN_TEMPORARILY_LOCKED')
  })

  test('a first step is worth nothing once the password was changed', async () => {
    const { token, secret } = await enabled()
    const ctx = authorize({ ...contextFor(visitorActor, { accountId }), clock }, 'public')
    const proof = await checkPassword(ctx, { email: user.email, password: USER_PASSWORD })
    const changed = await v3('/v3/me/update-password', {
      token,
      body: { oldPassword: USER_PASSWORD, newPassword: 'granite otter hums loudly' },
    })
    expect(changed.status).toBe(204)
    const refusal = await refusalOf(finishSignIn(ctx, proof, { twoFactorCode: codeOf(secret, 1) }))
    expect(refusal.code).toBe('AUTHENTICATION_FAILED')
  })

  test('an activation that brings email and password alone is 400 AUTHENTICATION_FAILED', async () => {
    const product = await makeSignedProduct(accountId)
    const license = await makeLicenseOf(accountId, product, { userId: user.id, requireAuthentication: true })
    const { secret } = await enabled()
    const device = {
      accountId,
      productId: product.id,
      key: license.key,
      fingerprint: 'f'.repeat(64),
      os: 'linux',
      hostname: 'desk',
    }
    const refused = await v3('/v3/activations', {
      body: { ...device, email: user.email, password: USER_PASSWORD },
    })
    expect(refused).toMatchObject({ status: 400, body: { code: 'AUTHENTICATION_FAILED' } })
    const token = await bearer({ twoFactorCode: codeOf(secret, 1) })
    expect((await v3('/v3/activations', { body: device, token })).status).toBe(201)
  })
})

test('codes count by the authenticator’s own time, however far this installation’s clock was moved', async () => {
  const { secret } = await enabled()
  setClockOffset(400 * 24 * 3_600_000)
  expect((await login({ twoFactorCode: codeOf(secret, 1) })).status).toBe(200)
})

describe('switching it off', () => {
  test('takes a code, forgets secret and recovery codes, and the password alone signs in again', async () => {
    const { token, secret } = await enabled()
    expect(await patchMe(token, { twoFactorEnabled: false })).toMatchObject({
      status: 400,
      body: { code: 'MISSING_TWO_FACTOR_CODE' },
    })
    expect(await patchMe(token, { twoFactorEnabled: false, twoFactorCode: '000000' })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_TWO_FACTOR_CODE' },
    })
    expect(await v3('/v3/me', { token })).toMatchObject({ body: { twoFactorEnabled: true } })
    const off = await patchMe(token, { twoFactorEnabled: false, twoFactorCode: codeOf(secret, 1) })
    expect(off).toMatchObject({ status: 200, body: { twoFactorEnabled: false } })
    expect(await db().select().from(userTotpSecrets).where(eq(userTotpSecrets.userId, user.id))).toEqual([])
    expect(await db().select().from(userRecoveryCodes).where(eq(userRecoveryCodes.userId, user.id))).toEqual(
      [],
    )
    expect((await login()).status).toBe(200)
  })

  test('a form that says it is off where it is off changes nothing', async () => {
    const token = await bearer()
    expect(await patchMe(token, { firstName: 'Ada', twoFactorEnabled: false })).toMatchObject({
      status: 200,
      body: { firstName: 'Ada', twoFactorEnabled: false },
    })
    expect(await events()).not.toContain('user.second-factor-disabled')
  })
})

test('an operator takes it from who lost device and codes: sessions end, the owner is told, no token can do it', async () => {
  const { token } = await enabled()
  const stranger = await makeAccount()
  const elsewhere = contextFor(operatorActor(), { accountId: stranger.id })
  const refusal = await refusalOf(removeSecondFactor(authorize(elsewhere, 'user:write'), { id: user.id }))
  expect(refusal.code).toBe('NOT_FOUND')
  expect(await login()).toMatchObject({ body: { code: 'MISSING_TWO_FACTOR_CODE' } })
  const pat = await makeMachineToken(accountId, 'user:write', 'user:read')
  await v3(`/v3/users/${user.id}`, { method: 'PATCH', token: pat, body: { twoFactorEnabled: false } })
  expect(await v3(`/v3/users/${user.id}`, { token: pat })).toMatchObject({ body: { twoFactorEnabled: true } })

  const ctx = contextFor(operatorActor(), { accountId })
  await removeSecondFactor(authorize(ctx, 'user:write'), { id: user.id })
  expect((await v3('/v3/me', { token })).status).toBe(401)
  expect((await login()).status).toBe(200)
  expect(await events()).toContain('user.second-factor-disabled')
  const told = await db()
    .select({ id: mails.id })
    .from(mails)
    .where(and(eq(mails.userId, user.id), eq(mails.template, 'security-notice')))
  expect(told).toHaveLength(2)
})

test('without a second factor a code that is sent along does no harm', async () => {
  const ctx = authorize({ ...contextFor(visitorActor, { accountId }), clock }, 'public')
  const given = { email: user.email, password: USER_PASSWORD, twoFactorCode: '123456' }
  await expect(signIn(ctx, given)).resolves.toEqual({ userId: user.id })
})
