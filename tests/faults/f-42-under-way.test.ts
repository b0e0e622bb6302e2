import { and, eq, sql } from 'drizzle-orm'
import fc from 'fast-check'
import { beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { db, sqlClient } from '#db/client.ts'
import { idempotencyKeys } from '#db/schema/accounts.ts'
import { activationLogs } from '#db/schema/license-parts.ts'
import { activations } from '#db/schema/licenses.ts'
import { newId } from '#lib/core/ids.ts'
import { taskList } from '#lib/ops/jobs/tasks.ts'
import type { HttpResult } from '#lib/web/http/http-result.ts'
import { answerOnce } from '#lib/web/http/idempotency.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { USER_PASSWORD } from '#tests/factories/user.ts'
import { contextFor, customerActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

vi.setConfig({ testTimeout: 60_000 })

const Made = z.object({ id: z.string() })
const MadeLicense = z.object({ id: z.string(), key: z.string() })

let accountId: string
let machine: string
let productId: string

setUpTestDatabase({ env: { PUBLIC_URL: 'https://portal.example' } })
beforeAll(async () => {
  accountId = (await makeAccount()).id
  productId = (await makeSignedProduct(accountId)).id
  machine = await makeMachineToken(accountId, 'user:write', 'license:write')
})
beforeEach(async () => {
  await sqlClient()`delete from throttles`
  await sqlClient()`delete from graphile_worker._private_jobs`
})

async function makeUser(email = `ada.${newId()}@example.com`) {
  const made = await v3('/v3/users', {
    token: machine,
    body: { email, firstName: 'Ada', password: USER_PASSWORD },
  })
  return { id: bodyOf(made, Made, 201).id, email }
}

async function makeLicense(userId: string | null) {
  const made = await v3('/v3/licenses', { token: machine, body: { productId, ...(userId && { userId }) } })
  return bodyOf(made, MadeLicense, 201)
}

async function activate(key: string, mark: string) {
  const device = await v3('/v3/activations', {
    headers: { 'x-account-id': accountId },
    ip: '198.51.100.77',
    body: {
      key,
      productId,
      fingerprint: `a fingerprint ${newId()}`,
      hostname: `laptop-${mark}`,
      vmName: `vm-of-${mark}`,
      os: 'linux',
      metadata: [{ key: 'login', value: `login-${mark}` }],
    },
  })
  expect(device.status).toBe(201)
}

async function erase(userId: string) {
  expect((await v3(`/v3/users/${userId}`, { method: 'DELETE', token: machine })).status).toBe(204)
}

async function deviceTexts(): Promise<string> {
  return JSON.stringify([await db().select().from(activationLogs), await db().select().from(activations)])
}

interface Job {
  task: string
  payload: unknown
}

async function jobs(task: string): Promise<Job[]> {
  return db().execute<{ task: string; payload: unknown }>(sql`
    select tasks.identifier as task, jobs.payload from graphile_worker._private_jobs jobs
    join graphile_worker._private_tasks tasks on tasks.id = jobs.task_id
    where tasks.identifier = ${task}`)
}

async function forgetAgain(): Promise<void> {
  for (const { payload } of await jobs('forget-answers')) {
    await taskList['forget-answers']?.(payload, { job: {} } as never)
  }
}

/** A request with a key that has begun and answers when it is told to. */
function begin(userId: string, text: string) {
  const key = newId()
  const ctx = contextFor(customerActor(userId), { accountId })
  const request = new Request('https://portal.example/v3/me', {
    method: 'PATCH',
    headers: { 'idempotency-key': key },
  })
  let go = () => {}
  let hasBegun = () => {}
  const begun = new Promise<void>((resolve) => (hasBegun = resolve))
  const told = new Promise<void>((resolve) => (go = resolve))
  const answer: HttpResult = { status: 200, headers: {}, body: text }
  const send = (work: () => Promise<HttpResult>) =>
    answerOnce(ctx, request, { body: {}, headers: {}, secretAnswer: false, isAtomic: false }, work)
  const ended = send(async () => {
    hasBegun()
    await told
    return answer
  })
  return {
    begun,
    ended,
    go: () => go(),
    again: () => send(() => Promise.reject(new Error('it must not run twice'))),
    async stored() {
      const [row] = await db()
        .select()
        .from(idempotencyKeys)
        .where(and(eq(idempotencyKeys.accountId, accountId), eq(idempotencyKeys.key, key)))
      return row
    },
  }
}

test('F-42: the names of devices and virtual machines leave the activation log with their owner', async () => {
  const [user, other] = [await makeUser(), await makeUser()]
  const [mark, kept] = [newId(), newId()]
  await activate((await makeLicense(user.id)).key, mark)
  await activate((await makeLicense(other.id)).key, kept)
  expect(await deviceTexts()).toContain(`vm-of-${mark}`)
  await erase(user.id)
  const after = await deviceTexts()
  expect(after).not.toContain(mark)
  expect(after).toContain(`vm-of-${kept}`)
})

test('F-42: what was logged before a license had its owner, and under a license that was moved on, goes as well', async () => {
  const [user, next] = [await makeUser(), await makeUser()]
  const [before, moved] = [newId(), newId()]
  const unowned = await makeLicense(null)
  await activate(unowned.key, before)
  const given = await v3(`/v3/licenses/${unowned.id}`, {
    method: 'PATCH',
    token: machine,
    body: { userId: user.id },
  })
  expect(given.status).toBe(200)
  const passedOn = await makeLicense(user.id)
  await activate(passedOn.key, moved)
  const passed = await v3(`/v3/licenses/${passedOn.id}`, {
    method: 'PATCH',
    token: machine,
    body: { userId: next.id },
  })
  expect(passed.status).toBe(200)
  await erase(user.id)
  expect(await deviceTexts()).not.toContain(before)
  expect(JSON.stringify(await db().select().from(activationLogs))).not.toContain(moved)
})

test('F-42: a waiting request for a new password goes with the user, and that of another stays', async () => {
  const [user, other] = [await makeUser(), await makeUser()]
  for (const { email } of [user, other]) {
    const asked = await v3('/v3/accounts/reset-password-request', { body: { accountId, email } })
    expect(asked.status).toBeLessThan(300)
  }
  const waiting = await jobs('password-reset')
  expect(waiting).toHaveLength(2)
  await erase(user.id)
  expect(await jobs('password-reset')).toEqual([waiting[1]])
})

test('F-42: an answer whose request was running during the erasure is not kept', async () => {
  const user = await makeUser()
  const request = begin(user.id, JSON.stringify({ id: user.id, email: user.email }))
  await request.begun
  await erase(user.id)
  request.go()
  await request.ended
  expect(await request.stored()).toMatchObject({ status: 200, answer: null })
  await expect(request.again()).rejects.toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED' })
})

test('F-42: an answer about somebody else that was running meanwhile is kept and repeated', async () => {
  const [user, other] = [await makeUser(), await makeUser()]
  const text = JSON.stringify({ id: other.id, email: other.email })
  const request = begin(other.id, text)
  await request.begun
  await erase(user.id)
  request.go()
  await request.ended
  expect(await request.again()).toMatchObject({ status: 200, body: text })
})

test('F-42: a request that began while the erasure was under way, and read the user before its end, keeps nothing after the job', async () => {
  const user = await makeUser()
  const about = JSON.stringify({ id: user.id, email: user.email })
  await erase(user.id)
  const [finished, running] = [begin(user.id, about), begin(user.id, about)]
  await Promise.all([finished.begun, running.begun])
  finished.go()
  await finished.ended
  await forgetAgain()
  running.go()
  await running.ended
  for (const request of [finished, running]) expect(await request.stored()).toMatchObject({ answer: null })
  // Done once more, it changes nothing.
  await forgetAgain()
  for (const request of [finished, running]) expect(await request.stored()).toMatchObject({ answer: null })
})

test('F-42: in whatever order requests begin, end and people are erased, exactly the answers about the erased are empty', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          about: fc.subarray([0, 1, 2]),
          ends: fc.integer({ min: 0, max: 3 }),
        }),
        { minLength: 1, maxLength: 4 },
      ),
      fc.subarray([0, 1, 2]),
      async (plans, erased) => {
        const people = [await makeUser(), await makeUser(), await makeUser()]
        const asker = await makeUser()
        const running = plans.map((plan) => ({
          plan,
          request: begin(asker.id, JSON.stringify(plan.about.map((index) => people[index]))),
        }))
        await Promise.all(running.map(({ request }) => request.begun))
        for (const round of [0, 1, 2, 3]) {
          for (const { plan, request } of running) {
            if (plan.ends !== round) continue
            request.go()
            await request.ended
          }
          const gone = people[round]
          if (gone && erased.includes(round)) await erase(gone.id)
        }
        for (const { plan, request } of running) {
          const isAboutErased = plan.about.some((index) => erased.includes(index))
          expect((await request.stored())?.answer === null).toBe(isAboutErased)
        }
      },
    ),
    { numRuns: 12 },
  )
})
