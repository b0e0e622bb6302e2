import { and, eq } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { roles } from '#db/schema/operators.ts'
import { createRole } from '#lib/access/roles/create-role.ts'
import { RoleDto } from '#lib/access/roles/role-dto.ts'
import { updateRole } from '#lib/access/roles/update-role.ts'
import { permissionsOf } from '#lib/core/actor.ts'
import { authorize } from '#lib/core/authorize.ts'
import { OWNER_CLAIMS } from '#lib/core/permissions.ts'
import { claimsOf } from '#lib/core/reserved-roles.ts'
import type { Method } from '#lib/web/http/methods.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeMachineToken } from '#tests/factories/licensed.ts'
import { makeOperator } from '#tests/factories/operator.ts'
import { contextFor, operatorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { refusalOf } from '#tests/helpers/refusal.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

let accountId: string
let token: string
let unique = 0

setUpTestDatabase()
beforeAll(async () => {
  accountId = (await makeAccount()).id
  token = await makeMachineToken(accountId, 'role:read', 'role:write', 'license:read', 'license:write')
})

const send = (method: Method, path: string, body?: object, as = token) =>
  v3(path, { method, token: as, ...(body && { body }) })
const make = async (claims: string[] = ['license:read']) =>
  bodyOf(await send('POST', '/v3/roles', { name: `Support ${++unique}`, claims }), RoleDto, 201)
const rolesNow = () => db().select().from(roles).where(eq(roles.accountId, accountId)).orderBy(roles.id)
const reserved = async (name: string) =>
  (
    await db()
      .select()
      .from(roles)
      .where(and(eq(roles.accountId, accountId), eq(roles.name, name)))
  )[0]?.id ?? ''

test('roles are made, read, listed, changed and deleted, each audited', async () => {
  const body = { name: 'First line', description: 'Answers mails', claims: ['license:read', 'license:read'] }
  const made = bodyOf(await send('POST', '/v3/roles', body), RoleDto, 201)
  expect(made).toMatchObject({ ...body, claims: ['license:read'], reserved: false })
  const path = `/v3/roles/${made.id}`
  expect((await send('GET', path)).body).toEqual(made)
  expect((await send('GET', '/v3/roles?name=First%20line')).body).toEqual([made])
  const changed = await send('PATCH', path, { claims: ['license:write'], description: null })
  expect(changed).toMatchObject({ status: 200, body: { claims: ['license:write'], description: '' } })
  expect((await send('DELETE', path)).status).toBe(204)
  expect((await send('GET', path)).status).toBe(404)
  const events = await db()
    .select({ event: eventLogs.event })
    .from(eventLogs)
    .where(eq(eventLogs.resourceId, made.id))
  expect(events.map(({ event }) => event)).toEqual(['role.created', 'role.updated', 'role.deleted'])
})

test('every claim that GET /v3/roles/claims names is one that owners hold, and none is a customer’s', async () => {
  const claims = bodyOf(await send('GET', '/v3/roles/claims'), z.array(z.string()))
  expect(claims).toEqual([...OWNER_CLAIMS])
  expect(claims.filter((claim) => claim.startsWith('me:') || claim === 'system:work')).toEqual([])
})

test('CX-09: a reserved role is neither changed nor deleted: 403 RESERVED_ROLE says to clone it', async () => {
  const before = await rolesNow()
  for (const name of ['super-admin', 'admin']) {
    const path = `/v3/roles/${await reserved(name)}`
    for (const answer of [
      await send('PATCH', path, { claims: [] }),
      await send('PATCH', path, { description: 'mine' }),
      await send('DELETE', path),
    ]) {
      expect(answer).toMatchObject({
        status: 403,
        body: { code: 'RESERVED_ROLE', message: expect.stringContaining('Clone it') },
      })
    }
    expect(await send('GET', path)).toMatchObject({ status: 200, body: { reserved: true } })
  }
  expect(await rolesNow()).toEqual(before)
})

test('a role that an operator has is 409 IN_USE', async () => {
  const role = await make()
  await makeOperator(accountId, { role: role.name })
  expect(await send('DELETE', `/v3/roles/${role.id}`)).toMatchObject({
    status: 409,
    body: { code: 'IN_USE' },
  })
  expect((await send('GET', `/v3/roles/${role.id}`)).body).toEqual(role)
})

describe('trap: privilege escalation by odd permission names', () => {
  test.each([
    ['a pattern', 'license:*'],
    ['everything', '*'],
    ['another case', 'LICENSE:READ'],
    ['a space behind', 'license:read '],
    ['a line end behind', 'license:read\n'],
    ['a prototype’s key', '__proto__'],
    ['a constructor', 'constructor'],
    ['what an array has', 'length'],
    ['a customer’s own', 'me:write'],
    ['the jobs’ own', 'system:work'],
    ['the open door', 'public'],
    ['two in one', 'license:read,user:ban'],
    ['a look-alike letter', 'licensе:read'],
    ['nothing', ''],
    ['a list', ['license:read']],
    ['a number', 7],
  ])('%s is no claim: 400, nothing is written', async (_what, claim) => {
    const role = await make()
    const before = await rolesNow()
    const refused = { status: 400, body: { fields: { 'claims[1]': expect.any(String) } } }
    const claims = ['license:read', claim]
    expect(await send('POST', '/v3/roles', { name: 'Odd', claims })).toMatchObject(refused)
    expect(await send('PATCH', `/v3/roles/${role.id}`, { claims })).toMatchObject(refused)
    expect(await rolesNow()).toEqual(before)
  })

  test('an odd name that stands in a row all the same gives nothing', () => {
    const claims = claimsOf({
      name: 'Odd',
      reserved: false,
      claims: ['*', '__proto__', 'me:write', 'system:work', 'public', 'license:read'],
    })
    expect(claims).toEqual(['license:read'])
    expect([...permissionsOf(operatorActor(claims))]).toEqual(['license:read'])
    // Nor does a row of the account's own that only has the owner's name.
    expect(claimsOf({ name: 'super-admin', reserved: false, claims: ['license:read'] })).toEqual([
      'license:read',
    ])
  })

  test.each([
    'super-admin',
    'Super-Admin',
    ' ADMIN ',
    'ａｄｍｉｎ',
    'user',
    'organization-admin',
    'Owner',
    'ad\u200bmin',
  ])('a role called %j cannot be made, nor one be renamed so', async (name) => {
    const role = await make()
    const before = await rolesNow()
    for (const answer of [
      await send('POST', '/v3/roles', { name, claims: [] }),
      await send('PATCH', `/v3/roles/${role.id}`, { name }),
    ]) {
      expect(answer).toMatchObject({ status: 400, body: { fields: { name: expect.any(String) } } })
    }
    expect(await rolesNow()).toEqual(before)
  })

  test('nobody gives what they do not hold: 403 naming it', async () => {
    const role = await make()
    const before = await rolesNow()
    const refused = {
      status: 403,
      body: { code: 'INSUFFICIENT_SCOPE', fields: { claims: expect.stringContaining('user:ban') } },
    }
    const claims = ['license:read', 'user:ban']
    expect(await send('POST', '/v3/roles', { name: 'Climber', claims })).toMatchObject(refused)
    expect(await send('PATCH', `/v3/roles/${role.id}`, { claims })).toMatchObject(refused)
    expect(await rolesNow()).toEqual(before)
  })

  test('an operator cannot add to the role that they have themselves', async () => {
    const role = await make(['license:read'])
    const ctx = contextFor(operatorActor(['role:write', 'license:read']), { accountId })
    const refusal = await refusalOf(
      updateRole(authorize(ctx, 'role:write'), role.id, { claims: ['license:read', 'operator:write'] }),
    )
    expect(refusal.code).toBe('INSUFFICIENT_SCOPE')
    expect((await send('GET', `/v3/roles/${role.id}`)).body).toEqual(role)
  })

  test('what was in a role may stay when somebody with less changes it; it cannot be given back', async () => {
    const owner = authorize(contextFor(operatorActor(), { accountId }), 'role:write')
    const role = await createRole(owner, { name: 'Wardens', claims: ['user:ban', 'license:read'] })
    const path = `/v3/roles/${role.id}`
    const kept = await send('PATCH', path, { claims: ['user:ban', 'license:write'] })
    expect(kept).toMatchObject({ status: 200, body: { claims: ['user:ban', 'license:write'] } })
    expect((await send('PATCH', path, { claims: ['license:write'] })).status).toBe(200)
    expect((await send('PATCH', path, { claims: ['user:ban'] })).status).toBe(403)
  })
})

test('names are unique, and roles of another account are 404', async () => {
  const [one, two] = [await make(), await make()]
  const taken = { status: 409, body: { code: 'CONFLICT' } }
  expect(await send('POST', '/v3/roles', { name: one.name, claims: [] })).toMatchObject(taken)
  expect(await send('PATCH', `/v3/roles/${two.id}`, { name: one.name })).toMatchObject(taken)
  const foreign = await makeMachineToken((await makeAccount()).id, 'role:read', 'role:write')
  for (const answer of [
    await send('GET', `/v3/roles/${one.id}`, undefined, foreign),
    await send('PATCH', `/v3/roles/${one.id}`, { claims: [] }, foreign),
    await send('DELETE', `/v3/roles/${one.id}`, undefined, foreign),
  ]) {
    expect(answer.status).toBe(404)
  }
  expect((await send('GET', `/v3/roles/${one.id}`)).body).toEqual(one)
})
