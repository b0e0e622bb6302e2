import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import fc from 'fast-check'
import type { NextRequest as Request_ } from 'next/server'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { findAccessToken } from '#lib/access/tokens/find-access-token.ts'
import { authorize } from '#lib/core/authorize.ts'
import { clock } from '#lib/core/clock.ts'
import { derivedSecret } from '#lib/core/crypto/keyring.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { ensureFirstAccount } from '#lib/vendor/accounts/first-account.ts'
import { answerAuth } from '#lib/web/sessions/auth-door.ts'
import { readCookie } from '#lib/web/sessions/read-cookie.ts'
import { makeOperator } from '#tests/factories/operator.ts'
import { makeUser, USER_PASSWORD } from '#tests/factories/user.ts'
import { type ApiServer, startApiServer } from '#tests/helpers/api-server.ts'
import { type BffRuntime, onEdge, onNode } from '#tests/helpers/bff-runtimes.ts'
import { Browser } from '#tests/helpers/browser.ts'
import { contextFor, visitorActor } from '#tests/helpers/context.ts'
import { configureSessions, signInCustomer } from '#tests/helpers/sign-in-customer.ts'

const HOME = '198.51.100.7'
const root = join(import.meta.dirname, '../..')
const { NextRequest }: { NextRequest: new (url: string, init: RequestInit) => Request_ } = createRequire(
  import.meta.url,
)('next/server.js')

let server: ApiServer
let accountId: string
let edge: BffRuntime
/** A customer's session: the cookie as a browser sends it, and the token inside. */
let session: Awaited<ReturnType<typeof signInCustomer>>

beforeAll(async () => {
  server = await startApiServer()
  configureSessions('http://portal.test', server.origin)
  overrideEnv({ LOG_LEVEL: 'silent' })
  accountId = await ensureFirstAccount(db(), new Date())
  edge = await onEdge({
    NEXTAUTH_SECRET: derivedSecret('nextauth'),
    NEXTAUTH_URL: 'http://portal.test',
    LATCHKEY_API_ORIGIN: server.origin,
    LATCHKEY_FORWARD_KEY: derivedSecret('forwarded-client'),
  })
})
afterAll(() => server.close())
beforeEach(async () => {
  const user = await makeUser(accountId)
  session = await signInCustomer(contextFor(visitorActor, { accountId }), user.id)
})

/** A browser that sends exactly that line. */
class Sender extends Browser {
  readonly line: string
  constructor(line: string) {
    super(HOME)
    this.line = line
  }
  override get headers() {
    return { ...super.headers, cookie: this.line }
  }
}

/** Who a page takes the sender of that line for, in the portal and in the dashboard. */
async function onPages(line: string): Promise<{ portal: string; dashboard: string }> {
  const answer = await new Sender(line).run('/me', async () => {
    const { customerContext } = await import('#lib/web/sessions/customer.ts')
    const { operatorContext } = await import('#lib/web/sessions/operator.ts')
    return Response.json({
      portal: (await customerContext()).actor.kind,
      dashboard: (await operatorContext()).actor.kind,
    })
  })
  return answer.json()
}
const onBff = async (runtime: BffRuntime, line: string) =>
  (await runtime({ handler: 'forwardMe', headers: { cookie: line } })).status === 200 ? 'customer' : 'visitor'
async function onAuthDoor(line: string) {
  const request = new Request('http://portal.test/api/auth/session', { headers: { cookie: line } })
  const answer = await answerAuth(contextFor(visitorActor, { accountId }), request, ['session'])
  return JSON.stringify(await answer.json()).includes('user') ? 'customer' : 'visitor'
}
async function atTheGate(line: string, path = '/me') {
  const { middleware } = await import('../../middleware.ts')
  const answer = middleware(new NextRequest(`http://portal.test${path}`, { headers: { cookie: line } }))
  return answer.headers.get('location') === null ? 'let on' : 'sent to sign in'
}

describe('F-60: two session cookies are none, wherever they are read', () => {
  const NAME = 'latchkey.session'
  test.each([
    ['another value, then ours', (ours: string) => `${NAME}=x; ${ours}`],
    ['ours, then another value', (ours: string) => `${ours}; ${NAME}=x`],
    ['ours twice', (ours: string) => `${ours}; ${ours}`],
    ['an empty one, then ours', (ours: string) => `${NAME}=;${ours}`],
    ['ours between others of the name', (ours: string) => `${NAME}=a; b=c; ${ours}; ${NAME}=d`],
  ])('F-60: %s', async (_what, lineWith) => {
    const line = lineWith(session.cookie)
    expect(await onPages(line)).toMatchObject({ portal: 'visitor' })
    expect(await onBff(onNode, line)).toBe('visitor')
    expect(await onBff(edge, line)).toBe('visitor')
    expect(await onAuthDoor(line)).toBe('visitor')
    expect(await atTheGate(line)).toBe('sent to sign in')
  })

  test('F-60: ours alone, among others, is ours everywhere', async () => {
    const line = `a=1; latchkey.sessions=x; ${session.cookie}; latchkey.session.0=y`
    expect(await onPages(line)).toMatchObject({ portal: 'customer' })
    expect(await onBff(onNode, line)).toBe('customer')
    expect(await onBff(edge, line)).toBe('customer')
    expect(await onAuthDoor(line)).toBe('customer')
    expect(await atTheGate(line)).toBe('let on')
  })

  test('F-60: a request with two of them signs nobody out', async () => {
    const { POST } = await import('#app/(site)/sign-out/route.ts')
    await new Sender(`latchkey.session=x; ${session.cookie}`).run('/sign-out', () => POST())
    expect(await findAccessToken(session.token, clock)).toBeDefined()
    await new Sender(session.cookie).run('/sign-out', () => POST())
    expect(await findAccessToken(session.token, clock)).toBeUndefined()
  })
})

test('F-60: two operator cookies are none, on pages and at the gate', async () => {
  const operator = await makeOperator(accountId)
  const browser = new Browser(HOME)
  const load = async () => (await import('#app/dashboard/(auth)/login/actions.ts')).signInOperatorAction
  await browser.send('/dashboard/login', load, { email: operator.email, password: operator.password })
  const ours = `latchkey.operator=${browser.cookies.get('latchkey.operator')}`
  expect(await onPages(ours)).toMatchObject({ dashboard: 'operator' })
  expect(await atTheGate(ours, '/dashboard')).toBe('let on')
  for (const line of [`latchkey.operator=x; ${ours}`, `${ours}; latchkey.operator=x`, `${ours}; ${ours}`]) {
    expect(await onPages(line)).toMatchObject({ dashboard: 'visitor' })
    expect(await atTheGate(line, '/dashboard')).toBe('sent to sign in')
  }
})

test('F-60: two cookies of a sign-in’s first step are none', async () => {
  const user = await makeUser(accountId)
  const step = async (line: string, write: boolean) => {
    const sender = new Sender(line)
    const answer = await sender.run('/login/code', async () => {
      const { firstStep, rememberFirstStep } = await import('#lib/web/sessions/second-step-cookie.ts')
      const { checkPassword } = await import('#lib/people/sign-in/check-password.ts')
      if (write) {
        const ctx = authorize(contextFor(visitorActor, { accountId }), 'public')
        const proof = await checkPassword(ctx, { email: user.email, password: USER_PASSWORD })
        await rememberFirstStep({ accountId, proof })
      }
      return Response.json({ known: (await firstStep(accountId)) !== undefined })
    })
    return { known: (await answer.json()).known, cookie: sender.cookies.get('latchkey.second-step') }
  }
  const { cookie } = await step('', true)
  const ours = `latchkey.second-step=${cookie}`
  expect((await step(ours, false)).known).toBe(true)
  expect((await step(`latchkey.second-step=x; ${ours}`, false)).known).toBe(false)
  expect((await step(`${ours}; ${ours}`, false)).known).toBe(false)
})

test('F-60: whatever line is sent, pages, BFF, sign-in door and gate agree on whose it is', async () => {
  const ours = session.cookie
  const piece = fc.oneof(
    { weight: 3, arbitrary: fc.constant(ours) },
    fc.constantFrom(
      'latchkey.session=x',
      'latchkey.session=',
      'latchkey.session',
      'Latchkey.Session=x',
      'latchkey.session.0=x',
      `b=${ours}`,
      'a=1',
      '',
      ' ',
      '=',
      'latchkey.session =x',
    ),
  )
  const separator = fc.constantFrom('; ', ';', ' ;  ')
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 4 }), separator, async (pieces, between) => {
      const line = pieces.join(between)
      const only = readCookie(line, 'latchkey.session')
      const expected = only !== undefined && `latchkey.session=${only}` === ours ? 'customer' : 'visitor'
      const named = pieces.filter((each) => each.startsWith('latchkey.session='))
      expect(expected).toBe(named.length === 1 && named[0] === ours ? 'customer' : 'visitor')
      expect((await onPages(line)).portal).toBe(expected)
      expect(await onBff(onNode, line)).toBe(expected)
      expect(await onBff(edge, line)).toBe(expected)
      expect(await onAuthDoor(line)).toBe(expected)
      expect(await atTheGate(line)).toBe(only === undefined ? 'sent to sign in' : 'let on')
    }),
    { numRuns: 40 },
  )
})

test('F-60: nothing in the tree reads a cookie in another way', () => {
  const readers =
    /\bcookies\(\)\)\s*\.(get|getAll|has)\b|\bjar\.(get|getAll|has)\(|\.cookies\.(get|getAll|has)\(|getToken\b.*from 'next-auth/
  const files = ['app', 'lib', 'server', 'middleware.ts'].flatMap((top) =>
    top.endsWith('.ts')
      ? [top]
      : readdirSync(join(root, top), { recursive: true, encoding: 'utf8' })
          .filter((file) => /\.tsx?$/.test(file))
          .map((file) => join(top, file)),
  )
  const offenders = files.filter((file) => readers.test(readFileSync(join(root, file), 'utf8')))
  expect(offenders).toEqual([])
  expect(readers.test("(await cookies()).get('x')")).toBe(true)
  expect(readers.test("request.cookies.has('x')")).toBe(true)
})
