import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { db, sqlClient } from '#db/client.ts'
import { orders } from '#db/schema/billing.ts'
import { licenses } from '#db/schema/licenses.ts'
import { prices } from '#db/schema/products.ts'
import { users } from '#db/schema/users.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import { authorize } from '#lib/core/authorize.ts'
import { newId } from '#lib/core/ids.ts'
import { queueMail } from '#lib/mail/queue-mail.ts'
import { banUser } from '#lib/people/users/ban-user.ts'
import type { UserDto } from '#lib/people/users/user-dto.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  makeCustomer,
  makeLicenseOf,
  makeMachineToken,
  makeSignedProduct,
} from '#tests/factories/licensed.ts'
import { makeUser, USER_PASSWORD } from '#tests/factories/user.ts'
import { contextFor, operatorActor, systemActor } from '#tests/helpers/context.ts'
import { call } from '#tests/helpers/customer-routes.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

let accountId: string
let token: string

setUpTestDatabase()
beforeEach(async () => {
  accountId = (await makeAccount()).id
  token = await makeMachineToken(accountId, 'user:read', 'user:write')
})

const NEW_USER = { firstName: 'Ada', email: 'ada@example.com', password: USER_PASSWORD }
const userCount = async () =>
  (await db().select({ id: users.id }).from(users).where(eq(users.accountId, accountId))).length
const create = (fields: object = {}) => call('/v3/users', { token, body: { ...NEW_USER, ...fields } })
const list = async (query = '') => {
  const { status, body } = await call(`/v3/users${query}`, { token })
  expect(status).toBe(200)
  return (body as UserDto[]).map((user) => user.email)
}

describe('creating', () => {
  test('answers the user as the contract names it, without anything secret', async () => {
    const { status, body } = await create({
      lastName: 'Lovelace',
      company: 'Analytical Engines',
      roles: ['user'],
      role: 'user',
      allowCustomerPortalAccess: 'true',
      tags: ['vip', 'vip'],
      metadata: [{ key: 'crm', value: '17', viewPermissions: [] }],
    })
    expect(status).toBe(201)
    expect(body).toEqual({
      id: expect.any(String),
      createdAt: expect.stringMatching(/Z$/),
      updatedAt: expect.stringMatching(/Z$/),
      name: 'Ada Lovelace',
      firstName: 'Ada',
      lastName: 'Lovelace',
      email: 'ada@example.com',
      company: 'Analytical Engines',
      twoFactorEnabled: false,
      googleSsoEnabled: false,
      allowCustomerPortalAccess: true,
      role: 'user',
      roles: ['user'],
      lastLoginAt: null,
      lastSeenAt: null,
      organizationId: null,
      organization: null,
      resellerId: null,
      reseller: null,
      metadata: [expect.objectContaining({ key: 'crm', value: '17', viewPermissions: [] })],
      tags: ['vip'],
      banned: false,
      bannedAt: null,
      banReason: null,
    })
  })

  test('needs no last name, and the user can sign in', async () => {
    const { status, body } = await create()
    expect(status).toBe(201)
    const login = await call('/v3/accounts/login', {
      body: { accountId, email: 'ada@example.com', password: USER_PASSWORD },
    })
    expect(login).toMatchObject({ status: 200, body: { userId: (body as UserDto).id } })
  })

  test.each([
    ['a role', { role: 'admin' }],
    ['a role in the older list', { roles: ['user', 'super-admin'] }],
    ['two roles at once', { roles: ['organization-admin', 'reseller-admin'] }],
  ])('with %s that no user can have is 400 OPERATORS_ARE_NOT_USERS', async (_what, fields) => {
    expect(await create(fields)).toMatchObject({ status: 400, body: { code: 'OPERATORS_ARE_NOT_USERS' } })
    expect(await userCount()).toBe(0)
  })

  test.each([
    ['no email', { email: undefined }, 'email'],
    ['two @', { email: 'a@b@example.com' }, 'email'],
    ['NUL in the address', { email: 'a\0@example.com' }, 'email'],
    ['NUL in the name', { firstName: 'A\0da' }, 'firstName'],
    ['no first name', { firstName: undefined }, 'firstName'],
    ['an object for a name', { firstName: { a: 1 } }, 'firstName'],
    ['a name of 257 letters', { firstName: 'x'.repeat(257) }, 'firstName'],
    ['no password', { password: undefined }, 'password'],
    ['seven characters of password', { password: 'qzjxk7w' }, 'password'],
    [
      '129 characters of password',
      { password: 'walnut bridge harbor copper '.repeat(5).slice(0, 129) },
      'password',
    ],
    ['only spaces for a password', { password: ' '.repeat(20) }, 'password'],
    ['eleven tags', { tags: Array.from({ length: 11 }, (_, at) => `t${at}`) }, 'tags'],
    ['metadata without a key', { metadata: [{ value: 'x' }] }, 'metadata[0].key'],
  ])('with %s is 400 naming the field, and nothing is written', async (_what, fields, field) => {
    const { status, body } = await create(fields)
    expect(status).toBe(400)
    expect(body).toMatchObject({ code: 'INVALID_INPUT', fields: { [field]: expect.any(String) } })
    expect(await userCount()).toBe(0)
  })

  test.each([
    ['invalid JSON', '{"firstName":', 400, 'INVALID_JSON'],
    ['a truncated body', JSON.stringify(NEW_USER).slice(0, -5), 400, 'INVALID_JSON'],
    ['a list', '[]', 400, 'INVALID_INPUT'],
    ['a text', '"ada"', 400, 'INVALID_INPUT'],
    ['null', 'null', 400, 'INVALID_INPUT'],
    ['deep nesting', `${'['.repeat(5000)}${']'.repeat(5000)}`, 400, 'INVALID_JSON'],
    [
      'more than a megabyte',
      JSON.stringify({ ...NEW_USER, x: 'x'.repeat(1_100_000) }),
      413,
      'BODY_TOO_LARGE',
    ],
  ])('%s for a body is refused', async (_what, body, status, code) => {
    expect(await call('/v3/users', { token, body })).toMatchObject({ status, body: { code } })
    expect(await userCount()).toBe(0)
  })

  test('__proto__ and unknown keys change nothing', async () => {
    const body = JSON.stringify({ ...NEW_USER, id: newId(), bannedAt: '2020-01-01T00:00:00Z' }).replace(
      '{',
      '{"__proto__":{"role":"admin","bannedAt":"x"},',
    )
    const answer = await call('/v3/users', { token, body })
    expect(answer).toMatchObject({ status: 201, body: { role: 'user', banned: false } })
    expect(Object.hasOwn(Object.prototype, 'role')).toBe(false)
  })

  test('a taken address in any spelling is 409 EMAIL_TAKEN', async () => {
    await create({ email: 'ada@bücher.example' })
    for (const email of ['ADA@bücher.example', ' ada@xn--bcher-kva.example ']) {
      expect(await create({ email })).toMatchObject({
        status: 409,
        body: { code: 'EMAIL_TAKEN', fields: { email: expect.any(String) } },
      })
    }
    expect(await userCount()).toBe(1)
  })

  test('the same address is free in another account', async () => {
    await create()
    const elsewhere = (await makeAccount()).id
    const other = await makeMachineToken(elsewhere, 'user:write')
    expect(await call('/v3/users', { token: other, body: NEW_USER })).toMatchObject({ status: 201 })
  })
})

describe('who may', () => {
  const user = () => makeUser(accountId)

  test.each([
    ['GET', '', 'user:read'],
    ['POST', '', 'user:write'],
    ['GET', '/id', 'user:read'],
    ['PATCH', '/id', 'user:write'],
    ['DELETE', '/id', 'user:write'],
    ['POST', '/id/update-password', 'user:write'],
  ] as const)('CX-05, CX-07: %s /v3/users%s needs %s and says so', async (method, path, scope) => {
    const { id } = await user()
    const before = await userCount()
    const at = `/v3/users${path.replace('id', id)}`
    const body = method === 'GET' ? {} : { body: { ...NEW_USER, newPassword: 'garden lantern pebble' } }
    expect(await call(at, { method, ...body })).toMatchObject({
      status: 401,
      body: { code: 'AUTHENTICATION_REQUIRED' },
    })
    const others = (['user:read', 'user:write', 'license:write'] as const).filter((other) => other !== scope)
    const wrong = await makeMachineToken(accountId, ...others)
    expect(await call(at, { method, token: wrong, ...body })).toMatchObject({
      status: 403,
      body: { code: 'INSUFFICIENT_SCOPE', message: expect.stringContaining(scope) },
    })
    const customer = await makeCustomer(accountId)
    expect(await call(at, { method, token: customer.token, ...body })).toMatchObject({ status: 403 })
    expect(await userCount()).toBe(before + 1)
  })

  test.each(['GET', 'PATCH', 'DELETE'] as const)(
    '%s of another account’s, a deleted, an unknown and a malformed id is 404',
    async (method) => {
      const foreign = await makeUser((await makeAccount()).id)
      const gone = await user()
      await call(`/v3/users/${gone.id}`, { method: 'DELETE', token })
      for (const id of [foreign.id, gone.id, newId(), 'nobody', '%2e%2e%2fme', '0']) {
        const body = method === 'PATCH' ? { body: { firstName: 'X' } } : {}
        expect(await call(`/v3/users/${id}`, { method, token, ...body })).toMatchObject({
          status: 404,
          body: { code: 'NOT_FOUND' },
        })
      }
      expect((await db().select().from(users).where(eq(users.id, foreign.id)))[0]?.firstName).toBe('Grace')
    },
  )

  test('SF-25: no scope bans', async () => {
    const { id } = await user()
    await call(`/v3/users/${id}`, { method: 'PATCH', token, body: { banned: true, bannedAt: new Date() } })
    expect(await call(`/v3/users/${id}`, { token })).toMatchObject({ body: { banned: false } })
  })
})

describe('changing', () => {
  test('who loses access to the portal is signed out at once, and stays so when it is given back', async () => {
    const customer = await makeCustomer(accountId)
    const me = () => call('/v3/me', { token: customer.token })
    expect((await me()).status).toBe(200)
    const change = (allowCustomerPortalAccess: boolean) =>
      call(`/v3/users/${customer.id}`, { method: 'PATCH', token, body: { allowCustomerPortalAccess } })
    await change(true)
    expect((await me()).status).toBe(200)
    expect(await change(false)).toMatchObject({ status: 200, body: { allowCustomerPortalAccess: false } })
    expect(await me()).toMatchObject({ status: 401, body: { code: 'INVALID_TOKEN' } })
    await change(true)
    expect((await me()).status).toBe(401)
  })

  test('takes any subset and keeps the rest', async () => {
    const { body } = await create({ lastName: 'Lovelace', tags: ['a'] })
    const { id } = body as UserDto
    const patched = await call(`/v3/users/${id}`, {
      method: 'PATCH',
      token,
      body: { company: 'Engines', tags: [] },
    })
    expect(patched).toMatchObject({
      status: 200,
      body: {
        firstName: 'Ada',
        lastName: 'Lovelace',
        company: 'Engines',
        tags: [],
        email: 'ada@example.com',
      },
    })
  })

  test('another address is taken at once, and frees the old one; a taken one changes nothing', async () => {
    const { body } = await create()
    const { id } = body as UserDto
    await create({ email: 'taken@example.com' })
    const refused = await call(`/v3/users/${id}`, {
      method: 'PATCH',
      token,
      body: { firstName: 'Changed', email: 'TAKEN@example.com' },
    })
    expect(refused).toMatchObject({ status: 409, body: { code: 'EMAIL_TAKEN' } })
    expect(await call(`/v3/users/${id}`, { token })).toMatchObject({
      body: { firstName: 'Ada', email: 'ada@example.com' },
    })
    await call(`/v3/users/${id}`, { method: 'PATCH', token, body: { email: 'countess@example.com' } })
    expect(await create({ email: 'ada@example.com' })).toMatchObject({ status: 201 })
  })

  test('a new password ends every session, the old one signs in no more', async () => {
    const { id, email } = await makeUser(accountId)
    const login = (password: string) => call('/v3/accounts/login', { body: { accountId, email, password } })
    const { body } = await login(USER_PASSWORD)
    const { accessToken } = body as { accessToken: string }
    expect(
      await call(`/v3/users/${id}/update-password`, {
        token,
        body: { newPassword: 'garden lantern pebble' },
      }),
    ).toMatchObject({ status: 204 })
    expect(await call('/v3/me', { token: accessToken })).toMatchObject({ status: 401 })
    expect(await login(USER_PASSWORD)).toMatchObject({ status: 400 })
    expect(await login('garden lantern pebble')).toMatchObject({ status: 200 })
  })
})

describe('listing', () => {
  beforeEach(async () => {
    await create({ email: 'ada@example.com', lastName: 'Lovelace', company: 'Engines', tags: ['vip'] })
    await create({
      email: 'grace@bücher.example',
      firstName: 'Grace',
      lastName: 'Hopper',
      metadata: [
        { key: 'crm', value: '17' },
        { key: 'plan', value: 'gold' },
      ],
    })
    await create({
      email: 'alan@example.com',
      firstName: 'Alan',
      lastName: 'Turing',
      tags: ['vip', 'uk'],
      metadata: [{ key: 'crm', value: 'gold' }],
    })
    await makeUser((await makeAccount()).id, { email: 'foreign@example.com' })
  })

  test.each([
    ['all, in order of creation, of this account only', '', ['ada', 'grace', 'alan']],
    ['the plain address, in any spelling', '?email=GRACE@xn--bcher-kva.example', ['grace']],
    ['an address exactly', '?email[eq]=ada%40example.com', ['ada']],
    ['parts of an address', '?email[ew]=@EXAMPLE.com', ['ada', 'alan']],
    ['addresses in a list', '?email[in]=ada@example.com,alan@example.com', ['ada', 'alan']],
    [
      'addresses in repeated parameters',
      '?email[in][]=ada@example.com&email[in][]=alan@example.com',
      ['ada', 'alan'],
    ],
    ['an empty list, which matches nothing', '?email[in]=', []],
    ['an empty plain parameter, which says nothing', '?email=&company=', ['ada', 'grace', 'alan']],
    ['names', '?name[cn]=hop', ['grace']],
    ['companies', '?company[eq]=Engines', ['ada']],
    ['a tag', '?tag=vip', ['ada', 'alan']],
    ['another tag', '?tags[in]=uk,fr', ['alan']],
    ['no such tag', '?tag[ne]=vip', ['grace']],
    ['metadata by key', '?metadata.key[eq]=crm', ['grace', 'alan']],
    ['metadata by key and value of one entry', '?metadata.key[eq]=crm&metadata.value[eq]=gold', ['alan']],
    ['metadata in the older form', '?metadataKey=plan&metadataValue=gold', ['grace']],
    ['the role', '?role=user', ['ada', 'grace', 'alan']],
    ['another role', '?role=admin', []],
    ['banned ones', '?banned=true', []],
    ['dates', '?createdAt[lt]=2001-01-01', []],
    ['a search', '?query=turing', ['alan']],
    ['a search for a wildcard', '?query=%25', []],
    ['a sort', '?sort=-email', ['grace', 'alan', 'ada']],
    ['a second page', '?limit=2&page=2', ['alan']],
    ['a page beyond the last', '?page=9', []],
  ])('finds %s', async (_what, query, expected) => {
    expect((await list(query)).map((email) => email.split('@')[0])).toEqual(expected)
  })

  test('counts for those who page', async () => {
    const { headers } = await call('/v3/users?limit=2', { token })
    expect(headers.get('pagination-count')).toBe('3')
    expect(headers.get('link')).toContain('rel="next"')
  })

  test.each([
    '?limit=0',
    '?limit=101',
    '?page=0',
    '?page=x',
    '?sort=password',
    '?createdAt[gt]=soon',
    '?email[gt]=a',
  ])('%s is 400', async (query) => {
    expect(await call(`/v3/users${query}`, { token })).toMatchObject({ status: 400 })
  })

  test('finds the users of a product', async () => {
    const product = await makeSignedProduct(accountId)
    const { body } = await call('/v3/users?email=ada@example.com', { token })
    const [ada] = body as UserDto[]
    await makeLicenseOf(accountId, product, { userId: ada?.id ?? null })
    expect(await list(`?productId=${product.id}`)).toEqual(['ada@example.com'])
  })
})

describe('the public profile', () => {
  test('SF-18: anybody sees a name in short, and nothing else', async () => {
    const { id } = await makeUser(accountId, { firstName: 'Grace', lastName: 'Hopper' })
    expect(await call(`/v3/users/${id}/public?accountId=${accountId}`)).toMatchObject({ status: 200 })
    const { body } = await call(`/v3/users/${id}/public?accountId=${accountId}`)
    expect(body).toEqual({ id, banned: false, displayName: 'Grace H.' })
  })

  test('SF-24: of a banned user only the id and that they are banned', async () => {
    const { id } = await makeUser(accountId)
    await banUser(authorize(contextFor(operatorActor(), { accountId }), 'user:ban'), { id, reason: 'fraud' })
    const { body } = await call(`/v3/users/${id}/public?accountId=${accountId}`)
    expect(body).toEqual({ id, banned: true })
  })

  test('another account’s user is not there', async () => {
    const { id } = await makeUser((await makeAccount()).id)
    expect(await call(`/v3/users/${id}/public?accountId=${accountId}`)).toMatchObject({ status: 404 })
  })
})

describe('deleting', () => {
  test('SF-26: nothing personal is left readable in any table; the license stays without an owner', async () => {
    const { body } = await create({
      email: 'findme@example.com',
      firstName: 'Findme',
      lastName: 'Uniquename',
      company: 'Findme Ltd',
    })
    const { id } = body as UserDto
    const ctx = contextFor(systemActor(), { accountId })
    await inTransaction(ctx, (tx) =>
      queueMail(tx, {
        template: 'welcome',
        to: 'findme@example.com',
        userId: id,
        props: { firstName: 'Findme' },
      }),
    )
    await call('/v3/accounts/login', {
      body: { accountId, email: 'findme@example.com', password: USER_PASSWORD },
      ip: '203.0.113.45',
    })
    const product = await makeSignedProduct(accountId)
    const license = await makeLicenseOf(accountId, product, { userId: id })

    expect(await call(`/v3/users/${id}`, { method: 'DELETE', token })).toMatchObject({ status: 204 })

    const [kept] = await db().select().from(licenses).where(eq(licenses.id, license.id))
    expect(kept?.userId).toBeNull()
    expect(await dumpOfEverything()).not.toMatch(/findme|uniquename|203\.0\.113\.45/i)
    const keys = await sqlClient()`select 1 from user_keys where user_id = ${id}`
    expect(keys).toHaveLength(0)
  })

  test('SF-27: a running subscription is in the way, and says so', async () => {
    const { id } = await makeUser(accountId)
    const product = await makeSignedProduct(accountId)
    const at = new Date()
    const times = { createdAt: at, updatedAt: at }
    const priceId = newId()
    await db()
      .insert(prices)
      .values({
        accountId,
        id: priceId,
        productId: product.id,
        name: 'Monthly',
        kind: 'recurring',
        interval: 'month',
        currency: 'eur',
        unitAmount: 900,
        ...times,
      })
    await db()
      .insert(orders)
      .values({
        accountId,
        id: newId(),
        userId: id,
        priceId,
        mode: 'subscription',
        livemode: false,
        subscriptionId: 'sub_1',
        currency: 'eur',
        paymentStatus: 'active',
        ...times,
      })
    expect(await call(`/v3/users/${id}`, { method: 'DELETE', token })).toMatchObject({
      status: 409,
      body: { code: 'IN_USE' },
    })
    expect(await userCount()).toBe(1)
    await db().update(orders).set({ paymentStatus: 'canceled' }).where(eq(orders.userId, id))
    expect(await call(`/v3/users/${id}`, { method: 'DELETE', token })).toMatchObject({ status: 204 })
  })
})

/** Every row of every table as text. */
async function dumpOfEverything(): Promise<string> {
  const tables = await sqlClient()<{ name: string }[]>`
    select format('%I.%I', schemaname, tablename) as name from pg_tables
    where schemaname in ('public', 'graphile_worker')`
  const rows = await Promise.all(
    tables.map(({ name }) => sqlClient().unsafe(`select t::text from ${name} t`)),
  )
  return JSON.stringify(rows)
}
