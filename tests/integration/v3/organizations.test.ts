import { eq } from 'drizzle-orm'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db, sqlClient } from '#db/client.ts'
import { licenseMeterAttributes } from '#db/schema/license-parts.ts'
import { licenses } from '#db/schema/licenses.ts'
import { organizationUserGroupMembers } from '#db/schema/user-groups.ts'
import { users } from '#db/schema/users.ts'
import { newId } from '#lib/core/ids.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { UserGroupDto } from '#lib/people/groups/user-group-dto.ts'
import { OrganizationDto } from '#lib/people/organizations/organization-dto.ts'
import { ResellerDto } from '#lib/people/resellers/reseller-dto.ts'
import { UserDto } from '#lib/people/users/user-dto.ts'
import type { Method } from '#lib/web/http/methods.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  makeCustomer,
  makeLicenseOf,
  makeMachineToken,
  makeSignedProduct,
} from '#tests/factories/licensed.ts'
import { USER_PASSWORD } from '#tests/factories/user.ts'
import { auditTrail } from '#tests/helpers/audit-trail.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

let accountId: string
let token: string
let unique = 0

setUpTestDatabase()
beforeAll(async () => {
  accountId = (await makeAccount()).id
  token = await makeMachineToken(
    accountId,
    'organization:read',
    'organization:write',
    'reseller:read',
    'reseller:write',
    'user:read',
    'user:write',
  )
})
beforeEach(() => sqlClient()`delete from throttles`)

const name = (what = 'Initech') => `${what} ${++unique}`
const send = (method: Method, path: string, body?: object, as = token) =>
  v3(path, { method, token: as, ...(body && { body }) })
const makeOrganization = async (fields: object = {}) =>
  bodyOf(await send('POST', '/v3/organizations', { name: name(), ...fields }), OrganizationDto, 201)
const makeReseller = async (fields: object = {}) =>
  bodyOf(await send('POST', '/v3/resellers', { name: name('Resell'), ...fields }), ResellerDto, 201)
const newUser = (fields: object = {}) => ({
  firstName: 'Ada',
  email: `ada-${newId()}@example.com`,
  password: USER_PASSWORD,
  ...fields,
})
const patchUser = (id: string, fields: object) => send('PATCH', `/v3/users/${id}`, fields)
const memberOf = async (organizationId: string, columns: object = {}) =>
  makeCustomer(accountId, { organizationId, ...columns })
const adminOf = async (organizationId: string) =>
  makeCustomer(accountId, { organizationId, isOrganizationAdmin: true })
const resellerAdmin = (resellerId: string) => makeCustomer(accountId, { resellerId, isResellerAdmin: true })
const seatsOf = async (organizationId: string) =>
  (await db().select({ id: users.id }).from(users).where(eq(users.organizationId, organizationId))).length
const eventsOf = (resourceId: string) => auditTrail(accountId, resourceId)
const ids = (body: unknown) =>
  z
    .array(z.looseObject({ id: z.string() }))
    .parse(body)
    .map(({ id }) => id)

describe('organizations', () => {
  test('are made, read, listed, changed and deleted, each audited', async () => {
    const reseller = await makeReseller()
    const fields = {
      name: name(),
      email: 'Office@Initech.example',
      description: 'Makers of reports',
      address: { addressLine1: '1 Main St', city: 'Austin', country: 'US' },
      allowedUsers: '5',
      resellerId: reseller.id,
      metadata: [{ key: 'crm', value: '17', viewPermissions: [] }],
    }
    const made = bodyOf(await send('POST', '/v3/organizations', fields), OrganizationDto, 201)
    expect(made).toMatchObject({
      name: fields.name,
      email: 'Office@Initech.example',
      address: { addressLine1: '1 Main St', addressLine2: '', city: 'Austin', state: '', postalCode: '' },
      allowedUsers: 5,
      totalUsers: 0,
      resellerId: reseller.id,
      metadata: [{ key: 'crm' }],
    })
    const path = `/v3/organizations/${made.id}`
    expect((await send('GET', path)).body).toEqual(made)
    const found = await send('GET', `/v3/organizations?name[eq]=${encodeURIComponent(made.name)}`)
    expect(ids(found.body)).toEqual([made.id])
    const changed = await send('PATCH', path, { address: null, email: '', allowedUsers: -1 })
    expect(changed).toMatchObject({ status: 200, body: { address: null, email: '', allowedUsers: -1 } })
    expect((await send('DELETE', path)).status).toBe(204)
    expect((await send('GET', path)).status).toBe(404)
    expect(await eventsOf(made.id)).toEqual([
      'organization.created',
      'organization.updated',
      'organization.deleted',
    ])
  })

  test('have names of their own, by creation and by change', async () => {
    const first = await makeOrganization()
    const second = await makeOrganization()
    const taken = { status: 409, body: { code: 'CONFLICT', fields: { name: expect.any(String) } } }
    expect(await send('POST', '/v3/organizations', { name: first.name })).toMatchObject(taken)
    expect(await send('PATCH', `/v3/organizations/${second.id}`, { name: first.name })).toMatchObject(taken)
  })

  test.each([
    ['no name', {}, 'name'],
    ['a malformed address', { name: 'X', email: 'nobody' }, 'email'],
    ['seats below -1', { name: 'X', allowedUsers: -2 }, 'allowedUsers'],
    ['an unknown reseller', { name: 'X', resellerId: newId() }, 'resellerId'],
  ])('%s is 400 naming the field, and nothing is made', async (_what, fields, field) => {
    const before = (await send('GET', '/v3/organizations')).headers.get('pagination-count')
    expect(await send('POST', '/v3/organizations', fields)).toMatchObject({
      status: 400,
      body: { fields: { [field]: expect.any(String) } },
    })
    expect((await send('GET', '/v3/organizations')).headers.get('pagination-count')).toBe(before)
  })

  test('with users or licenses are not deleted', async () => {
    const organization = await makeOrganization()
    const { id } = await memberOf(organization.id)
    const path = `/v3/organizations/${organization.id}`
    expect(await send('DELETE', path)).toMatchObject({ status: 409, body: { code: 'IN_USE' } })
    expect((await patchUser(id, { organizationId: null })).status).toBe(200)
    const product = await makeSignedProduct(accountId)
    const license = await makeLicenseOf(accountId, product, { organizationId: organization.id })
    expect(await send('DELETE', path)).toMatchObject({ status: 409 })
    await db().update(licenses).set({ organizationId: null }).where(eq(licenses.id, license.id))
    expect((await send('DELETE', path)).status).toBe(204)
  })

  test('of another account are 404 to every method, and stay as they are', async () => {
    const organization = await makeOrganization()
    const foreign = await makeMachineToken(
      (await makeAccount()).id,
      'organization:read',
      'organization:write',
    )
    const path = `/v3/organizations/${organization.id}`
    const group = { name: 'Theirs' }
    for (const answer of [
      await send('GET', path, undefined, foreign),
      await send('PATCH', path, { name: 'Taken over' }, foreign),
      await send('DELETE', path, undefined, foreign),
      await send('GET', `${path}/licenses`, undefined, foreign),
      await send('GET', `${path}/users`, undefined, foreign),
      await send('POST', `${path}/users`, newUser(), foreign),
      await send('GET', `${path}/user-groups`, undefined, foreign),
      await send('POST', `${path}/user-groups`, group, foreign),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    }
    expect((await send('GET', path)).body).toEqual(organization)
    expect((await send('GET', `${path}/user-groups`)).body).toEqual([])
  })
})

describe('seats', () => {
  test('20 users created at once for 3 seats: 3 are in, the others do not exist', async () => {
    const organization = await makeOrganization({ allowedUsers: 3 })
    const body = () => newUser({ organizationId: organization.id })
    const answers = await Promise.all(Array.from({ length: 20 }, () => send('POST', '/v3/users', body())))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(3)
    const refused = answers.filter(({ status }) => status !== 201)
    for (const answer of refused)
      expect(answer).toMatchObject({ status: 409, body: { code: 'USERS_LIMIT_REACHED' } })
    expect(await seatsOf(organization.id)).toBe(3)
  })

  test('20 users moved in at once, by three ways, for 4 seats: 4 are in', async () => {
    const organization = await makeOrganization({ allowedUsers: 4 })
    const strangers = await Promise.all(Array.from({ length: 10 }, () => makeCustomer(accountId)))
    const path = `/v3/organizations/${organization.id}/users`
    const answers = await Promise.all([
      ...strangers.map(({ id }) => patchUser(id, { organizationId: organization.id })),
      ...Array.from({ length: 5 }, () => send('POST', path, newUser())),
      ...Array.from({ length: 5 }, () =>
        send('POST', '/v3/users', newUser({ organizationId: organization.id })),
      ),
    ])
    expect(answers.filter(({ status }) => status < 300)).toHaveLength(4)
    expect(await seatsOf(organization.id)).toBe(4)
    const [outside] = await db()
      .select()
      .from(users)
      .where(eq(users.id, strangers[9]?.id ?? ''))
    expect([null, organization.id]).toContain(outside?.organizationId)
  })

  test('are freed by leaving, kept by other changes, and cannot be fewer than the users', async () => {
    const organization = await makeOrganization({ allowedUsers: 1 })
    const member = await memberOf(organization.id)
    const other = await makeCustomer(accountId)
    const path = `/v3/organizations/${organization.id}`
    const same = { organizationId: organization.id, firstName: 'Still' }
    expect((await patchUser(member.id, same)).status).toBe(200)
    expect(await patchUser(other.id, { organizationId: organization.id })).toMatchObject({ status: 409 })
    expect(await send('PATCH', path, { allowedUsers: 0 })).toMatchObject({
      status: 400,
      body: { fields: { allowedUsers: expect.stringContaining('1 users') } },
    })
    expect((await send('DELETE', `${path}/users/${member.id}`)).status).toBe(204)
    expect((await patchUser(other.id, { organizationId: organization.id })).status).toBe(200)
    expect(await seatsOf(organization.id)).toBe(1)
  })
})

describe('roles of users', () => {
  test('organization-admin and reseller-admin are derived, filtered by, and taken back', async () => {
    const organization = await makeOrganization()
    const reseller = await makeReseller()
    const made = await send(
      'POST',
      '/v3/users',
      newUser({ role: 'organization-admin', organizationId: organization.id }),
    )
    expect(made).toMatchObject({
      status: 201,
      body: {
        role: 'organization-admin',
        roles: ['organization-admin'],
        organizationId: organization.id,
        organization: { id: organization.id, name: organization.name },
      },
    })
    const { id } = bodyOf(made, UserDto, 201)
    const listed = await send('GET', `/v3/users?role=organization-admin&organizationId=${organization.id}`)
    expect(ids(listed.body)).toEqual([id])
    const changed = await patchUser(id, { role: 'reseller-admin', resellerId: reseller.id })
    expect(changed).toMatchObject({
      status: 200,
      body: { role: 'reseller-admin', reseller: { name: reseller.name }, organizationId: organization.id },
    })
    expect(await patchUser(id, { role: 'user' })).toMatchObject({ body: { role: 'user' } })
    expect(ids((await send('GET', `/v3/users?userType=user&resellerId=${reseller.id}`)).body)).toEqual([id])
    expect((await send('GET', '/v3/users?userType=admin')).body).toEqual([])
  })

  test('an administrator of nothing is 400, and nobody runs an organization by having been moved there', async () => {
    const first = await makeOrganization()
    const second = await makeOrganization()
    const { id } = await makeCustomer(accountId)
    for (const [fields, field] of [
      [{ role: 'organization-admin' }, 'organizationId'],
      [{ role: 'reseller-admin' }, 'resellerId'],
      [{ role: 'organization-admin', organizationId: newId() }, 'organizationId'],
    ] as const) {
      expect(await patchUser(id, fields)).toMatchObject({
        status: 400,
        body: { code: 'INVALID_INPUT', fields: { [field]: expect.any(String) } },
      })
    }
    expect((await patchUser(id, { role: 'organization-admin', organizationId: first.id })).status).toBe(200)
    expect(await patchUser(id, { organizationId: second.id })).toMatchObject({ body: { role: 'user' } })
  })

  test('an organization of another account cannot be joined', async () => {
    const organization = await makeOrganization()
    const elsewhere = (await makeAccount()).id
    const theirs = await makeMachineToken(elsewhere, 'user:write')
    const answer = await send('POST', '/v3/users', newUser({ organizationId: organization.id }), theirs)
    expect(answer).toMatchObject({ status: 400, body: { fields: { organizationId: expect.any(String) } } })
    expect(await seatsOf(organization.id)).toBe(0)
  })
})

describe('user groups', () => {
  test('hold users of their organization alone, who leave them with it', async () => {
    const organization = await makeOrganization()
    const path = `/v3/organizations/${organization.id}/user-groups`
    const [one, two] = [await memberOf(organization.id), await memberOf(organization.id)]
    const outsider = await makeCustomer(accountId)
    const made = bodyOf(
      await send('POST', path, { name: 'Design', userIds: [one.id, one.id] }),
      UserGroupDto,
      201,
    )
    expect(made).toMatchObject({ organizationId: organization.id, userIds: [one.id], licenseIds: [] })
    expect(await send('POST', path, { name: 'Design' })).toMatchObject({ status: 409 })
    const group = `${path}/${made.id}`
    expect(await send('PATCH', group, { userIds: [one.id, outsider.id] })).toMatchObject({
      status: 400,
      body: { fields: { 'userIds[1]': expect.any(String) } },
    })
    expect((await send('GET', group)).body).toEqual(made)
    const changed = await send('PATCH', group, { description: 'Draws', userIds: [one.id, two.id] })
    expect(changed).toMatchObject({ status: 200, body: { description: 'Draws' } })
    expect(bodyOf(changed, UserGroupDto).userIds.sort()).toEqual([one.id, two.id].sort())

    expect((await patchUser(one.id, { organizationId: null })).status).toBe(200)
    expect((await send('GET', group)).body).toMatchObject({ userIds: [two.id] })
    expect(ids((await send('GET', `${path}?name=Design`)).body)).toEqual([made.id])
    expect((await send('DELETE', group)).status).toBe(204)
    expect((await send('GET', group)).status).toBe(404)
    expect((await send('GET', `/v3/users/${two.id}`)).status).toBe(200)
    expect(await eventsOf(made.id)).toEqual([
      'user-group.created',
      'user-group.updated',
      'user-group.deleted',
    ])
  })

  test('a group of another organization is 404 under this one', async () => {
    const [ours, theirs] = [await makeOrganization(), await makeOrganization()]
    const made = bodyOf(
      await send('POST', `/v3/organizations/${theirs.id}/user-groups`, { name: 'Theirs' }),
      UserGroupDto,
      201,
    )
    const path = `/v3/organizations/${ours.id}/user-groups/${made.id}`
    expect((await send('GET', path)).status).toBe(404)
    expect((await send('PATCH', path, { name: 'Ours' })).status).toBe(404)
    expect((await send('DELETE', path)).status).toBe(404)
    expect((await send('GET', `/v3/organizations/${theirs.id}/user-groups/${made.id}`)).body).toEqual(made)
  })

  test('a user who leaves while a group takes them is in none: of 20 tries each', async () => {
    const organization = await makeOrganization()
    const path = `/v3/organizations/${organization.id}/user-groups`
    const group = bodyOf(await send('POST', path, { name: 'Racers' }), UserGroupDto, 201)
    const members = await Promise.all(Array.from({ length: 20 }, () => memberOf(organization.id)))
    await Promise.all(
      members.flatMap(({ id }) => [
        send('PATCH', `${path}/${group.id}`, { userIds: [id] }),
        patchUser(id, { organizationId: null }),
      ]),
    )
    const left = await db()
      .select()
      .from(organizationUserGroupMembers)
      .where(eq(organizationUserGroupMembers.userGroupId, group.id))
    expect(left).toEqual([])
  })
})

describe('an organization-admin', () => {
  async function world() {
    const reseller = await makeReseller()
    const organization = await makeOrganization({
      resellerId: reseller.id,
      metadata: [
        { key: 'shared', value: 'yes', viewPermissions: ['organization'] },
        { key: 'secret', value: 'no', viewPermissions: [] },
      ],
    })
    const other = await makeOrganization()
    const admin = await adminOf(organization.id)
    const at = new Date().toISOString()
    const entry = (key: string, viewPermissions: string[]) => ({
      id: newId(),
      key,
      value: 'v',
      viewPermissions,
      createdAt: at,
      updatedAt: at,
    })
    const product = await makeSignedProduct(accountId)
    const license = await makeLicenseOf(accountId, product, {
      organizationId: organization.id,
      metadata: [entry('shared', ['organization']), entry('secret', [])],
      tags: ['internal'],
    })
    const counter = (name: string, viewPermissions: string[]) => ({
      accountId,
      id: newId(),
      licenseId: license.id,
      name,
      allowedUses: 5,
      viewPermissions,
      createdAt: new Date(at),
      updatedAt: new Date(at),
    })
    await db()
      .insert(licenseMeterAttributes)
      .values([counter('shared', ['organization']), counter('secret', ['activation', 'user'])])
    await makeLicenseOf(accountId, product, { organizationId: other.id })
    await makeLicenseOf(accountId, product)
    return { reseller, organization, other, admin, license, path: `/v3/organizations/${organization.id}` }
  }

  test('reads its own organization, licenses, users and user groups: without what is the vendor’s', async () => {
    const { organization, admin, license, path } = await world()
    const as = admin.token
    expect(bodyOf(await send('GET', path, undefined, as), OrganizationDto)).toMatchObject({
      id: organization.id,
      metadata: [{ key: 'shared' }],
    })
    expect(ids((await send('GET', '/v3/organizations', undefined, as)).body)).toEqual([organization.id])
    const [seen, ...more] = bodyOf(await send('GET', `${path}/licenses`, undefined, as), z.array(LicenseDto))
    expect(more).toEqual([])
    expect(seen).toMatchObject({ id: license.id, key: license.key, tags: [] })
    expect(seen?.metadata.map(({ key }) => key)).toEqual(['shared'])
    expect(seen?.meterAttributes.map((meter) => meter.name)).toEqual(['shared'])
    expect(ids((await send('GET', `${path}/users`, undefined, as)).body)).toEqual([admin.id])
    expect((await send('GET', `${path}/user-groups`, undefined, as)).body).toEqual([])
    const guess = await send('GET', `${path}/licenses?metadata.key[eq]=secret`, undefined, as)
    expect(guess).toMatchObject({ status: 400, body: { fields: { 'metadata.key': expect.any(String) } } })
  })

  test('runs its users and user groups', async () => {
    const { organization, admin, path } = await world()
    const as = admin.token
    const added = await send('POST', `${path}/users`, newUser({ role: 'organization-admin' }), as)
    expect(added).toMatchObject({ status: 201, body: { role: 'user', organizationId: organization.id } })
    const { id } = bodyOf(added, UserDto, 201)
    const group = bodyOf(
      await send('POST', `${path}/user-groups`, { name: 'Team', userIds: [id] }, as),
      UserGroupDto,
      201,
    )
    expect((await send('PATCH', `${path}/user-groups/${group.id}`, { name: 'Crew' }, as)).status).toBe(200)
    expect((await send('DELETE', `${path}/users/${id}`, undefined, as)).status).toBe(204)
    expect((await send('GET', `${path}/user-groups/${group.id}`, undefined, as)).body).toMatchObject({
      name: 'Crew',
      userIds: [],
    })
    expect((await send('DELETE', `${path}/user-groups/${group.id}`, undefined, as)).status).toBe(204)
    expect(await send('DELETE', `${path}/users/${admin.id}`, undefined, as)).toMatchObject({ status: 409 })
    // The user is a customer still.
    expect((await send('GET', `/v3/users/${id}`)).status).toBe(200)
  })

  test('CX-03: finds another organization nowhere, by any method, and changes nothing there', async () => {
    const { other, admin } = await world()
    const as = admin.token
    const theirs = await memberOf(other.id)
    const path = `/v3/organizations/${other.id}`
    const group = bodyOf(await send('POST', `${path}/user-groups`, { name: 'Theirs' }), UserGroupDto, 201)
    const before = (await send('GET', path)).body
    for (const answer of [
      await send('GET', path, undefined, as),
      await send('GET', `${path}/licenses`, undefined, as),
      await send('GET', `${path}/users`, undefined, as),
      await send('POST', `${path}/users`, newUser(), as),
      await send('DELETE', `${path}/users/${theirs.id}`, undefined, as),
      await send('GET', `${path}/user-groups`, undefined, as),
      await send('POST', `${path}/user-groups`, { name: 'Mine' }, as),
      await send('GET', `${path}/user-groups/${group.id}`, undefined, as),
      await send('PATCH', `${path}/user-groups/${group.id}`, { name: 'Mine' }, as),
      await send('DELETE', `${path}/user-groups/${group.id}`, undefined, as),
    ]) {
      expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    }
    expect((await send('GET', path)).body).toEqual(before)
    expect((await send('GET', `${path}/user-groups/${group.id}`)).body).toEqual(group)
    expect(await seatsOf(other.id)).toBe(1)
  })

  test('cannot make, change or delete organizations, nor reach what else the vendor has: 403', async () => {
    const { reseller, admin, path } = await world()
    const as = admin.token
    const before = (await send('GET', path)).body
    for (const answer of [
      await send('POST', '/v3/organizations', { name: name('Mine') }, as),
      await send('PATCH', path, { allowedUsers: 1000 }, as),
      await send('DELETE', path, undefined, as),
      await send('GET', '/v3/users', undefined, as),
      await send('GET', '/v3/users/export', undefined, as),
      await send('GET', `/v3/users/${admin.id}`, undefined, as),
      await send('PATCH', `/v3/users/${admin.id}`, { role: 'reseller-admin' }, as),
      await send('POST', `/v3/users/${admin.id}/reset-password-token`, undefined, as),
      await send('GET', '/v3/licenses', undefined, as),
      await send('GET', `/v3/resellers/${reseller.id}`, undefined, as),
      await send('GET', '/v3/resellers', undefined, as),
    ]) {
      expect(answer).toMatchObject({ status: 403, body: { code: 'INSUFFICIENT_SCOPE' } })
    }
    expect((await send('GET', path)).body).toEqual(before)
  })

  test('loses it with the very next request', async () => {
    const { admin, path } = await world()
    expect((await send('GET', path, undefined, admin.token)).status).toBe(200)
    expect((await patchUser(admin.id, { role: 'user' })).status).toBe(200)
    expect(await send('GET', path, undefined, admin.token)).toMatchObject({
      status: 403,
      body: { code: 'INSUFFICIENT_SCOPE' },
    })
  })
})

test('CX-03: a user who only belongs to an organization or reseller gets 403 there', async () => {
  const organization = await makeOrganization()
  const reseller = await makeReseller()
  const member = await memberOf(organization.id, { resellerId: reseller.id })
  for (const path of [
    '/v3/organizations',
    `/v3/organizations/${organization.id}`,
    `/v3/organizations/${organization.id}/licenses`,
    `/v3/organizations/${organization.id}/users`,
    `/v3/organizations/${organization.id}/user-groups`,
    '/v3/resellers',
    `/v3/resellers/${reseller.id}/licenses`,
  ]) {
    expect(await send('GET', path, undefined, member.token)).toMatchObject({
      status: 403,
      body: { code: 'INSUFFICIENT_SCOPE' },
    })
  }
})

describe('resellers', () => {
  test('are made, read, listed, changed, and deleted once they brought nobody', async () => {
    const made = await makeReseller({ email: 'sales@resell.example' })
    const path = `/v3/resellers/${made.id}`
    expect((await send('GET', path)).body).toEqual(made)
    expect(await send('PATCH', path, { description: 'EMEA' })).toMatchObject({
      body: { description: 'EMEA' },
    })
    expect(await send('POST', '/v3/resellers', { name: made.name })).toMatchObject({ status: 409 })
    const organization = await makeOrganization({ resellerId: made.id })
    expect(await send('DELETE', path)).toMatchObject({ status: 409, body: { code: 'IN_USE' } })
    expect(ids((await send('GET', `${path}/organizations`)).body)).toEqual([organization.id])
    await send('PATCH', `/v3/organizations/${organization.id}`, { resellerId: null })
    expect((await send('DELETE', path)).status).toBe(204)
    expect((await send('GET', path)).status).toBe(404)
  })

  async function world() {
    const reseller = await makeReseller()
    const other = await makeReseller()
    const organization = await makeOrganization({ resellerId: reseller.id })
    const admin = await resellerAdmin(reseller.id)
    const brought = await memberOf(organization.id)
    const stranger = await makeCustomer(accountId)
    const product = await makeSignedProduct(accountId)
    const license = await makeLicenseOf(accountId, product, { resellerId: reseller.id })
    const foreign = await makeLicenseOf(accountId, product, { resellerId: other.id })
    const path = `/v3/resellers/${reseller.id}`
    return { reseller, other, organization, admin, brought, stranger, license, foreign, path }
  }
  const ownerOf = async (id: string) =>
    (await db().select({ userId: licenses.userId }).from(licenses).where(eq(licenses.id, id)))[0]?.userId

  test('a reseller-admin reads its licenses, users and organizations, and nobody else’s', async () => {
    const { organization, admin, brought, license, other, path } = await world()
    const as = admin.token
    expect((await send('GET', path, undefined, as)).status).toBe(200)
    expect(ids((await send('GET', `${path}/licenses`, undefined, as)).body)).toEqual([license.id])
    expect(ids((await send('GET', `${path}/users`, undefined, as)).body).sort()).toEqual(
      [admin.id, brought.id].sort(),
    )
    expect(ids((await send('GET', `${path}/organizations`, undefined, as)).body)).toEqual([organization.id])
    const theirs = `/v3/resellers/${other.id}`
    for (const part of ['', '/licenses', '/users', '/organizations']) {
      expect((await send('GET', `${theirs}${part}`, undefined, as)).status).toBe(404)
    }
  })

  test('assigns its licenses to users it brought; creates none, and touches no others', async () => {
    const { admin, brought, stranger, license, foreign, other, path } = await world()
    const as = admin.token
    const assign = (licenseId: string, userId: string | null, at = path) =>
      send('PATCH', `${at}/licenses/${licenseId}`, { userId }, as)
    expect(await assign(license.id, brought.id)).toMatchObject({
      status: 200,
      body: { user: { id: brought.id } },
    })
    expect(await eventsOf(license.id)).toEqual(['license.updated'])
    expect(await assign(license.id, stranger.id)).toMatchObject({
      status: 400,
      body: { fields: { userId: expect.any(String) } },
    })
    expect(await ownerOf(license.id)).toBe(brought.id)
    expect(await assign(license.id, null)).toMatchObject({ status: 200, body: { user: null } })
    expect((await assign(foreign.id, brought.id)).status).toBe(404)
    expect((await assign(foreign.id, brought.id, `/v3/resellers/${other.id}`)).status).toBe(404)
    expect(await ownerOf(foreign.id)).toBe(null)
    for (const answer of [
      await send('POST', '/v3/licenses', { productId: newId() }, as),
      await send('POST', '/v3/resellers', { name: name('Mine') }, as),
      await send('PATCH', path, { name: name('Mine') }, as),
      await send('DELETE', path, undefined, as),
    ]) {
      expect(answer).toMatchObject({ status: 403, body: { code: 'INSUFFICIENT_SCOPE' } })
    }
  })
})

test('users are found by the product they have, the version they run, and when they were last seen', async () => {
  const product = await makeSignedProduct(accountId)
  const [runs, owns, seen] = await Promise.all([
    makeCustomer(accountId),
    makeCustomer(accountId),
    makeCustomer(accountId, { lastSeenAt: new Date('2040-01-01T00:00:00Z') }),
  ])
  const license = await makeLicenseOf(accountId, product, { userId: runs.id })
  await makeLicenseOf(accountId, product, { userId: owns.id })
  const device = { productId: product.id, key: license.key, fingerprint: 'f'.repeat(64), os: 'linux' }
  const activated = await v3('/v3/activations', {
    body: { accountId, ...device, hostname: 'desk', appVersion: '4.2.0' },
  })
  expect(activated.status).toBe(201)
  const found = async (query: string) => ids((await send('GET', `/v3/users?${query}`)).body).sort()
  expect(await found(`productId=${product.id}`)).toEqual([runs.id, owns.id].sort())
  expect(await found(`productId=${product.id}&activation.appVersion[sw]=4.2`)).toEqual([runs.id])
  expect(await found(`productId=${product.id}&activation.appVersion[ne]=4.2.0`)).toEqual([owns.id])
  expect(await found('activation.appVersion=4.2')).toEqual([])
  expect(await found('lastSeenAt[gte]=2039-12-31&lastSeenBefore=2041-01-01')).toEqual([seen.id])
  expect(await found('role=reseller-admin&role[ne]=reseller-admin')).toEqual([])
})

describe('the export of users', () => {
  test('is a CSV of those who fit the list’s filters, formulas defused', async () => {
    const organization = await makeOrganization()
    await memberOf(organization.id, { firstName: '=cmd()', lastName: 'Evil, "Inc"' })
    await makeCustomer(accountId)
    const answer = await v3Text(`/v3/users/export?organizationId=${organization.id}`)
    const [header = '', row = '', ...more] = answer.split('\r\n')
    expect(header).toMatch(/^id,email,firstName,lastName,company,role,organizationId/)
    expect(row).toContain(`,'=cmd(),"Evil, ""Inc""",`)
    expect(more).toEqual([''])
  })
})

/** The answer's own text: the helper reads JSON. */
async function v3Text(path: string): Promise<string> {
  const route = await import('#app/v3/users/export/route.ts')
  const request = new Request(`http://portal.test${path}`, { headers: { authorization: `Bearer ${token}` } })
  const response = await route.GET(request, { params: Promise.resolve({}) })
  expect(response.headers.get('content-type')).toContain('text/csv')
  return response.text()
}
