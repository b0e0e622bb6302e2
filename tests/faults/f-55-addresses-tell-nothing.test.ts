import fc from 'fast-check'
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db, sqlClient } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { mails } from '#db/schema/mail.ts'
import { userIdentifiers, users } from '#db/schema/users.ts'
import { authorize } from '#lib/core/authorize.ts'
import { setClockOffset } from '#lib/core/clock.ts'
import { newId } from '#lib/core/ids.ts'
import { banUser } from '#lib/people/users/ban-user.ts'
import { ensureFirstAccount } from '#lib/vendor/accounts/first-account.ts'
import { makeMachineToken } from '#tests/factories/licensed.ts'
import { makeUser, USER_PASSWORD } from '#tests/factories/user.ts'
import { contextFor, operatorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

/** Ends a transaction without a trace. */
class Undone extends Error {}

const STALE_MS = 11 * 60_000

let accountId: string
let user: Awaited<ReturnType<typeof makeUser>>
let known: string
let token: string

setUpTestDatabase()
beforeAll(async () => {
  accountId = await ensureFirstAccount(db(), new Date())
})
beforeEach(async () => {
  user = await makeUser(accountId)
  known = (await makeUser(accountId)).email
  const answer = await v3('/v3/accounts/login', {
    body: { accountId, email: user.email, password: USER_PASSWORD },
  })
  token = bodyOf(answer, z.object({ accessToken: z.string() })).accessToken
})
afterEach(async () => {
  setClockOffset(0)
  await sqlClient()`delete from throttles`
})

const patch = async (body: object) => {
  const { status, headers, body: said } = await v3('/v3/me', { method: 'PATCH', token, body })
  headers.delete('x-request-id')
  return { status, headers: [...headers], said }
}
const unknown = () => `nobody-${newId()}@example.com`

/** Everything that a change of an address could write. */
const stored = async () =>
  JSON.stringify([
    await db().select().from(users),
    await db().select().from(userIdentifiers),
    await db().select().from(mails),
    await db().select({ id: eventLogs.id }).from(eventLogs),
  ])

describe('F-55: without a fresh sign-in', () => {
  test('F-55: a known address and an unknown one are refused alike, and nothing is written', async () => {
    const banned = await makeUser(accountId)
    await banUser(authorize(contextFor(operatorActor(), { accountId }), 'user:ban'), {
      id: banned.id,
      reason: 'fraud',
    })
    setClockOffset(STALE_MS)
    // A sign of life is written once a minute.
    await v3('/v3/me', { token })
    const before = await stored()
    const answers = []
    for (const email of [known, unknown(), known.toUpperCase(), banned.email]) {
      answers.push(await patch({ email, firstName: 'Changed' }))
    }
    expect(answers[0]).toMatchObject({ status: 403, said: { code: 'STEP_UP_REQUIRED' } })
    for (const answer of answers) expect(answer).toEqual(answers[0])
    expect(await stored()).toBe(before)
  })

  test('F-55: nobody is looked up by the address: the answer does not wait for its row', async () => {
    setClockOffset(STALE_MS)
    await sqlClient()
      .begin(async (held) => {
        await held`delete from user_identifiers where canonical = ${known}`
        expect((await patch({ email: known })).status).toBe(403)
        throw new Undone()
      })
      .catch((error: unknown) => {
        if (!(error instanceof Undone)) throw error
      })
  })

  test('F-55: the fresh sign-in is asked for before the second factor changes', async () => {
    setClockOffset(STALE_MS)
    const refused = await patch({ email: unknown(), twoFactorEnabled: true, twoFactorCode: '123456' })
    expect(refused).toMatchObject({ status: 403, said: { code: 'STEP_UP_REQUIRED' } })
  })

  test('F-55: whatever spelling of whatever address, the answer depends on whether it is the own one', async () => {
    setClockOffset(STALE_MS)
    const spelling = fc.constantFrom(
      (text: string) => text,
      (text: string) => text.toUpperCase(),
      (text: string) => ` ${text} `,
    )
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('own', 'known', 'unknown'), spelling, async (whose, spell) => {
        const address = { own: user.email, known, unknown: unknown() }[whose] ?? ''
        expect((await patch({ email: spell(address) })).status).toBe(whose === 'own' ? 200 : 403)
      }),
      { numRuns: 15 },
    )
  })
})

describe('F-55: with a fresh sign-in', () => {
  test('F-55: addresses are asked about no faster than by registering, and taken and free ones count alike', async () => {
    const statuses = []
    for (let at = 0; at < 8; at += 1)
      statuses.push((await patch({ email: at % 2 === 0 ? known : unknown() })).status)
    expect(statuses).toEqual([409, 200, 409, 200, 409, 200, 429, 429])
  })

  test('F-55: … no more than ten an hour', async () => {
    const statuses = []
    for (let at = 0; at < 12; at += 1) {
      await sqlClient()`delete from throttles where key like '%-minute:%'`
      statuses.push((await patch({ email: known })).status)
    }
    expect(statuses).toEqual([...Array(10).fill(409), 429, 429])
  })

  test('F-55: the own address in the form counts for nothing', async () => {
    for (let at = 0; at < 12; at += 1) {
      expect((await patch({ email: user.email, company: `Navy ${at}` })).status).toBe(200)
    }
  })
})

test('F-55: an administrator of an organization cannot ask about addresses without end either; the vendor’s machine may', async () => {
  const machine = await makeMachineToken(accountId, 'organization:write', 'user:write')
  const Made = z.object({ id: z.string() })
  const organization = await v3('/v3/organizations', { token: machine, body: { name: `Initech ${newId()}` } })
  const { id } = bodyOf(organization, Made, 201)
  const belongs = { organizationId: id, role: 'organization-admin' }
  const made = await v3(`/v3/users/${user.id}`, { method: 'PATCH', token: machine, body: belongs })
  expect(made.status).toBe(200)
  const add = async (as: string) =>
    (await v3(`/v3/organizations/${id}/users`, { token: as, body: { firstName: 'Ada', email: known } }))
      .status
  const statuses = []
  for (let at = 0; at < 21; at += 1) statuses.push(await add(token))
  expect(statuses).toEqual([...Array(20).fill(409), 429])
  expect(await add(machine)).toBe(409)
})
