import { and, asc, eq } from 'drizzle-orm'
import fc from 'fast-check'
import { beforeEach, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { passwordResets } from '#db/schema/second-factors.ts'
import { userIdentifiers, users } from '#db/schema/users.ts'
import { authorize } from '#lib/core/authorize.ts'
import { newId } from '#lib/core/ids.ts'
import type { Scope } from '#lib/core/permissions.ts'
import { deleteUser } from '#lib/insight/delete-user.ts'
import { updateUser } from '#lib/people/users/update-user.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeMachineToken } from '#tests/factories/licensed.ts'
import { makeUser } from '#tests/factories/user.ts'
import { contextFor, operatorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { v3 } from '#tests/helpers/v3-call.ts'

let accountId: string
let all: string
let usersAlone: string
const PASSWORD = 'tulip anchor seventy mosaic'

setUpTestDatabase()
beforeEach(async () => {
  accountId = (await makeAccount()).id
  const token = (...scopes: Scope[]) => makeMachineToken(accountId, ...scopes)
  all = await token('user:read', 'user:write', 'organization:write', 'reseller:write')
  usersAlone = await token('user:read', 'user:write')
})

type Kind = 'organization' | 'reseller'
const KINDS = ['organization', 'reseller'] as const

async function make(kind: Kind): Promise<string> {
  const body = { name: `Acme ${newId()}`, email: 'a@acme.example' }
  const made = await v3(`/v3/${kind}s`, { token: all, body })
  if (made.status !== 201) throw new Error(JSON.stringify(made.body))
  return (made.body as { id: string }).id
}

const patch = (id: string, token: string, body: object) =>
  v3(`/v3/users/${id}`, { method: 'PATCH', token, body })

async function makeAdministrator(kind: Kind) {
  const user = await makeUser(accountId)
  const runs = await make(kind)
  const made = await patch(user.id, all, { role: `${kind}-admin`, [`${kind}Id`]: runs })
  if (made.status !== 200) throw new Error(JSON.stringify(made.body))
  return { user, runs }
}

/** All people of the account, how they sign in, and what was noted of them. */
const written = async () => [
  await db().select().from(users).where(eq(users.accountId, accountId)).orderBy(asc(users.id)),
  await db()
    .select()
    .from(userIdentifiers)
    .where(eq(userIdentifiers.accountId, accountId))
    .orderBy(asc(userIdentifiers.id)),
  await db().$count(eventLogs, eq(eventLogs.accountId, accountId)),
]

const refused = { status: 403, body: { code: 'INSUFFICIENT_SCOPE' } }

test.each(KINDS)(
  'F-62: a token for users alone takes no role from who runs the %s, in no way',
  async (kind) => {
    const { user } = await makeAdministrator(kind)
    const other = await make(kind)
    const before = await written()
    for (const body of [
      { role: 'user' },
      { roles: ['user'] },
      { role: 'user', password: PASSWORD },
      { role: 'user', email: 'evil@evil.example' },
      { [`${kind}Id`]: null },
      { [`${kind}Id`]: other },
      { [`${kind}Id`]: other, role: `${kind}-admin` },
      { firstName: 'X', [`${kind}Id`]: '' },
    ]) {
      const answer = await patch(user.id, usersAlone, body)
      expect([body, answer.status]).toEqual([body, 403])
      expect(await written()).toEqual(before)
    }
  },
)

test.each(KINDS)('F-62: a token for users alone does not delete who runs the %s', async (kind) => {
  const { user } = await makeAdministrator(kind)
  const before = await written()
  expect(await v3(`/v3/users/${user.id}`, { method: 'DELETE', token: usersAlone })).toMatchObject(refused)
  expect(await written()).toEqual(before)
  expect((await v3(`/v3/users/${user.id}`, { method: 'DELETE', token: all })).status).toBe(204)
})

test.each(KINDS)('F-62: a token for users alone makes nobody run the %s', async (kind) => {
  const user = await makeUser(accountId)
  const runs = { role: `${kind}-admin`, [`${kind}Id`]: await make(kind) }
  const before = await written()
  expect(await patch(user.id, usersAlone, runs)).toMatchObject(refused)
  expect(await patch(user.id, usersAlone, { ...runs, password: PASSWORD })).toMatchObject(refused)
  const body = { firstName: 'Eve', email: 'eve@evil.example', password: PASSWORD, ...runs }
  expect(await v3('/v3/users', { token: usersAlone, body })).toMatchObject(refused)
  expect(await written()).toEqual(before)
  expect((await v3('/v3/users', { token: all, body })).status).toBe(201)
})

test('F-62: the scope for one kind is not the scope for the other', async () => {
  const organizations = await makeMachineToken(accountId, 'user:write', 'organization:write')
  const { user, runs } = await makeAdministrator('reseller')
  const organizationId = await make('organization')
  const before = await written()
  for (const body of [{ role: 'user' }, { role: 'organization-admin', organizationId }]) {
    expect(await patch(user.id, organizations, body)).toMatchObject(refused)
  }
  expect(await v3(`/v3/users/${user.id}`, { method: 'DELETE', token: organizations })).toMatchObject(refused)
  expect(await written()).toEqual(before)
  const both = await patch(user.id, all, { role: 'organization-admin', organizationId })
  expect(both.body).toMatchObject({ role: 'organization-admin', resellerId: runs })
})

test('F-62: a token for organizations takes an administrator out of theirs, as ever', async () => {
  const { user, runs } = await makeAdministrator('organization')
  const token = await makeMachineToken(accountId, 'organization:write')
  const path = `/v3/organizations/${runs}/users/${user.id}`
  expect((await v3(path, { method: 'DELETE', token: usersAlone })).status).toBe(403)
  expect((await v3(path, { method: 'DELETE', token })).status).toBe(204)
  expect((await v3(`/v3/users/${user.id}`, { token: usersAlone })).body).toMatchObject({
    role: 'user',
    organizationId: null,
  })
})

test('F-62: an administrator’s other fields, and everybody else, are changed by a token for users as ever', async () => {
  const { user, runs } = await makeAdministrator('organization')
  const same = { firstName: 'Renamed', role: 'organization-admin', organizationId: runs }
  expect((await patch(user.id, usersAlone, same)).body).toMatchObject({ ...same })
  const plain = await makeUser(accountId)
  expect((await patch(plain.id, usersAlone, { organizationId: runs })).body).toMatchObject({ role: 'user' })
  expect((await patch(plain.id, usersAlone, { organizationId: null, role: 'user' })).status).toBe(200)
  expect((await v3(`/v3/users/${plain.id}`, { method: 'DELETE', token: usersAlone })).status).toBe(204)
})

test('F-62: an operator who may write users appoints, dismisses and deletes', async () => {
  const operator = authorize(contextFor(operatorActor(['user:write']), { accountId }), 'user:write')
  const { user } = await makeAdministrator('organization')
  expect(await updateUser(operator, { id: user.id, role: 'user' })).toMatchObject({ role: 'user' })
  expect(await updateUser(operator, { id: user.id, role: 'organization-admin' })).toMatchObject({
    role: 'organization-admin',
  })
  await deleteUser(operator, { id: user.id })
  expect((await v3(`/v3/users/${user.id}`, { token: usersAlone })).status).toBe(404)
})

test('F-62: a reset token that was made before an appointment ends with it', async () => {
  const user = await makeUser(accountId)
  const organizationId = await make('organization')
  const made = await v3(`/v3/users/${user.id}/reset-password-token`, { method: 'POST', token: usersAlone })
  const { resetPasswordToken } = made.body as { resetPasswordToken: string }
  const kept = () =>
    db().$count(
      passwordResets,
      and(eq(passwordResets.accountId, accountId), eq(passwordResets.userId, user.id)),
    )
  expect((await patch(user.id, all, { organizationId, firstName: 'Member' })).status).toBe(200)
  expect(await kept()).toBe(1)
  expect((await patch(user.id, all, { role: 'organization-admin' })).status).toBe(200)
  expect(await kept()).toBe(0)
  const before = await written()
  const used = await v3(`/v3/users/${user.id}/reset-password?accountId=${accountId}`, {
    body: { token: decodeURIComponent(resetPasswordToken), newPassword: PASSWORD },
  })
  expect(used.status).toBe(400)
  expect(await written()).toEqual(before)
})

test('F-62: no sequence of changes by a token for users alone leads to an administrator’s password', async () => {
  const { user, runs } = await makeAdministrator('organization')
  const other = await make('organization')
  const hashOf = async () =>
    (await db().select({ hash: users.passwordHash }).from(users).where(eq(users.id, user.id)))[0]?.hash
  const hash = await hashOf()
  const step = fc.constantFrom(
    { role: 'user' },
    { role: 'reseller-admin' },
    { organizationId: null },
    { organizationId: other },
    { organizationId: runs, role: 'organization-admin' },
    { firstName: 'Y' },
    { allowCustomerPortalAccess: false },
    { password: PASSWORD },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 5 }), async (steps) => {
      for (const body of steps) await patch(user.id, usersAlone, body)
      const path = `/v3/users/${user.id}/update-password`
      expect((await v3(path, { token: usersAlone, body: { newPassword: PASSWORD } })).status).toBe(403)
      expect(await hashOf()).toBe(hash)
    }),
    { numRuns: 10 },
  )
}, 60_000)
