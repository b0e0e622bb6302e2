import { eq } from 'drizzle-orm'
import type { CookieJar } from 'iron-session'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { operatorSessions } from '#db/schema/operators.ts'
import { findOperatorSession } from '#lib/access/operators/find-operator-session.ts'
import { signInOperator } from '#lib/access/operators/sign-in-operator.ts'
import { authorize } from '#lib/core/authorize.ts'
import { clock } from '#lib/core/clock.ts'
import { operatorCookie } from '#lib/web/sessions/operator-cookie.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeOperator } from '#tests/factories/operator.ts'
import { contextFor, visitorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { callNextRoute } from '#tests/helpers/next-route.ts'
import { configureSessions } from '#tests/helpers/sign-in-customer.ts'

let accountId: string
let operator: Awaited<ReturnType<typeof makeOperator>>
let token: string
let cookie: string

setUpTestDatabase()
beforeAll(async () => {
  configureSessions()
  accountId = (await makeAccount()).id
})
beforeEach(async () => {
  operator = await makeOperator(accountId)
  const visitor = authorize(contextFor(visitorActor, { accountId }), 'public')
  ;({ token } = await signInOperator(visitor, { ...operator, userAgent: 'Test/1.0' }))
  cookie = `latchkey.operator=${await sealed(token)}`
})

const post = (headers: Record<string, string>) =>
  callNextRoute(() => import('#app/dashboard/sign-out/route.ts'), '/dashboard/sign-out', {
    method: 'POST',
    headers,
  })
const signedOut = () => db().select().from(eventLogs).where(eq(eventLogs.event, 'operator.signed-out'))

test('an operator’s sign-out ends the session, and the browser forgets the cookie and what it kept', async () => {
  const answer = await post({ cookie, origin: 'http://portal.test', 'sec-fetch-site': 'same-origin' })

  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe('http://portal.test/dashboard/login?notice=signed-out')
  expect(answer.headers.get('clear-site-data')).toBe('"cache", "storage"')
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.headers.get('set-cookie')).toMatch(/^latchkey\.operator=;.*Max-Age=0/i)
  expect(await findOperatorSession(token, clock)).toBeUndefined()
  expect(await signedOut()).toMatchObject([{ actor: `operator:${operator.id}` }])
})

test('an operator’s sign-out without a live session takes the dead cookie away all the same', async () => {
  const at = clock.now()
  await db()
    .update(operatorSessions)
    .set({ revokedAt: at })
    .where(eq(operatorSessions.operatorId, operator.id))
  const before = await signedOut()

  const answer = await post({ cookie, origin: 'http://portal.test' })

  expect(answer.status).toBe(303)
  expect(answer.headers.get('set-cookie')).toMatch(/^latchkey\.operator=;/)
  expect(await signedOut()).toEqual(before)
})

test.each([
  ['from elsewhere', { origin: 'https://evil.example' }],
  ['without an origin', {}],
  ['from a sandbox', { origin: 'null' }],
  ['from a sibling host', { origin: 'http://portal.test', 'sec-fetch-site': 'same-site' }],
])('an operator’s sign-out sent %s is refused, and the session goes on', async (_where, headers: object) => {
  const before = await signedOut()

  const answer = await post({ cookie, ...headers })

  expect(answer.status).toBe(403)
  expect(await answer.json()).toMatchObject({ code: 'CROSS_ORIGIN_REFUSED' })
  expect(answer.headers.get('set-cookie')).toBeNull()
  expect(answer.headers.get('clear-site-data')).toBeNull()
  expect(await findOperatorSession(token, clock)).toBeDefined()
  expect(await signedOut()).toEqual(before)
})

async function sealed(value: string): Promise<string> {
  let written = ''
  const jar: CookieJar = {
    read: () => undefined,
    write: (_name, content) => {
      written = content
    },
    names: () => [],
  }
  await operatorCookie.write(jar, value)
  return written
}
