import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { idempotencyKeys } from '#db/schema/accounts.ts'
import { eventLogHeads } from '#db/schema/audit.ts'
import { licenses } from '#db/schema/licenses.ts'
import { clock, setClockOffset } from '#lib/core/clock.ts'
import { AppError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { createLicense } from '#lib/licensing/licenses/create-license.ts'
import { CreateLicenseInput } from '#lib/licensing/licenses/license-input.ts'
import { defineRoute } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { routeCaller } from '#tests/helpers/route-caller.ts'
import { v3 } from '#tests/helpers/v3-call.ts'
import * as verifyDomainRoute from '../../../app/v3/sending-domains/[id]/verify/route.ts'
import * as testWebhookRoute from '../../../app/v3/webhooks/[id]/test/route.ts'

let accountId: string
let token: string
let productId: string

setUpTestDatabase()
beforeEach(async () => {
  accountId = (await makeAccount()).id
  token = await makeMachineToken(accountId, 'license:read', 'license:write')
  productId = (await makeSignedProduct(accountId)).id
})
afterEach(() => setClockOffset(0))

const stored = () => db().select().from(licenses).where(eq(licenses.accountId, accountId))
const keys = () => db().select().from(idempotencyKeys).where(eq(idempotencyKeys.accountId, accountId))
const create = (key: string, fields: Record<string, unknown> = {}) =>
  v3('/v3/licenses', { token, body: { productId, ...fields }, headers: { 'idempotency-key': key } })

test('the same request again is answered the same, marked as replayed, and done once', async () => {
  const first = await create('order-1')
  const again = await create('order-1')
  expect([first.status, again.status]).toEqual([201, 201])
  expect(again.body).toEqual(first.body)
  expect(first.headers.get('idempotent-replayed')).toBeNull()
  expect(again.headers.get('idempotent-replayed')).toBe('true')
  expect(await stored()).toHaveLength(1)
  await create('order-2')
  expect(await stored()).toHaveLength(2)
})

test('the stored answer is sealed: no license key stands in it in clear', async () => {
  const { body } = await create('order-1')
  const { key } = z.object({ key: z.string() }).parse(body)
  expect(JSON.stringify(await keys())).not.toContain(key)
})

test('another body, address or method under the same key is refused, and nothing is done', async () => {
  await create('order-1')
  const [license] = await stored()
  const headers = { 'idempotency-key': 'order-1' }
  const reused = { status: 409, body: { code: 'IDEMPOTENCY_KEY_REUSED' } }
  expect(await create('order-1', { allowedActivations: 9 })).toMatchObject(reused)
  expect(
    await v3(`/v3/licenses/${license?.id}`, { token, method: 'PATCH', body: { notes: 'x' }, headers }),
  ).toMatchObject(reused)
  expect(await stored()).toEqual([license])
})

test('20 parallel repetitions do the work once; the others wait or get the answer', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => create('order-1')))
  expect(await stored()).toHaveLength(1)
  for (const answer of answers) {
    if (answer.status === 409) expect(answer.body).toMatchObject({ code: 'IDEMPOTENCY_KEY_IN_FLIGHT' })
    else expect(answer.status).toBe(201)
  }
  expect((await create('order-1')).status).toBe(201)
})

test('a refusal is kept like any answer; keys belong to their token', async () => {
  const userId = newId()
  const refused = await create('order-1', { userId })
  expect(refused).toMatchObject({ status: 400, body: { fields: { userId: expect.any(String) } } })
  const again = await create('order-1', { userId })
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([400, 'true'])
  expect(again.body).toEqual(refused.body)
  const other = await makeMachineToken(accountId, 'license:write')
  const theirs = await v3('/v3/licenses', {
    token: other,
    body: { productId },
    headers: { 'idempotency-key': 'order-1' },
  })
  expect(theirs.status).toBe(201)
  expect(await stored()).toHaveLength(1)
})

test('a key is free again after 24 hours', async () => {
  await create('order-1')
  setClockOffset(24 * 3_600_000)
  expect((await create('order-1')).headers.get('idempotent-replayed')).toBeNull()
  expect(await stored()).toHaveLength(2)
})

test('a request that died is in flight for a minute, then a repetition takes its place', async () => {
  await create('order-1')
  await db().delete(licenses).where(eq(licenses.accountId, accountId))
  await db()
    .update(idempotencyKeys)
    .set({ status: null, answer: null, createdAt: clock.now() })
    .where(eq(idempotencyKeys.accountId, accountId))
  expect(await create('order-1')).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_IN_FLIGHT' } })
  expect(await stored()).toEqual([])
  setClockOffset(61_000)
  expect((await create('order-1')).status).toBe(201)
  expect(await stored()).toHaveLength(1)
})

test('a malformed key is refused by name', async () => {
  for (const key of ['two words', 'x'.repeat(256)]) {
    expect(await create(key)).toMatchObject({
      status: 400,
      body: { fields: { 'Idempotency-Key': expect.any(String) } },
    })
  }
  expect(await stored()).toEqual([])
})

test('work that asks other servers holds up no other write while it waits, and is still done once', async () => {
  const send = () =>
    call('/v3/asks-others', { token, body: { productId }, headers: { 'idempotency-key': 'ask-1' } })
  expect((await send()).status).toBe(204)
  const again = await send()
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([204, 'true'])
  expect(await stored()).toHaveLength(1)
  expect(testWebhookRoute.POST.contract?.asksOthers).toBe(true)
  expect(verifyDomainRoute.POST.contract?.asksOthers).toBe(true)
})

/** Routes that fail in ways the real ones do not on demand. */
const failures = { left: 0 }
const { call } = routeCaller({
  '/v3/breaks': methods({
    POST: defineRoute(
      {
        summary: 'Fails after its work, so many times',
        permission: 'license:write',
        body: CreateLicenseInput,
        status: 204,
      },
      async (ctx, { body }) => {
        await createLicense(ctx, body)
        if (failures.left > 0) {
          failures.left -= 1
          throw new AppError('SERVICE_UNAVAILABLE', 'Away.')
        }
        return undefined
      },
    ),
  }),
  '/v3/asks-others': methods({
    POST: defineRoute(
      {
        summary: 'Asks another server after its first transaction',
        permission: 'license:write',
        asksOthers: true,
        body: CreateLicenseInput,
        status: 204,
      },
      async (ctx, { body }) => {
        await createLicense(ctx, body)
        // What any other write of the account does meanwhile.
        await db().transaction((tx) =>
          tx
            .select({ seq: eventLogHeads.seq })
            .from(eventLogHeads)
            .where(eq(eventLogHeads.accountId, ctx.accountId))
            .for('update', { noWait: true }),
        )
        return undefined
      },
    ),
  }),
  '/v3/secret': methods({
    POST: defineRoute(
      {
        summary: 'Answers a fresh secret',
        permission: 'license:write',
        body: z.object({}),
        response: z.object({ secret: z.string() }),
        status: 201,
        secretAnswer: true,
      },
      async () => ({ secret: 'fresh' }),
    ),
  }),
})

test('a machine’s work is undone together with its answer when the server fails, so that sending it again does it once', async () => {
  failures.left = 1
  const send = () => call('/v3/breaks', { token, body: { productId }, headers: { 'idempotency-key': 'k' } })
  expect((await send()).status).toBe(503)
  expect(await stored()).toEqual([])
  expect(await keys()).toEqual([])
  expect((await send()).status).toBe(204)
  const replayed = await send()
  expect([replayed.status, replayed.headers.get('idempotent-replayed')]).toEqual([204, 'true'])
  expect(await stored()).toHaveLength(1)
})

test('an answer with a fresh secret is not kept: its repetition gets 409', async () => {
  const send = () => call('/v3/secret', { token, body: {}, headers: { 'idempotency-key': 'k' } })
  expect((await send()).status).toBe(201)
  expect(await send()).toMatchObject({ status: 409, body: { code: 'IDEMPOTENCY_KEY_REUSED' } })
  expect((await keys())[0]).toMatchObject({ status: 201, answer: null })
})
