import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { generateSync } from 'otplib'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db, sqlClient } from '#db/client.ts'
import { operatorSessions } from '#db/schema/operators.ts'
import { userRecoveryCodes, userTotpSecrets } from '#db/schema/second-factors.ts'
import { accessTokens } from '#db/schema/users.ts'
import { signInOperator } from '#lib/access/operators/sign-in-operator.ts'
import { findAccessToken } from '#lib/access/tokens/find-access-token.ts'
import type { Proven } from '#lib/access/tokens/issue-access-token.ts'
import { mintSignInTicket } from '#lib/access/tokens/mint-sign-in-ticket.ts'
import { redeemSignInTicket } from '#lib/access/tokens/redeem-sign-in-ticket.ts'
import { authorize } from '#lib/core/authorize.ts'
import { clock } from '#lib/core/clock.ts'
import { checkPassword, type PasswordProof } from '#lib/people/sign-in/check-password.ts'
import { finishSignIn } from '#lib/people/sign-in/finish-sign-in.ts'
import { banUser } from '#lib/people/users/ban-user.ts'
import { ensureFirstAccount } from '#lib/vendor/accounts/first-account.ts'
import { carrySession } from '#lib/web/sessions/next-auth.ts'
import { openSessionCookie } from '#lib/web/sessions/session-token.ts'
import { makeMachineToken } from '#tests/factories/licensed.ts'
import { disableOperator, makeOperator } from '#tests/factories/operator.ts'
import { makeUser, USER_PASSWORD } from '#tests/factories/user.ts'
import { contextFor, operatorActor, visitorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { refusalOf } from '#tests/helpers/refusal.ts'
import { queueAtRow } from '#tests/helpers/row-queue.ts'
import { configureSessions } from '#tests/helpers/sign-in-customer.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

const RESET = 'granite otter hums loudly'
const CHANGED = 'another quiet walnut door'

let accountId: string
let pat: string
let email: string
let userId: string

setUpTestDatabase()
beforeAll(async () => {
  configureSessions()
  accountId = await ensureFirstAccount(db(), new Date())
  pat = await makeMachineToken(accountId, 'user:write')
})
beforeEach(async () => {
  const user = await makeUser(accountId)
  email = user.email
  userId = user.id
})
afterEach(() => sqlClient()`delete from throttles`)

const visitor = () => authorize(contextFor(visitorActor, { accountId }), 'public')
const login = (password = USER_PASSWORD) => v3('/v3/accounts/login', { body: { accountId, email, password } })
async function signedIn() {
  const token = bodyOf(await login(), z.object({ accessToken: z.string() })).accessToken
  // Its sign of life is written now, and not while the row is held.
  await v3('/v3/me', { token })
  return token
}
async function mailedToken() {
  const answer = await v3(`/v3/users/${userId}/reset-password-token`, { method: 'POST', token: pat })
  return bodyOf(answer, z.object({ resetPasswordToken: z.string() })).resetPasswordToken
}
const reset = (token: string, newPassword = RESET) =>
  v3(`/v3/users/${userId}/reset-password`, { body: { token, newPassword } })
const change = (token: string) =>
  v3('/v3/me/update-password', { token, body: { oldPassword: USER_PASSWORD, newPassword: CHANGED } })
async function passwordIs(): Promise<string | undefined> {
  for (const password of [USER_PASSWORD, RESET, CHANGED]) {
    await sqlClient()`delete from throttles`
    if ((await login(password)).status === 200) return password
  }
}
const atUser = <A, B>(first: () => Promise<A>, second: () => Promise<B>) =>
  queueAtRow({ table: 'users', id: userId }, first, second)
const answerOf = (settled: PromiseSettledResult<{ status: number; body: unknown }>) => {
  if (settled.status === 'rejected') throw settled.reason
  return { status: settled.value.status, body: settled.value.body }
}
const live = async () =>
  (await db().select().from(accessTokens).where(eq(accessTokens.userId, userId))).filter(
    ({ revokedAt }) => revokedAt === null,
  ).length

describe('F-41: a password changed while a reset is under way', () => {
  test('F-41: the reset stands: who changes the password with the old one, a moment later, is refused', async () => {
    const [session, token] = [await signedIn(), await mailedToken()]
    const [first, second] = await atUser(
      () => reset(token),
      () => change(session),
    )
    expect(answerOf(first).status).toBeLessThan(300)
    expect(answerOf(second).status).toBeGreaterThanOrEqual(400)
    expect(await live()).toBe(0)
    expect(await passwordIs()).toBe(RESET)
  })

  test('F-41: the change stands, and the mailed token is dead, if the change was first', async () => {
    const [session, token] = [await signedIn(), await mailedToken()]
    const [first, second] = await atUser(
      () => change(session),
      () => reset(token),
    )
    expect(answerOf(first).status).toBeLessThan(300)
    expect(answerOf(second)).toMatchObject({ status: 400, body: { code: 'INVALID_RESET_TOKEN' } })
    expect(await passwordIs()).toBe(CHANGED)
  })

  test('F-41: of two resets with two tokens the first one stands', async () => {
    const [one, two] = [await mailedToken(), await mailedToken()]
    const [first, second] = await atUser(
      () => reset(one),
      () => reset(two, CHANGED),
    )
    expect(answerOf(first).status).toBeLessThan(300)
    expect(answerOf(second)).toMatchObject({ status: 400, body: { code: 'INVALID_RESET_TOKEN' } })
    expect(await passwordIs()).toBe(RESET)
  })

  test('F-41: a machine that names the old password is refused when it is not that any more', async () => {
    const token = await mailedToken()
    const body = { oldPassword: USER_PASSWORD, newPassword: CHANGED }
    const [first, second] = await atUser(
      () => reset(token),
      () => v3(`/v3/users/${userId}/update-password`, { token: pat, body }),
    )
    expect(answerOf(first).status).toBeLessThan(300)
    expect(answerOf(second).body).toMatchObject({ code: 'AUTHENTICATION_FAILED' })
    expect(await passwordIs()).toBe(RESET)
  })
})

describe('F-41: what a session that a reset ends is about to change stays as it was', () => {
  const secretOf = async (token: string) => {
    const { url } = bodyOf(
      await v3('/v3/me/2fa-secret', { method: 'POST', token }),
      z.object({ url: z.url() }),
    )
    return new URL(url).searchParams.get('secret') ?? ''
  }
  const code = (secret: string) => generateSync({ secret, epoch: Math.floor(Date.now() / 1000) })
  const patch = (token: string, body: object) => v3('/v3/me', { method: 'PATCH', token, body })
  const stored = async () =>
    JSON.stringify([
      await db().select().from(userTotpSecrets).where(eq(userTotpSecrets.userId, userId)),
      await db().select().from(userRecoveryCodes).where(eq(userRecoveryCodes.userId, userId)),
      await sqlClient()`select canonical from user_identifiers where user_id = ${userId}`,
    ])

  test.each([
    ['the address', async () => (token: string) => patch(token, { email: `thief-${userId}@example.com` })],
    [
      'recovery codes',
      async () => (token: string) => v3('/v3/me/2fa-recovery-codes', { method: 'POST', token }),
    ],
    ['an authenticator', async () => (token: string) => v3('/v3/me/2fa-secret', { method: 'POST', token })],
    [
      'the second factor, switched on',
      async (session: string) => {
        const secret = await secretOf(session)
        return (token: string) => patch(token, { twoFactorEnabled: true, twoFactorCode: code(secret) })
      },
    ],
  ])('F-41: %s', async (_what, prepare) => {
    const [session, token] = [await signedIn(), await mailedToken()]
    const act = await prepare(session)
    const before = await stored()
    const [first, second] = await atUser(
      () => reset(token),
      () => act(session),
    )
    expect(answerOf(first).status).toBeLessThan(300)
    expect(answerOf(second)).toMatchObject({ status: 401, body: { code: 'INVALID_TOKEN' } })
    expect(await stored()).toBe(before)
  })

  test('F-41: the second factor stays on when the session that switches it off has just been ended', async () => {
    const session = await signedIn()
    const secret = await secretOf(session)
    const on = generateSync({ secret, epoch: Math.floor(Date.now() / 1000) - 30 })
    expect((await patch(session, { twoFactorEnabled: true, twoFactorCode: on })).status).toBe(200)
    const token = await mailedToken()
    const [, second] = await atUser(
      () => reset(token),
      () => patch(session, { twoFactorEnabled: false, twoFactorCode: code(secret) }),
    )
    expect(answerOf(second)).toMatchObject({ status: 401, body: { code: 'INVALID_TOKEN' } })
    const [row] = await db().select().from(userTotpSecrets).where(eq(userTotpSecrets.userId, userId))
    expect(row?.enabledAt).toBeInstanceOf(Date)
  })

  test('F-41: a ban has the last word, too', async () => {
    const session = await signedIn()
    const operator = authorize(contextFor(operatorActor(), { accountId }), 'user:ban')
    const [first, second] = await atUser(
      () => banUser(operator, { id: userId, reason: 'fraud' }),
      () => change(session),
    )
    expect(first.status).toBe('fulfilled')
    expect(answerOf(second)).toMatchObject({ status: 401, body: { code: 'INVALID_TOKEN' } })
  })
})

describe('F-41: sign-ins that began before a reset', () => {
  const proofOf = () => checkPassword(visitor(), { email, password: USER_PASSWORD })
  const prove = async () => finishSignIn(visitor(), await proofOf(), {})
  const mint = (proven: Proven) => mintSignInTicket(visitor(), { ...proven, userAgent: 'Test/1.0' })
  const resetNow = async () => expect((await reset(await mailedToken())).status).toBeLessThan(300)

  test('F-41: a ticket minted after the sign-in was finished does not survive the reset', async () => {
    const proven = await prove()
    await resetNow()
    const earned = await mint(proven)
    expect(await carrySession(visitor(), earned)).toBeUndefined()
    expect(await live()).toBe(0)
  })

  test('F-41: nor does one that was minted before it, also where the clock stands still', async () => {
    const earned = await mint(await prove())
    await resetNow()
    expect(await redeemSignInTicket(visitor(), earned)).toBeUndefined()
    expect(await live()).toBe(0)
  })

  test('F-41: nor one that is redeemed at the very moment of the reset, whichever is first', async () => {
    const [early, late] = [await mint(await prove()), await mint(await prove())]
    const token = await mailedToken()
    const [, redeemed] = await atUser(
      () => reset(token),
      () => redeemSignInTicket(visitor(), late),
    )
    expect(redeemed).toMatchObject({ status: 'fulfilled', value: undefined })
    expect(await redeemSignInTicket(visitor(), early)).toBeUndefined()

    const again = await mint(
      await finishSignIn(visitor(), await checkPassword(visitor(), { email, password: RESET }), {}),
    )
    const next = await mailedToken()
    const [session] = await atUser(
      () => redeemSignInTicket(visitor(), again),
      () => reset(next, CHANGED),
    )
    if (session.status === 'rejected') throw session.reason
    expect(session.value).toBeDefined()
    expect(await findAccessToken(session.value?.token ?? '', clock)).toBeUndefined()
    expect(await live()).toBe(0)
  })

  test('F-41: nor does a sign-in over the API, whichever is first', async () => {
    const [one, two] = [await mailedToken(), await mailedToken()]
    const [begun] = await atUser(
      () => login(),
      () => reset(one),
    )
    const { accessToken } = z.object({ accessToken: z.string() }).parse(answerOf(begun).body)
    expect(await findAccessToken(accessToken, clock)).toBeUndefined()
    expect((await reset(two)).body).toMatchObject({ code: 'INVALID_RESET_TOKEN' })

    const next = await mailedToken()
    const [, late] = await atUser(
      () => reset(next, CHANGED),
      () => login(RESET),
    )
    expect(answerOf(late).body).toMatchObject({ code: 'AUTHENTICATION_FAILED' })
    expect(await live()).toBe(0)
  })

  test('F-41: nor does the first step of a sign-in, or a ticket, survive a second factor that is switched on', async () => {
    const session = await signedIn()
    const earned = await mint(await prove())
    const proof = await proofOf()
    const answer = await v3('/v3/me/2fa-secret', { method: 'POST', token: session })
    const secret = new URL(bodyOf(answer, z.object({ url: z.url() })).url).searchParams.get('secret') ?? ''
    const body = {
      twoFactorEnabled: true,
      twoFactorCode: generateSync({ secret, epoch: Math.floor(Date.now() / 1000) }),
    }
    expect((await v3('/v3/me', { method: 'PATCH', token: session, body })).status).toBe(200)
    expect(await redeemSignInTicket(visitor(), earned)).toBeUndefined()
    expect((await refusalOf(finishSignIn(visitor(), proof, {}))).code).toBe('AUTHENTICATION_FAILED')
    expect(await live()).toBe(1)
  })

  test('F-41: whatever happens between the steps of a sign-in, its session lives only if nothing ended all sessions since', async () => {
    const step = fc.constantFrom(
      'check',
      'finish',
      'mint',
      'redeem',
      'reset',
      'machine',
      'operator',
      'check',
      'finish',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 10 }), async (steps) => {
        const user = await makeUser(accountId)
        email = user.email
        userId = user.id
        let password = USER_PASSWORD
        let ended = 0
        let proof: { of: PasswordProof; at: number } | undefined
        let proven: { of: Proven; at: number } | undefined
        let ticket: { of: { ticket: string; flow: string }; at: number } | undefined
        const sessions: { token: string; at: number }[] = []
        for (const [at, what] of [...steps, 'mint', 'redeem'].entries()) {
          await sqlClient()`delete from throttles`
          if (what === 'check') proof = { of: await checkPassword(visitor(), { email, password }), at: ended }
          if (what === 'finish' && proof) {
            const finished = await finishSignIn(visitor(), proof.of, {}).catch(() => undefined)
            expect(finished !== undefined).toBe(proof.at === ended)
            if (finished) proven = { of: finished, at: ended }
          }
          if (what === 'mint' && proven) ticket = { of: await mint(proven.of), at: proven.at }
          if (what === 'redeem' && ticket) {
            const redeemed = await redeemSignInTicket(visitor(), ticket.of)
            expect(redeemed !== undefined).toBe(ticket.at === ended)
            if (redeemed) sessions.push({ token: redeemed.token, at: ended })
            ticket = undefined
          }
          if (what === 'reset' || what === 'machine') {
            password = `walnut bridge harbor ${at}`
            const body = { newPassword: password }
            const answer =
              what === 'reset'
                ? await reset(await mailedToken(), password)
                : await v3(`/v3/users/${userId}/update-password`, { token: pat, body })
            expect(answer.status).toBeLessThan(300)
            ended += 1
          }
          if (what === 'operator') {
            const session = await login(password)
            expect(session.status).toBe(200)
            const token = z.object({ accessToken: z.string() }).parse(session.body).accessToken
            password = `walnut bridge copper ${at}`
            const body = { password }
            expect((await v3(`/v3/users/${userId}`, { method: 'PATCH', token: pat, body })).status).toBe(200)
            ended += 1
            sessions.push({ token, at: ended - 1 })
          }
        }
        for (const { token, at } of sessions) {
          expect((await findAccessToken(token, clock)) !== undefined).toBe(at === ended)
        }
      }),
      { numRuns: 10 },
    )
  })
})

test('F-41: an operator who is disabled while the password is compared is not signed in', async () => {
  const operator = await makeOperator(accountId)
  const given = { email: operator.email, password: operator.password, userAgent: 'Test/1.0' }
  const [, second] = await queueAtRow(
    { table: 'operators', id: operator.id },
    () => disableOperator(operator.id, new Date()),
    () => signInOperator(visitor(), given),
  )
  expect(second).toMatchObject({ status: 'rejected', reason: { code: 'AUTHENTICATION_FAILED' } })
  const sessions = await db()
    .select()
    .from(operatorSessions)
    .where(eq(operatorSessions.operatorId, operator.id))
  expect(sessions).toEqual([])
})

test('F-41: a page’s session after an undisturbed sign-in is there', async () => {
  const proven = await finishSignIn(
    visitor(),
    await checkPassword(visitor(), { email, password: USER_PASSWORD }),
    {},
  )
  const earned = await mintSignInTicket(visitor(), { ...proven, userAgent: 'Test/1.0' })
  const token = await openSessionCookie((await carrySession(visitor(), earned))?.value)
  expect(await findAccessToken(token ?? '', clock)).toMatchObject({ userId })
})
