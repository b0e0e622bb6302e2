import { and, eq } from 'drizzle-orm'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db, sqlClient } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { mails } from '#db/schema/mail.ts'
import { organizations } from '#db/schema/organizations.ts'
import { passwordResets } from '#db/schema/second-factors.ts'
import { users } from '#db/schema/users.ts'
import { authorize } from '#lib/core/authorize.ts'
import { setClockOffset } from '#lib/core/clock.ts'
import { open } from '#lib/core/crypto/seal.ts'
import { newId } from '#lib/core/ids.ts'
import { systemContext } from '#lib/core/system-context.ts'
import { renderStoredMail } from '#lib/mail/render.ts'
import { mailPasswordReset } from '#lib/people/passwords/mail-password-reset.ts'
import { banUser } from '#lib/people/users/ban-user.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeMachineToken } from '#tests/factories/licensed.ts'
import { makeUser, USER_PASSWORD } from '#tests/factories/user.ts'
import { contextFor, operatorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'
import { buildMail } from '../../../scripts/build-mail.mjs'

const NEW_PASSWORD = 'granite otter hums loudly'

let accountId: string
let pat: string
let user: Awaited<ReturnType<typeof makeUser>>

setUpTestDatabase({ env: { PUBLIC_URL: 'https://portal.example' } })
beforeAll(async () => {
  accountId = (await makeAccount()).id
  pat = await makeMachineToken(accountId, 'user:write')
  await buildMail()
})
beforeEach(async () => {
  await sqlClient()`delete from throttles`
  await sqlClient()`delete from graphile_worker._private_jobs`
  user = await makeUser(accountId)
})
afterEach(() => setClockOffset(0))

const ask = (body: object, ip = '198.51.100.7') =>
  v3('/v3/accounts/reset-password-request', { body: { accountId, ...body }, ip })
const Token = z.object({ resetPasswordToken: z.string() })
const makeToken = async (id = user.id, token = pat) =>
  bodyOf(await v3(`/v3/users/${id}/reset-password-token`, { method: 'POST', token }), Token)
    .resetPasswordToken
const reset = (token: string, newPassword = NEW_PASSWORD, id = user.id) =>
  v3(`/v3/users/${id}/reset-password`, { body: { token, newPassword } })
const login = (password = USER_PASSWORD) =>
  v3('/v3/accounts/login', { body: { accountId, email: user.email, password } })
const passwordIs = async (password: string) => {
  await sqlClient()`delete from throttles`
  return (await login(password)).status === 200
}
const refused = { status: 400, body: { code: 'INVALID_RESET_TOKEN' } }

interface Job {
  task_identifier: string
  payload: { accountId: string; requestId: string; sealedEmail: string }
}
const jobs = () =>
  sqlClient()<Job[]>`
    select tasks.identifier as task_identifier, jobs.payload
    from graphile_worker._private_jobs jobs join graphile_worker._private_tasks tasks on tasks.id = jobs.task_id
    where tasks.identifier = 'password-reset'`

/** What the worker does with the requests that wait. */
async function work(): Promise<void> {
  for (const { payload } of await jobs()) {
    await mailPasswordReset(systemContext(payload.accountId, 'password-reset'), payload)
  }
}
async function mailsTo(userId: string) {
  const rows = await db()
    .select()
    .from(mails)
    .where(and(eq(mails.userId, userId), eq(mails.template, 'password-reset')))
  return rows.map((row) => ({
    to: open('mail', row.sealedTo, row.id),
    props: JSON.parse(open('mail', row.sealedProps, row.id)) as { firstName: string; path: string },
  }))
}

describe('asking for a new password', () => {
  test('SF-20: the token goes to the mailbox alone: not into the answer, the job, the trail or any log', async () => {
    const answer = await ask({ email: user.email.toUpperCase() })
    expect(answer).toMatchObject({ status: 204, body: undefined })
    const [job] = await jobs()
    expect(JSON.stringify(job)).not.toContain(user.email)
    await work()
    const [mail] = await mailsTo(user.id)
    expect(mail?.to).toBe(user.email)
    const link = new URL(mail?.props.path ?? '', 'https://portal.example')
    expect(link.pathname).toBe('/reset-password')
    expect(link.searchParams.get('user')).toBe(user.id)
    const token = link.searchParams.get('token') ?? ''
    const everything = JSON.stringify([
      [...answer.headers],
      await jobs(),
      await db().select().from(eventLogs).where(eq(eventLogs.userId, user.id)),
      await db().select().from(passwordResets).where(eq(passwordResets.userId, user.id)),
    ])
    expect(everything).not.toContain(token)
    const content = await renderStoredMail('password-reset', mail?.props, {
      portalUrl: 'https://portal.example',
      vendorName: 'Acme Software',
    })
    expect(content.subject).toBe('A new password for Acme Software')
    expect(content.text).toContain(`https://portal.example/reset-password?user=${user.id}&token=${token}`)

    expect((await reset(token)).status).toBe(204)
    expect(await passwordIs(NEW_PASSWORD)).toBe(true)
  })

  test('is answered the same, with the same statements, for nobody’s address and for a banned user’s', async () => {
    const banned = await makeUser(accountId)
    await banUser(authorize(contextFor(operatorActor(), { accountId }), 'user:ban'), {
      id: banned.id,
      reason: 'fraud',
    })
    const seen: unknown[] = []
    for (const email of [user.email, 'nobody@example.com', 'not an address', banned.email]) {
      const { status, body, headers } = await ask({ email })
      headers.delete('x-request-id')
      seen.push({ status, body, headers: [...headers] })
    }
    for (const answer of seen) expect(answer).toEqual(seen[0])
    expect(await jobs()).toHaveLength(4)
    await work()
    expect(await mailsTo(banned.id)).toEqual([])
    expect(await db().select().from(passwordResets).where(eq(passwordResets.userId, banned.id))).toEqual([])
    expect(await mailsTo(user.id)).toHaveLength(1)
  })

  test('twice before the job ran is one mail', async () => {
    await ask({ email: user.email })
    await ask({ email: user.email.toUpperCase() })
    expect(await jobs()).toHaveLength(1)
  })

  test.each([
    ['one address asked for from many places', (at: number) => [user.email, `203.0.113.${at}`] as const],
    ['many addresses from one place', (at: number) => [`n${at}@example.com`, '203.0.113.9'] as const],
    ['nobody’s address', (at: number) => ['nobody@example.com', `203.0.113.${at}`] as const],
  ])('%s: the fifth request in a minute is 429', async (_what, request) => {
    for (let at = 0; at < 4; at += 1) {
      const [email, ip] = request(at)
      expect((await ask({ email }, ip)).status).toBe(204)
    }
    const [email, ip] = request(4)
    const fifth = await ask({ email }, ip)
    expect(fifth).toMatchObject({ status: 429, body: { code: 'RATE_LIMITED' } })
    expect(fifth.headers.get('retry-after')).toMatch(/^\d+$/)
  })

  test('of another account mails nobody here', async () => {
    const elsewhere = (await makeAccount()).id
    expect((await ask({ accountId: elsewhere, email: user.email })).status).toBe(204)
    await work()
    expect(await mailsTo(user.id)).toEqual([])
  })
})

describe('a reset token', () => {
  test('made with user:write is audited; it sets the password once and ends every session', async () => {
    const { accessToken } = bodyOf(await login(), z.object({ accessToken: z.string() }))
    const token = await makeToken()
    expect(decodeURIComponent(token)).toBe(token)
    const other = await makeToken()
    const events = await db()
      .select({ event: eventLogs.event })
      .from(eventLogs)
      .where(eq(eventLogs.resourceId, user.id))
    expect(events.filter(({ event }) => event === 'user.reset-password-token-created')).toHaveLength(2)

    expect((await reset(token)).status).toBe(204)
    expect((await v3('/v3/me', { token: accessToken })).status).toBe(401)
    expect(await passwordIs(NEW_PASSWORD)).toBe(true)
    for (const dead of [token, other]) {
      expect(await reset(dead, 'another harbor walnut song')).toMatchObject(refused)
    }
    expect(await passwordIs(NEW_PASSWORD)).toBe(true)
  })

  test('used 20 times at once sets one password', async () => {
    const token = await makeToken()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => reset(token, `granite otter hums loudly ${at}`)),
    )
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 400)).toHaveLength(19)
  })

  test.each([
    [
      'a change of the password',
      async () => {
        const body = { newPassword: 'walnut otter sings twice' }
        await v3(`/v3/users/${user.id}/update-password`, { token: pat, body })
        return 'walnut otter sings twice'
      },
    ],
    [
      'a change of the address',
      async () => {
        const patch = (email: string) =>
          v3(`/v3/users/${user.id}`, { method: 'PATCH', token: pat, body: { email } })
        expect((await patch(`moved-${user.email}`)).status).toBe(200)
        // Moving back does not revive it.
        expect((await patch(user.email)).status).toBe(200)
        return USER_PASSWORD
      },
    ],
    [
      'an hour',
      async () => {
        setClockOffset(3_600_000)
        return USER_PASSWORD
      },
    ],
    [
      'a ban',
      async () => {
        const ctx = authorize(contextFor(operatorActor(), { accountId }), 'user:ban')
        await banUser(ctx, { id: user.id, reason: 'fraud' })
        return null
      },
    ],
  ])('dies on %s', async (_what, happens) => {
    const token = await makeToken()
    const password = await happens()
    const before = await db().select().from(users).where(eq(users.id, user.id))
    expect(await reset(token)).toMatchObject(refused)
    const [after] = await db().select().from(users).where(eq(users.id, user.id))
    expect(after?.passwordHash).toBe(before[0]?.passwordHash)
    if (password) expect(await passwordIs(password)).toBe(true)
  })

  test('lives 59 minutes and 59 seconds; a weak password does not use it up', async () => {
    const token = await makeToken()
    setClockOffset(3_599_000)
    expect(await reset(token, 'password1')).toMatchObject({
      status: 400,
      body: { code: 'INVALID_INPUT', fields: { newPassword: expect.any(String) } },
    })
    expect((await reset(token)).status).toBe(204)
  })

  test.each([
    ['another user’s', async () => makeToken((await makeUser(accountId)).id)],
    ['a made-up one', async () => 'x'.repeat(43)],
    ['one with a NUL', async () => 'a\0b'],
  ])('%s is 400 and changes nothing', async (_what, token) => {
    expect(await reset(await token())).toMatchObject(refused)
    expect(await passwordIs(USER_PASSWORD)).toBe(true)
  })

  test('of another account’s user is 400 here', async () => {
    const elsewhere = (await makeAccount()).id
    const theirs = await makeUser(elsewhere)
    const token = await makeToken(theirs.id, await makeMachineToken(elsewhere, 'user:write'))
    const answer = await v3(`/v3/users/${theirs.id}/reset-password?accountId=${accountId}`, {
      body: { token, newPassword: NEW_PASSWORD },
    })
    expect(answer).toMatchObject(refused)
  })

  test('is made for users with the role user only, and for users of this account', async () => {
    const organizationId = newId()
    const at = new Date()
    await db()
      .insert(organizations)
      .values({ accountId, id: organizationId, name: organizationId, createdAt: at, updatedAt: at })
    const promoted = await v3(`/v3/users/${user.id}`, {
      method: 'PATCH',
      token: await makeMachineToken(accountId, 'user:write', 'organization:write'),
      body: { role: 'organization-admin', organizationId },
    })
    expect(promoted.status).toBe(200)
    const make = (id: string, token: string) =>
      v3(`/v3/users/${id}/reset-password-token`, { method: 'POST', token })
    expect(await make(user.id, pat)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    const elsewhere = await makeMachineToken((await makeAccount()).id, 'user:write')
    expect(await make(user.id, elsewhere)).toMatchObject({ status: 404 })
    expect(await db().select().from(passwordResets).where(eq(passwordResets.userId, user.id))).toEqual([])
  })
})

test('whoever has an account is told of a new password and, at the address before, of another one', async () => {
  const notices = async () => {
    const rows = await db()
      .select()
      .from(mails)
      .where(and(eq(mails.userId, user.id), eq(mails.template, 'security-notice')))
      .orderBy(mails.createdAt, mails.id)
    return rows.map((row) => [
      open('mail', row.sealedTo, row.id),
      JSON.parse(open('mail', row.sealedProps, row.id)).change,
    ])
  }
  expect((await reset(await makeToken())).status).toBe(204)
  const body = { newPassword: 'walnut otter sings twice' }
  await v3(`/v3/users/${user.id}/update-password`, { token: pat, body })
  const moved = `moved-${user.email}`
  await v3(`/v3/users/${user.id}`, { method: 'PATCH', token: pat, body: { email: moved } })
  await v3(`/v3/users/${user.id}`, { method: 'PATCH', token: pat, body: { email: moved.toUpperCase() } })
  expect(await notices()).toEqual([
    [user.email, 'password-reset'],
    [user.email, 'password-changed'],
    [user.email, 'email-changed'],
  ])
  for (const change of [
    'password-changed',
    'password-reset',
    'email-changed',
    'second-factor-on',
    'second-factor-off',
  ]) {
    const content = await renderStoredMail(
      'security-notice',
      { firstName: 'Ada', change },
      { portalUrl: 'https://portal.example', vendorName: 'Acme Software' },
    )
    expect(content.subject.length).toBeGreaterThan(10)
    expect(content.text).toContain('If this was not you')
  }
})
