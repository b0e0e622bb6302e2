import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { and, eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { databaseUrl, db, sqlClient } from '#db/client.ts'
import { mails } from '#db/schema/mail.ts'
import { personalAccessTokens } from '#db/schema/operators.ts'
import { userIdentifiers, users } from '#db/schema/users.ts'
import { authorize } from '#lib/core/authorize.ts'
import { OWNER_CLAIMS, type Permission } from '#lib/core/permissions.ts'
import { systemContext } from '#lib/core/system-context.ts'
import { getMail } from '#lib/mail/get-mail.ts'
import { sendDueMail } from '#lib/mail/send-due-mail.ts'
import { mailPasswordReset } from '#lib/people/passwords/mail-password-reset.ts'
import { removeSecondFactor } from '#lib/people/second-factors/remove-second-factor.ts'
import { updateUser } from '#lib/people/users/update-user.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeMachineToken } from '#tests/factories/licensed.ts'
import { makeUser } from '#tests/factories/user.ts'
import { contextFor, operatorActor, patActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { refusalOf } from '#tests/helpers/refusal.ts'
import { v3 } from '#tests/helpers/v3-call.ts'
import { buildMail } from '../../scripts/build-mail.mjs'

let accountId: string
let token: string
const PASSWORD = 'tulip anchor seventy mosaic'
const SECRET_KEY = 'a test secret of more than thirty-two characters'

setUpTestDatabase({ env: { SECRET_KEY, PUBLIC_URL: 'https://portal.example' } })
beforeAll(() => buildMail())
beforeEach(async () => {
  accountId = (await makeAccount()).id
  token = await makeMachineToken(
    accountId,
    'user:read',
    'user:write',
    'organization:read',
    'organization:write',
  )
})

async function makeAdministrator() {
  const user = await makeUser(accountId)
  const organization = await v3('/v3/organizations', {
    token,
    body: { name: 'Acme', email: 'a@acme.example' },
  })
  const { id } = organization.body as { id: string }
  const body = { role: 'organization-admin', organizationId: id }
  const made = await v3(`/v3/users/${user.id}`, { method: 'PATCH', token, body })
  if (made.status !== 200) throw new Error(JSON.stringify([organization.body, made.body]))
  return user
}

/** All that would let somebody act as the user. */
const stateOf = async (id: string) => [
  await db()
    .select({ hash: users.passwordHash, at: users.passwordChangedAt })
    .from(users)
    .where(and(eq(users.accountId, accountId), eq(users.id, id))),
  await db()
    .select({ value: userIdentifiers.value })
    .from(userIdentifiers)
    .where(and(eq(userIdentifiers.accountId, accountId), eq(userIdentifiers.userId, id))),
]

describe('who runs an organization', () => {
  test.each([
    ['given a reset token', 'POST', '/reset-password-token', undefined],
    ['given a password', 'POST', '/update-password', { newPassword: PASSWORD }],
    ['given a password among other things', 'PATCH', '', { firstName: 'X', password: PASSWORD }],
    ['given another address', 'PATCH', '', { email: 'evil@evil.example' }],
  ] as const)('F-62: cannot be %s by a token, whatever its scopes', async (_what, method, path, body) => {
    const user = await makeAdministrator()
    const before = await stateOf(user.id)
    const refused = await v3(`/v3/users/${user.id}${path}`, { method, token, ...(body && { body }) })
    expect([refused.status, refused.body]).toMatchObject([403, { code: 'FORBIDDEN' }])
    expect(await stateOf(user.id)).toEqual(before)
  })

  test('F-62: does not lose a second factor to a token, and everything works for an operator', async () => {
    const user = await makeAdministrator()
    const machine = authorize(contextFor(patActor('user:write'), { accountId }), 'user:write')
    expect(await refusalOf(removeSecondFactor(machine, { id: user.id }))).toMatchObject({ code: 'FORBIDDEN' })
    const operator = authorize(contextFor(operatorActor(), { accountId }), 'user:write')
    await removeSecondFactor(operator, { id: user.id })
    const before = await stateOf(user.id)
    await updateUser(operator, { id: user.id, password: PASSWORD })
    expect(await stateOf(user.id)).not.toEqual(before)
  })

  test('F-62: other users are changed by a token as ever, and so is what takes nobody over', async () => {
    const plain = await makeUser(accountId)
    const set = await v3(`/v3/users/${plain.id}/update-password`, { token, body: { newPassword: PASSWORD } })
    expect(set.status).toBeLessThan(300)
    const admin = await makeAdministrator()
    const body = { firstName: 'Renamed', email: admin.email }
    expect((await v3(`/v3/users/${admin.id}`, { method: 'PATCH', token, body })).body).toMatchObject({
      firstName: 'Renamed',
    })
  })
})

describe('the mailbox', () => {
  const seenBy = async (claims: readonly Permission[], template: string) => {
    const [mail] = await db()
      .select({ id: mails.id })
      .from(mails)
      .where(and(eq(mails.accountId, accountId), eq(mails.template, template)))
    const ctx = authorize(contextFor(operatorActor(claims), { accountId }), 'mail:read')
    return getMail(ctx, mail?.id ?? '')
  }
  /** Does the jobs that wait, as the worker does them. */
  const sendAll = async () => {
    const waiting = await sqlClient()<
      { payload: { accountId: string; requestId: string; sealedEmail: string } }[]
    >`
      select jobs.payload from graphile_worker._private_jobs jobs
      join graphile_worker._private_tasks tasks on tasks.id = jobs.task_id
      where tasks.identifier = 'password-reset'`
    for (const { payload } of waiting) {
      await mailPasswordReset(systemContext(payload.accountId, 'password-reset'), payload)
    }
    const work = authorize(systemContext(accountId, 'mail'), 'system:work')
    for (const { id } of await db()
      .select({ id: mails.id })
      .from(mails)
      .where(eq(mails.accountId, accountId)))
      await sendDueMail(work, id)
  }

  test('F-62: shows the link of a reset to who could make one, and to nobody else', async () => {
    const user = await makeUser(accountId)
    const body = { email: user.email, accountId }
    expect((await v3('/v3/accounts/reset-password-request', { body })).status).toBeLessThan(300)
    await sendAll()
    for (const claims of [OWNER_CLAIMS, ['mail:read', 'user:write'] as const]) {
      const mail = await seenBy(claims, 'password-reset')
      expect(mail.text).toMatch(/https:\/\/portal\.example\/reset-password/)
      expect(mail.html).toMatch(/https:\/\/portal\.example\/reset-password/)
    }
    for (const claims of [['mail:read'], ['mail:read', 'user:read', 'license:write']] as const) {
      const mail = await seenBy(claims, 'password-reset')
      expect(`${mail.text} ${mail.html}`).not.toMatch(/reset-password|token=|https?:/)
      expect(mail.text).toContain('[hidden link]')
      expect(mail.to).toBe(user.email)
    }
  })
})

describe('the command line', () => {
  const root = join(import.meta.dirname, '../..')
  const dataDir = mkdtempSync(join(tmpdir(), 'f-62-'))
  afterAll(() => rmSync(dataDir, { recursive: true, force: true }))
  const run = (...args: string[]) =>
    spawnSync(join(root, 'node_modules/.bin/node'), [join(root, 'bin/latchkey.ts'), ...args], {
      cwd: root,
      encoding: 'utf8',
      input: PASSWORD,
      env: {
        ...process.env,
        DATA_DIR: dataDir,
        DATABASE_URL: databaseUrl(),
        SECRET_KEY,
        BILLING_MODE: 'off',
      },
    })

  test.each([
    [['pat', 'create', '--name', 'x', '--scopes', 'license:read']],
    [['operator', 'create', '--email', 'o@v.example', '--name', 'O']],
    [['seed', 'demo']],
    [['doctor']],
    [['key', 'rotate']],
    [['verify-file', 'none']],
  ])(
    'F-62: %j takes --account, and says when there is no such account',
    (args) => {
      const refused = run(...args, '--account', 'nobody')
      expect([refused.stderr.trim(), refused.stdout, refused.status]).toEqual([
        '--account: there is no account "nobody".',
        '',
        2,
      ])
    },
    60_000,
  )

  test.each([[['backup', 'x']], [['restore', 'x']], [['key', 'reencrypt']], [['account', 'create']]])(
    'F-62: %j is about the whole installation and says so',
    (args) => {
      const refused = run('--account', 'main', ...args)
      expect(refused.stderr).toMatch(/is about the whole installation: leave --account out/)
      expect(refused.status).toBe(2)
    },
    60_000,
  )

  test('F-62: a token is made for the account that is named, by alias or id', async () => {
    const other = await makeAccount()
    const made = run('pat', 'create', '--account', other.id, '--name', 'ci', '--scopes', 'license:read')
    expect([made.status, made.stderr]).toEqual([0, ''])
    const rows = await db()
      .select()
      .from(personalAccessTokens)
      .where(eq(personalAccessTokens.accountId, other.id))
    expect(rows).toMatchObject([{ name: 'ci' }])
  }, 60_000)
})
