import { and, eq } from 'drizzle-orm'
import type { CookieJar } from 'iron-session'
import { beforeEach, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { operatorSessions, operators } from '#db/schema/operators.ts'
import { users } from '#db/schema/users.ts'
import { findOperatorSession } from '#lib/access/operators/find-operator-session.ts'
import { signInOperator } from '#lib/access/operators/sign-in-operator.ts'
import { signOutOperator } from '#lib/access/operators/sign-out-operator.ts'
import { permissionsOf } from '#lib/core/actor.ts'
import { authorize } from '#lib/core/authorize.ts'
import { parseEmail } from '#lib/core/canonical-email.ts'
import { env, overrideEnv } from '#lib/core/env.ts'
import {
  ADMIN_CLAIMS,
  CUSTOMER_PERMISSIONS,
  OPERATOR_PERMISSIONS,
  OWNER_CLAIMS,
  SCOPES,
  SYSTEM_PERMISSIONS,
} from '#lib/core/permissions.ts'
import { signIn } from '#lib/people/sign-in/sign-in.ts'
import { createUser } from '#lib/people/users/create-user.ts'
import { authenticate } from '#lib/web/http/authenticate.ts'
import { sealedCookie } from '#lib/web/sessions/cookie.ts'
import { operatorCookie } from '#lib/web/sessions/operator-cookie.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { disableOperator, makeOperator, makeRole, OPERATOR_PASSWORD } from '#tests/factories/operator.ts'
import { consoleActor, contextFor, type TestClock, testClock, visitorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

let accountId: string
let clock: TestClock

setUpTestDatabase()
beforeEach(async () => {
  accountId = (await makeAccount()).id
  clock = testClock()
})

const visitor = (ip?: string) =>
  authorize(contextFor(visitorActor, { accountId, clock, ...(ip && { ip }) }), 'public')

const enter = (email: string, password: string, ip?: string) =>
  signInOperator(visitor(ip), { email, password, userAgent: 'Test/1.0' })

async function signedIn(role?: string) {
  const operator = await makeOperator(accountId, { clock, ...(role && { role }) })
  const { token } = await enter(operator.email, operator.password)
  return { ...operator, token }
}

const sessionsOf = (operatorId: string) =>
  db().select().from(operatorSessions).where(eq(operatorSessions.operatorId, operatorId))

const refusalOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'no refusal',
    (error) => ({ code: error.code, message: error.message, fields: error.fields }),
  )

describe('signing in', () => {
  test('makes a session whose token is kept as a hash only, found again by the token, in any spelling of the address', async () => {
    const { id, email } = await makeOperator(accountId, { email: 'olive@acme.example', clock })

    const { token } = await enter(` ${email.toUpperCase()} `, OPERATOR_PASSWORD)

    const rows = await sessionsOf(id)
    expect(rows).toMatchObject([
      { operatorId: id, userAgent: 'Test/1.0', ip: '198.51.100.7', revokedAt: null },
    ])
    expect(JSON.stringify(rows)).not.toContain(token)
    expect(await findOperatorSession(token, clock)).toMatchObject({
      operator: { id, accountId, email, roleName: 'super-admin' },
      actor: { kind: 'operator', operatorId: id, sessionId: rows[0]?.id },
    })
  })

  test('answers a wrong password, an unknown address and a disabled operator with one and the same message, and makes no session', async () => {
    const known = await makeOperator(accountId)
    const disabled = await makeOperator(accountId)
    await disableOperator(disabled.id, clock.now())

    const refusals = await Promise.all([
      refusalOf(enter(known.email, 'not the password 11')),
      refusalOf(enter('nobody@acme.example', OPERATOR_PASSWORD)),
      refusalOf(enter(disabled.email, OPERATOR_PASSWORD)),
      refusalOf(enter('not an address', OPERATOR_PASSWORD)),
    ])

    expect(refusals).toEqual(
      Array(4).fill({
        code: 'AUTHENTICATION_FAILED',
        message: 'The email address or the password is not right.',
        fields: undefined,
      }),
    )
    expect([...(await sessionsOf(known.id)), ...(await sessionsOf(disabled.id))]).toEqual([])
  })

  test('does not work in another account', async () => {
    const operator = await makeOperator(accountId)
    accountId = (await makeAccount()).id
    expect(await refusalOf(enter(operator.email, operator.password))).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
    })
    expect(await sessionsOf(operator.id)).toEqual([])
  })

  test('is refused at the 7th attempt within a minute, from whatever address, even with the right password', async () => {
    const operator = await makeOperator(accountId)
    for (let attempt = 0; attempt < 6; attempt += 1) {
      await refusalOf(enter(operator.email, 'not the password 11', `203.0.113.${attempt}`))
    }

    expect(await refusalOf(enter(operator.email, operator.password, '203.0.113.9'))).toMatchObject({
      code: 'RATE_LIMITED',
    })
    expect(await sessionsOf(operator.id)).toEqual([])
  })

  test('SF-07: a customer cannot sign in to the dashboard, nor an operator to the portal; both hear the ordinary message', async () => {
    const operator = await makeOperator(accountId)
    const email = parseEmail('casey@customers.example')
    if (typeof email === 'string') throw new Error(email)
    await createUser(authorize(contextFor(consoleActor, { accountId, clock }), 'user:write'), {
      email,
      firstName: 'Casey',
      password: OPERATOR_PASSWORD,
    })

    expect(await refusalOf(enter(email.value, OPERATOR_PASSWORD))).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: 'The email address or the password is not right.',
    })
    expect(
      await refusalOf(signIn(visitor(), { email: operator.email, password: operator.password })),
    ).toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: 'The email address or the password is not right.',
    })
    expect(await sessionsOf(operator.id)).toEqual([])
  })

  test('SF-07: an operator’s token is no bearer of the Web API', async () => {
    const { token } = await signedIn()
    await expect(authenticate(`Bearer ${token}`, clock)).rejects.toMatchObject({ code: 'INVALID_TOKEN' })
  })

  test('SF-02: is audited as the operator, for whom there is no user', async () => {
    const { id } = await signedIn()
    const events = await db()
      .select()
      .from(eventLogs)
      .where(and(eq(eventLogs.accountId, accountId), eq(eventLogs.event, 'operator.signed-in')))
    expect(events).toMatchObject([{ actor: `operator:${id}`, resource: 'operator', resourceId: id }])
    expect(await db().select().from(users).where(eq(users.accountId, accountId))).toEqual([])
  })
})

describe('a session', () => {
  test('ends after 30 minutes without a request', async () => {
    const { token } = await signedIn()
    clock.advance({ minutes: 29, seconds: 59 })
    expect(await findOperatorSession(token, clock)).toBeDefined()

    clock.advance({ minutes: 30 })

    expect(await findOperatorSession(token, clock)).toBeUndefined()
    clock.advance({ minutes: -15 })
    expect(await findOperatorSession(token, clock)).toBeDefined()
  })

  test('ends 8 hours after sign-in, however busy', async () => {
    const { token } = await signedIn()
    for (let elapsed = 0; elapsed < 7 * 60 + 40; elapsed += 20) {
      clock.advance({ minutes: 20 })
      expect(await findOperatorSession(token, clock)).toBeDefined()
    }
    clock.advance({ minutes: 19, seconds: 59 })
    expect(await findOperatorSession(token, clock)).toBeDefined()

    clock.advance({ seconds: 1 })

    expect(await findOperatorSession(token, clock)).toBeUndefined()
  })

  test('ends with the next request when its operator is disabled', async () => {
    const { id, token } = await signedIn()
    expect(await findOperatorSession(token, clock)).toBeDefined()
    await disableOperator(id, clock.now())
    expect(await findOperatorSession(token, clock)).toBeUndefined()
  })

  test('is over after signing out, also for a copy of its cookie; signing out twice is audited once', async () => {
    const { token } = await signedIn()
    const jar = cookieJar()
    await operatorCookie.write(jar, token)
    const copy = cookieJar(jar.values)
    const session = await findOperatorSession(token, clock)
    if (!session) throw new Error('not signed in')
    const ctx = authorize(contextFor(session.actor, { accountId, clock }), 'public')

    await signOutOperator(ctx)
    await signOutOperator(ctx)
    await operatorCookie.clear(jar)

    expect(await operatorCookie.read(lineOf(jar))).toBeUndefined()
    const replayed = await operatorCookie.read(lineOf(copy))
    expect(replayed).toBe(token)
    expect(await findOperatorSession(replayed ?? '', clock)).toBeUndefined()
    const events = await db().select().from(eventLogs).where(eq(eventLogs.accountId, accountId))
    expect(events.filter(({ event }) => event === 'operator.signed-out')).toHaveLength(1)
  })

  test('takes over a changed role with the next request', async () => {
    const { id, token } = await signedIn()
    const role = await makeRole(accountId, 'support', ['user:read'])
    await db().update(operators).set({ roleId: role.id }).where(eq(operators.id, id))
    const session = await findOperatorSession(token, clock)
    expect(session && [...permissionsOf(session.actor)]).toEqual(['user:read'])
  })
})

describe('what a role may do', () => {
  const ALL = [...SCOPES, ...OPERATOR_PERMISSIONS, ...CUSTOMER_PERMISSIONS, ...SYSTEM_PERMISSIONS] as const
  const matrix: [role: string, claims: readonly string[]][] = [
    ['super-admin', OWNER_CLAIMS],
    ['admin', ADMIN_CLAIMS],
    ['support', ['user:read', 'license:read']],
    ['nothing', []],
  ]

  test.each(matrix)('SF-08: %s may do exactly what its claims say, of all there is', async (role, claims) => {
    await makeRole(accountId, 'support', ['user:read', 'license:read'])
    await makeRole(accountId, 'nothing', [])
    const { token } = await signedIn(role)
    const session = await findOperatorSession(token, clock)
    if (!session) throw new Error('not signed in')
    const ctx = contextFor(session.actor, { accountId, clock })

    for (const permission of ALL) {
      const attempt = () => authorize(ctx, permission)
      if (claims.includes(permission)) expect(attempt, permission).not.toThrow()
      else expect(attempt, permission).toThrow(expect.objectContaining({ code: 'INSUFFICIENT_SCOPE' }))
    }
  })

  test('an owner manages operators and an administrator does not; no operator holds a customer’s permission', () => {
    expect(OWNER_CLAIMS).toContain('operator:write')
    expect(ADMIN_CLAIMS).not.toContain('operator:write')
    expect(OWNER_CLAIMS.filter((claim) => claim.startsWith('me:') || claim.startsWith('system:'))).toEqual([])
  })

  test('a claim that a role’s row names but Latchkey does not know, or keeps for customers, counts for nothing', async () => {
    await makeRole(accountId, 'odd', ['me:read', 'system:work', 'product:read'])
    const { token } = await signedIn('odd')
    const session = await findOperatorSession(token, clock)
    expect(session && [...permissionsOf(session.actor)]).toEqual(['product:read'])
  })
})

describe('the cookie', () => {
  test('is HttpOnly, SameSite=Lax, for the whole site, ends before its session; on https Secure and host-bound', async () => {
    const plain = cookieJar()
    await operatorCookie.write(plain, 'token')
    expect(plain.written).toEqual([
      {
        name: 'latchkey.operator',
        httpOnly: true,
        secure: false,
        sameSite: 'lax',
        path: '/',
        maxAge: 8 * 3600 - 60,
      },
    ])

    const before = env().PUBLIC_URL
    overrideEnv({ PUBLIC_URL: 'https://portal.example' })
    try {
      const secure = cookieJar()
      await operatorCookie.write(secure, 'token')
      expect(secure.written).toMatchObject([{ name: '__Host-latchkey.operator', secure: true, path: '/' }])
      expect(await operatorCookie.read(lineOf(secure))).toBe('token')
    } finally {
      overrideEnv({ PUBLIC_URL: before })
    }
  })

  test('sealed with another key, cut short, with a bit flipped, or not sealed at all, is no cookie', async () => {
    const jar = cookieJar()
    await operatorCookie.write(jar, 'token')
    const sealed = jar.values.get('latchkey.operator') ?? ''
    const flipped = `${sealed.slice(0, 60)}${sealed[60] === 'A' ? 'B' : 'A'}${sealed.slice(61)}`
    const flow = cookieJar()
    await sealedCookie({ name: 'latchkey.operator', purpose: 'flow-cookie', ttlSeconds: 600 }).write(
      flow,
      'token',
    )

    for (const value of [
      sealed.slice(0, -5),
      flipped,
      flow.values.get('latchkey.operator') ?? '',
      'token',
      '{}',
    ]) {
      expect(
        await operatorCookie.read(lineOf(cookieJar(new Map([['latchkey.operator', value]])))),
      ).toBeUndefined()
    }
  })

  test('still opens after the secret was rotated, and dies with the old secret', async () => {
    const before = env().SECRET_KEY.join(',')
    const [oldKey, newKey] = ['o'.repeat(40), 'n'.repeat(40)]
    try {
      overrideEnv({ SECRET_KEY: oldKey })
      const old = cookieJar()
      await operatorCookie.write(old, 'token')

      overrideEnv({ SECRET_KEY: `${newKey},${oldKey}` })
      expect(await operatorCookie.read(lineOf(old))).toBe('token')
      overrideEnv({ SECRET_KEY: newKey })
      expect(await operatorCookie.read(lineOf(old))).toBeUndefined()
    } finally {
      overrideEnv({ SECRET_KEY: before })
    }
  })
})

/** What a browser and Next's cookie store do together, without either. */
function cookieJar(values = new Map<string, string>()): CookieJar & {
  values: Map<string, string>
  written: object[]
} {
  const kept = new Map(values)
  const written: object[] = []
  return {
    values: kept,
    written,
    read: (name) => kept.get(name),
    write: (name, value, options) => {
      written.push({ name, ...options })
      if (options.maxAge === 0) kept.delete(name)
      else kept.set(name, value)
    },
    names: () => [...kept.keys()],
  }
}

/** The `Cookie` line that a browser with that jar sends. */
const lineOf = (jar: { values: Map<string, string> }) =>
  [...jar.values].map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('; ')
