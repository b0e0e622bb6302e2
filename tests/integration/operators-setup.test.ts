import { eq } from 'drizzle-orm'
import { describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { operators, setupLinks } from '#db/schema/operators.ts'
import { users } from '#db/schema/users.ts'
import { createFirstOperator } from '#lib/access/operators/create-first-operator.ts'
import { createOperator } from '#lib/access/operators/create-operator.ts'
import { ensureSetupLink } from '#lib/access/operators/create-setup-link.ts'
import { isSetupLinkUsable } from '#lib/access/operators/find-setup-link.ts'
import { authorize } from '#lib/core/authorize.ts'
import { OWNER_CLAIMS, type Permission } from '#lib/core/permissions.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeOperator, makeRole, OPERATOR_PASSWORD } from '#tests/factories/operator.ts'
import { contextFor, operatorActor, testClock, visitorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

setUpTestDatabase()

async function newInstallation() {
  const clock = testClock()
  const { id: accountId } = await makeAccount()
  const token = await ensureSetupLink(db(), accountId, clock.now())
  if (!token) throw new Error('no setup link was made')
  const visitor = authorize(contextFor(visitorActor, { accountId, clock }), 'public')
  return { accountId, clock, token, visitor }
}

const person = { name: 'Olive Owner', email: 'olive@acme.example', password: OPERATOR_PASSWORD }

const operatorsOf = (accountId: string) =>
  db().select().from(operators).where(eq(operators.accountId, accountId))

describe('the setup link', () => {
  test('creates the first operator once: 20 uses at the same time make one operator, the others are told', async () => {
    const { accountId, token, visitor } = await newInstallation()

    const results = await Promise.allSettled(
      Array.from({ length: 20 }, (_, index) =>
        createFirstOperator(visitor, { ...person, email: `olive${index}@acme.example`, token }),
      ),
    )

    expect(results.filter((result) => result.status === 'fulfilled')).toHaveLength(1)
    const codes = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.code] : []))
    expect(codes).toEqual(Array(19).fill('SETUP_LINK_INVALID'))
    expect(await operatorsOf(accountId)).toHaveLength(1)
  })

  test('of two links at most one creates an operator', async () => {
    const { accountId, token, visitor, clock } = await newInstallation()
    const second = await ensureSetupLink(db(), accountId, clock.now())
    if (!second) throw new Error('no second link')

    const results = await Promise.allSettled([
      createFirstOperator(visitor, { ...person, token }),
      createFirstOperator(visitor, { ...person, email: 'other@acme.example', token: second }),
    ])

    expect(results.map((result) => result.status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(await operatorsOf(accountId)).toHaveLength(1)
    expect(await isSetupLinkUsable(visitor, second)).toBe(false)
  })

  test('is not used up by looking at it, nor by a form that was refused', async () => {
    const { accountId, token, visitor } = await newInstallation()

    expect(await isSetupLinkUsable(visitor, token)).toBe(true)
    await expect(
      createFirstOperator(visitor, { ...person, token, password: 'password' }),
    ).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      fields: { password: expect.any(String) },
    })
    await expect(
      createFirstOperator(visitor, { ...person, token, email: 'olive@@acme' }),
    ).rejects.toMatchObject({
      fields: { email: expect.any(String) },
    })
    await expect(createFirstOperator(visitor, { ...person, token, name: '   ' })).rejects.toMatchObject({
      fields: { name: expect.any(String) },
    })

    expect(await operatorsOf(accountId)).toEqual([])
    await createFirstOperator(visitor, { ...person, token })
    expect(await operatorsOf(accountId)).toHaveLength(1)
  })

  test('works for 24 hours and not a second longer', async () => {
    const { accountId, token, visitor, clock } = await newInstallation()
    clock.advance({ hours: 23, minutes: 59, seconds: 59 })
    expect(await isSetupLinkUsable(visitor, token)).toBe(true)

    clock.advance({ seconds: 1 })

    expect(await isSetupLinkUsable(visitor, token)).toBe(false)
    await expect(createFirstOperator(visitor, { ...person, token })).rejects.toMatchObject({
      code: 'SETUP_LINK_INVALID',
    })
    expect(await operatorsOf(accountId)).toEqual([])
  })

  test('is kept as a hash only', async () => {
    const { accountId, token } = await newInstallation()
    const rows = await db().select().from(setupLinks).where(eq(setupLinks.accountId, accountId))
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(token)
  })

  test('does not work in another account', async () => {
    const one = await newInstallation()
    const other = await newInstallation()
    await expect(createFirstOperator(other.visitor, { ...person, token: one.token })).rejects.toMatchObject({
      code: 'SETUP_LINK_INVALID',
    })
    expect(await operatorsOf(other.accountId)).toEqual([])
  })

  test('is not made, and an older one is dead, once there is an operator from the command line', async () => {
    const { accountId, token, visitor, clock } = await newInstallation()
    await makeOperator(accountId)

    expect(await ensureSetupLink(db(), accountId, clock.now())).toBeUndefined()
    await expect(createFirstOperator(visitor, { ...person, token })).rejects.toMatchObject({
      code: 'SETUP_LINK_INVALID',
    })
    expect(await operatorsOf(accountId)).toHaveLength(1)
  })

  test('SF-02: makes an owner who is no user, and the audit trail says so without naming the person', async () => {
    const { accountId, token, visitor } = await newInstallation()
    const { id } = await createFirstOperator(visitor, { ...person, token })

    expect(await db().select().from(users).where(eq(users.accountId, accountId))).toEqual([])
    const events = await db().select().from(eventLogs).where(eq(eventLogs.accountId, accountId))
    expect(events).toMatchObject([
      { event: 'operator.created', resourceId: id, actor: 'visitor', changes: { role: 'super-admin' } },
    ])
    expect(JSON.stringify(events)).not.toMatch(/olive/i)
    const [row] = await operatorsOf(accountId)
    expect(row?.passwordHash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  })
})

test('createOperator refuses an address that another operator has, in any spelling, and writes nothing', async () => {
  const { accountId } = await newInstallation()
  await makeOperator(accountId, { email: 'olive@acme.example' })
  await expect(makeOperator(accountId, { email: ' OLIVE@Acme.Example ' })).rejects.toMatchObject({
    code: 'EMAIL_TAKEN',
  })
  expect(await operatorsOf(accountId)).toHaveLength(1)
})

test('createOperator refuses a role that does not exist and writes nothing', async () => {
  const { accountId } = await newInstallation()
  await expect(makeOperator(accountId, { role: 'emperor' })).rejects.toMatchObject({
    fields: { role: expect.any(String) },
  })
  expect(await operatorsOf(accountId)).toEqual([])
})

describe('an operator makes others', () => {
  const newcomer = { name: 'Nora Newcomer', email: 'nora@acme.example', password: OPERATOR_PASSWORD }

  /** An account with an operator of that role, who goes about making Nora. */
  async function accountOf(role: string, claims: readonly Permission[]) {
    const { accountId } = await newInstallation()
    await makeRole(accountId, 'support', ['user:read'])
    await makeRole(accountId, 'desk', ['user:read', 'user:ban'])
    await makeRole(accountId, 'chief', [...claims])
    const { id } = await makeOperator(accountId, { role })
    const actor = { ...operatorActor(claims), operatorId: id }
    const make = (named?: string) =>
      createOperator(authorize(contextFor(actor, { accountId }), 'operator:write'), {
        ...newcomer,
        ...(named && { role: named }),
      })
    const written = async () => [
      await db().$count(operators, eq(operators.accountId, accountId)),
      await db().$count(eventLogs, eq(eventLogs.accountId, accountId)),
    ]
    return { make, written }
  }

  test.each([
    ['the owner’s', 'super-admin'],
    ['none, which is the owner’s', undefined],
    ['the administrator’s', 'admin'],
    ['one with a single claim more', 'desk'],
  ])('not with a role that may more than they: %s; nothing is written', async (_which, role) => {
    const { make, written } = await accountOf('chief', ['user:read', 'operator:write'])
    const before = await written()
    await expect(make(role)).rejects.toMatchObject({
      code: 'INSUFFICIENT_SCOPE',
      fields: { role: expect.any(String) },
    })
    expect(await written()).toEqual(before)
  })

  test.each(['support', 'chief'])('with the role %s, which holds no claim that they lack', async (role) => {
    const { make, written } = await accountOf('chief', ['user:read', 'operator:write'])
    const [before = 0] = await written()
    await make(role)
    expect((await written())[0]).toBe(before + 1)
  })

  test('not owners, though their role holds every claim there is today; nothing is written', async () => {
    const { make, written } = await accountOf('chief', OWNER_CLAIMS)
    const before = await written()
    await expect(make('super-admin')).rejects.toMatchObject({
      code: 'INSUFFICIENT_SCOPE',
      fields: { role: 'only an owner makes owners' },
    })
    expect(await written()).toEqual(before)
  })

  test('owners make owners', async () => {
    const { make, written } = await accountOf('super-admin', OWNER_CLAIMS)
    await make('super-admin')
    expect((await written())[0]).toBe(2)
  })
})
