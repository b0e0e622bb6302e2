import { and, eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { formerLicenseKeys } from '#db/schema/license-parts.ts'
import { activations, licenses } from '#db/schema/licenses.ts'
import { mails } from '#db/schema/mail.ts'
import type { Actor } from '#lib/core/actor.ts'
import { authorize } from '#lib/core/authorize.ts'
import { open } from '#lib/core/crypto/seal.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { newId } from '#lib/core/ids.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { keyLookUp } from '#lib/licensing/licenses/license-key.ts'
import { replaceKey } from '#lib/licensing/licenses/replace-key.ts'
import { replaceMyKey } from '#lib/licensing/licenses/replace-my-key.ts'
import { FORMER_KEY_DAYS } from '#lib/licensing/licenses/swap-key.ts'
import { purge } from '#lib/ops/jobs/purge.ts'
import { reencrypt } from '#lib/ops/key-rotation/reencrypt.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  makeCustomer,
  makeLicenseOf,
  makeMachineToken,
  makeSignedProduct,
} from '#tests/factories/licensed.ts'
import { activate, fingerprint, idOf, sync } from '#tests/helpers/activation-routes.ts'
import {
  contextFor,
  customerActor,
  operatorActor,
  systemActor,
  type TestClock,
  testClock,
} from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { refusalOf } from '#tests/helpers/refusal.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

const SECRET = 'a test secret of more than thirty-two characters'
const KEY = /^([A-F0-9]{6}-){5}[A-F0-9]{6}$/

let accountId: string
let product: Awaited<ReturnType<typeof makeSignedProduct>>
let jane: Awaited<ReturnType<typeof makeCustomer>>
let license: { id: string; key: string }

setUpTestDatabase({ env: { SECRET_KEY: SECRET } })
beforeEach(async () => {
  accountId = (await makeAccount()).id
  product = await makeSignedProduct(accountId)
  jane = await makeCustomer(accountId)
  license = await makeLicenseOf(accountId, product, { userId: jane.id })
})

const as = (actor: Actor, clock?: TestClock) => contextFor(actor, { accountId, ...(clock && { clock }) })
const replace = (clock?: TestClock, id = license.id) =>
  replaceKey(authorize(as(operatorActor(), clock), 'license:write'), id)
const replaceMine = (userId: string, options: { clock?: TestClock; id?: string } = {}) =>
  replaceMyKey(authorize(as(customerActor(userId), options.clock), 'me:write'), options.id ?? license.id)
const formers = () => db().select().from(formerLicenseKeys).where(eq(formerLicenseKeys.accountId, accountId))
const row = async () => (await db().select().from(licenses).where(eq(licenses.id, license.id)))[0]
const sentMails = () => db().select().from(mails).where(eq(mails.accountId, accountId))
const events = () =>
  db()
    .select()
    .from(eventLogs)
    .where(and(eq(eventLogs.accountId, accountId), eq(eventLogs.event, 'license.key-replaced')))
const headers = () => ({ headers: { 'x-account-id': accountId } })
const device = (key: string) => ({ productId: product.id, key, accountId })
const inDays = (days: number) => testClock(new Date(Date.now() + days * 86_400_000))

test('the new key is made from the template’s pattern, mailed to the owner and audited; no answer holds the old one', async () => {
  const replaced = await replace()
  expect(replaced.key).toMatch(KEY)
  const [former] = await formers()
  expect(former).toMatchObject({ licenseId: license.id, keyHash: keyLookUp(license.key) })
  expect(open('license-key', former?.sealedKey ?? '', former?.id)).toBe(license.key)
  const [mail] = await sentMails()
  expect(mail).toMatchObject({ template: 'license-key', userId: jane.id, state: 'due' })
  const props = open('mail', mail?.sealedProps ?? '', mail?.id)
  expect(JSON.parse(props)).toMatchObject({
    licenseKey: replaced.key,
    formerKeyUntil: former?.validUntil.toISOString(),
  })
  const [event] = await events()
  expect(event).toMatchObject({ resourceId: license.id, userId: jane.id })
  expect(JSON.stringify(event)).not.toContain(license.key)
  expect(JSON.stringify(event)).not.toContain(replaced.key)
})

test('a known device goes on with the old key for 14 days, and no new one begins with it', async () => {
  const id = idOf(await activate(device(license.key), {}, headers()))
  const { key } = await replace()
  expect(await sync(id, device(license.key), {}, headers())).toMatchObject({ status: 200 })
  expect(await activate(device(license.key), {}, headers()), 'the same device again').toMatchObject({
    status: 201,
  })
  const refused = await activate(device(license.key), { fingerprint: fingerprint(2) }, headers())
  expect(refused).toMatchObject({ status: 400, body: { code: 'INVALID_LICENSE_KEY' } })
  const count = () => db().$count(activations, eq(activations.licenseId, license.id))
  expect(await count()).toBe(1)
  const validity = async (fields: Record<string, unknown>) => {
    const answer = await v3('/v3/licenses/validate', { body: { ...device(license.key), ...fields } })
    return bodyOf(answer, z.object({ valid: z.boolean(), code: z.string() }))
  }
  expect(await validity({ fingerprint: fingerprint(1) })).toEqual({ valid: true, code: 'VALID' })
  expect(await validity({ fingerprint: fingerprint(2) })).toEqual({ valid: false, code: 'NOT_FOUND' })
  expect(await validity({})).toEqual({ valid: false, code: 'NOT_FOUND' })

  await db()
    .update(formerLicenseKeys)
    .set({ validUntil: new Date(Date.now() - 1000) })
    .where(eq(formerLicenseKeys.accountId, accountId))
  expect(await sync(id, device(license.key), {}, headers())).toMatchObject({
    status: 404,
    body: { code: 'ACTIVATION_NOT_FOUND' },
  })
  expect(await activate(device(license.key), {}, headers())).toMatchObject({
    status: 400,
    body: { code: 'INVALID_LICENSE_KEY' },
  })
  expect(await validity({ fingerprint: fingerprint(1) })).toEqual({ valid: false, code: 'NOT_FOUND' })
  expect(await sync(id, device(key), {}, headers())).toMatchObject({ status: 200 })
  expect(await activate(device(key), { fingerprint: fingerprint(2) }, headers())).toMatchObject({
    status: 201,
  })
  expect(await count()).toBe(2)
})

test('a second replacement keeps both former keys until the time of each; then the purge takes them', async () => {
  const start = testClock()
  const later = testClock(new Date(start.now().getTime() + 5 * 86_400_000))
  const second = await replace(start)
  await replace(later)
  const kept = (await formers()).map(({ keyHash, validUntil }) => ({ keyHash, validUntil }))
  const after = (clock: TestClock) => new Date(clock.now().getTime() + FORMER_KEY_DAYS * 86_400_000)
  expect(kept).toHaveLength(2)
  expect(kept).toContainEqual({ keyHash: keyLookUp(license.key), validUntil: after(start) })
  expect(kept).toContainEqual({ keyHash: keyLookUp(second.key), validUntil: after(later) })

  const purgeAt = (clock: TestClock) => purge(authorize(as(systemActor(), clock), 'system:work'))
  const foreign = await makeAccount()
  await purge(
    authorize(contextFor(systemActor(), { accountId: foreign.id, clock: inDays(99) }), 'system:work'),
  )
  await purgeAt(inDays(13))
  expect(await formers()).toHaveLength(2)
  await purgeAt(inDays(15))
  expect((await formers()).map(({ keyHash }) => keyHash)).toEqual([keyLookUp(second.key)])
  await purgeAt(inDays(20))
  expect(await formers()).toEqual([])
})

test('ten replacements at once lose no key: each former one is there, and one is current', async () => {
  const keys = (await Promise.all(Array.from({ length: 10 }, () => replace()))).map(({ key }) => key)
  const known = [...(await formers()).map(({ keyHash }) => keyHash), (await row())?.keyHash]
  expect(known.sort()).toEqual([...keys, license.key].map(keyLookUp).sort())
})

test('a rotated secret is followed by former keys, too', async () => {
  await replace()
  overrideEnv({ SECRET_KEY: `another secret of more than thirty-two characters,${SECRET}` })
  try {
    await reencrypt(authorize(as(systemActor()), 'system:work'))
    overrideEnv({ SECRET_KEY: 'another secret of more than thirty-two characters' })
    const [former] = await formers()
    expect(former?.keyHash).toBe(keyLookUp(license.key))
    expect(open('license-key', former?.sealedKey ?? '', former?.id)).toBe(license.key)
  } finally {
    overrideEnv({ SECRET_KEY: SECRET })
  }
})

describe('over the Web API', () => {
  const path = () => `/v3/licenses/${license.id}/replace-key`

  test('a machine that may write licenses replaces the key; a repetition with its Idempotency-Key does not', async () => {
    const token = await makeMachineToken(accountId, 'license:write')
    const call = () => v3(path(), { token, method: 'POST', headers: { 'idempotency-key': 'once' } })
    const first = bodyOf(await call(), LicenseDto)
    expect(first.key).not.toBe(license.key)
    expect(bodyOf(await call(), LicenseDto).key).toBe(first.key)
    expect(await formers()).toHaveLength(1)
    expect((await row())?.keyHash).toBe(keyLookUp(first.key))
  })

  test('nobody else does: nothing changes', async () => {
    const reader = await makeMachineToken(accountId, 'license:read')
    const foreign = await makeMachineToken((await makeAccount()).id, 'license:write')
    const call = (token?: string) => v3(path(), { ...(token && { token }), method: 'POST' })
    expect(await call()).toMatchObject({ status: 401 })
    expect(await call(reader)).toMatchObject({ status: 403 })
    expect(await call(jane.token)).toMatchObject({ status: 403 })
    expect(await call(foreign)).toMatchObject({ status: 404 })
    expect((await row())?.keyHash).toBe(keyLookUp(license.key))
    expect([await formers(), await events(), await sentMails()]).toEqual([[], [], []])
  })

  test('a license that nobody owns gets its key, and nobody a mail', async () => {
    const token = await makeMachineToken(accountId, 'license:write')
    const nobodys = await makeLicenseOf(accountId, product)
    const answer = await v3(`/v3/licenses/${nobodys.id}/replace-key`, { token, method: 'POST' })
    expect(bodyOf(answer, LicenseDto).key).not.toBe(nobodys.key)
    expect(await sentMails()).toEqual([])
  })
})

describe('by the customer', () => {
  const unchanged = async () => {
    expect((await row())?.keyHash).toBe(keyLookUp(license.key))
    expect([await formers(), await events(), await sentMails()]).toEqual([[], [], []])
  }

  test('the owner replaces the key of their license and gets the new one by mail', async () => {
    await replaceMine(jane.id)
    expect((await row())?.keyHash).not.toBe(keyLookUp(license.key))
    expect(await sentMails()).toHaveLength(1)
    expect((await events())[0]).toMatchObject({ actor: `user:${jane.id}` })
  })

  test('somebody else, and whoever merely shares the license, finds none', async () => {
    const john = await makeCustomer(accountId)
    expect((await refusalOf(replaceMine(john.id))).code).toBe('NOT_FOUND')
    await db()
      .update(licenses)
      .set({ additionalUserIds: [john.id] })
      .where(eq(licenses.id, license.id))
    expect((await refusalOf(replaceMine(john.id))).code).toBe('NOT_FOUND')
    expect((await refusalOf(replaceMine(jane.id, { id: newId() }))).code).toBe('NOT_FOUND')
    await unchanged()
  })

  test('a sign-in that is not fresh must be repeated first', async () => {
    const late = testClock(new Date(Date.now() + 11 * 60_000))
    expect((await refusalOf(replaceMine(jane.id, { clock: late }))).code).toBe('STEP_UP_REQUIRED')
    await unchanged()
  })

  test('a revoked license keeps its key', async () => {
    await db().update(licenses).set({ revokedBillingAt: new Date() }).where(eq(licenses.id, license.id))
    expect((await refusalOf(replaceMine(jane.id))).code).toBe('CONFLICT')
    await unchanged()
  })

  test('three times within two weeks is enough; an operator may go on', async () => {
    for (let time = 0; time < 3; time += 1) await replaceMine(jane.id)
    const before = await row()
    expect((await refusalOf(replaceMine(jane.id))).code).toBe('CONFLICT')
    expect(await row()).toEqual(before)
    expect(await formers()).toHaveLength(3)
    await replace()
    expect(await formers()).toHaveLength(4)
  })
})
