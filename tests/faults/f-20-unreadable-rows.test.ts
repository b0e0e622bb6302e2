import fc from 'fast-check'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db, sqlClient } from '#db/client.ts'
import { findLiveSessions } from '#lib/access/tokens/list-my-sessions.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { authorize } from '#lib/core/authorize.ts'
import { env, overrideEnv } from '#lib/core/env.ts'
import { SEALED_COLUMNS } from '#lib/core/key-store/sealed-columns.ts'
import { FIRST_PAGE } from '#lib/core/list/filter.ts'
import { SCOPES } from '#lib/core/permissions.ts'
import { EventLogDto } from '#lib/insight/audit-trail/event-log-dto.ts'
import { ActivationLogDto } from '#lib/licensing/activation-logs/activation-log-dto.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { MyLicenseDto } from '#lib/licensing/licenses/my-license-dto.ts'
import { getMail } from '#lib/mail/get-mail.ts'
import { listMails } from '#lib/mail/list-mails.ts'
import { queueMail } from '#lib/mail/queue-mail.ts'
import { examine } from '#lib/ops/doctor/examine.ts'
import { spendSecondFactor } from '#lib/people/second-factors/spend-second-factor.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeCustomer, makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { makeUser, USER_PASSWORD } from '#tests/factories/user.ts'
import { consoleActor, contextFor, operatorActor, visitorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { refusalOf } from '#tests/helpers/refusal.ts'
import { storedRows } from '#tests/helpers/stored-rows.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'
import { webhookWorld } from '#tests/helpers/webhook-world.ts'

const RIGHT = 'the-right-secret-of-more-than-32-characters'
const STRAY = 'a-stray-secret-of-more-than-32-characters!'

let accountId: string
let token: string
let product: Awaited<ReturnType<typeof makeSignedProduct>>
const original = env().SECRET_KEY.join(',')

setUpTestDatabase({ env: { SECRET_KEY: RIGHT } })
afterAll(async () => {
  overrideEnv({ SECRET_KEY: original, API_RATE_LIMIT: undefined, LOG_LEVEL: undefined })
})
beforeEach(async () => {
  accountId = (await makeAccount()).id
  token = await makeMachineToken(accountId, ...SCOPES)
  product = await makeSignedProduct(accountId)
})

/** Does it as a process that runs with another SECRET_KEY. */
async function astray<T>(work: () => Promise<T>): Promise<T> {
  overrideEnv({ SECRET_KEY: STRAY })
  try {
    return await work()
  } finally {
    overrideEnv({ SECRET_KEY: RIGHT })
  }
}

const sell = async (fields: object = {}) =>
  bodyOf(await v3('/v3/licenses', { token, body: { productId: product.id, ...fields } }), LicenseDto, 201)
const listed = async () => bodyOf(await v3('/v3/licenses?sort=createdAt', { token }), z.array(LicenseDto))
const operator = () => contextFor(operatorActor(), { accountId })

describe('a license whose key was sealed under a stray SECRET_KEY', () => {
  test('F-20: is in every list, shown as unreadable, and takes nothing down', async () => {
    const customer = await makeCustomer(accountId)
    const good = await sell({ userId: customer.id })
    const lost = await astray(() => sell({ userId: customer.id }))
    expect(lost.key).not.toBe('')

    expect((await listed()).map(({ id, key, keyUnreadable }) => [id, key, keyUnreadable])).toEqual([
      [good.id, good.key, undefined],
      [lost.id, '', true],
    ])
    const one = await v3(`/v3/licenses/${lost.id}`, { token })
    expect(one).toMatchObject({ status: 200, body: { key: '', keyUnreadable: true, status: 'ACTIVE' } })
    const mine = await v3('/v3/me/licenses', { token: customer.token })
    expect(bodyOf(mine, z.array(MyLicenseDto)).map(({ id, key }) => [id, key])).toEqual(
      expect.arrayContaining([
        [good.id, good.key],
        [lost.id, ''],
      ]),
    )
    const csv = String((await v3('/v3/licenses/export', { token })).body)
    expect(csv).toContain(lost.id)
    expect(csv).toContain(good.key)
  })

  test('F-20: is refused with a sentence where its key is needed, and nothing is written', async () => {
    const customer = await makeCustomer(accountId)
    const lost = await astray(() => sell({ userId: customer.id }))
    const before = await storedRows(accountId)
    const refused = await v3(`/v3/licenses/${lost.id}/files`, { token, body: {} })
    expect(refused).toMatchObject({
      status: 409,
      body: { code: 'CONFLICT', message: expect.stringContaining('SECRET_KEY') },
    })
    const { resendLicenseKey } = await import('#lib/licensing/licenses/resend-license-key.ts')
    expect(await refusalOf(resendLicenseKey(authorize(operator(), 'license:write'), lost.id))).toMatchObject({
      code: 'CONFLICT',
    })
    expect(await storedRows(accountId)).toBe(before)
  })

  test('F-20: can be changed, and gets a key again by replacing it', async () => {
    const lost = await astray(() => sell())
    const changed = await v3(`/v3/licenses/${lost.id}`, { method: 'PATCH', token, body: { notes: 'seen' } })
    expect(changed).toMatchObject({ status: 200, body: { notes: 'seen', keyUnreadable: true } })
    const { replaceKey } = await import('#lib/licensing/licenses/replace-key.ts')
    await replaceKey(authorize(operator(), 'license:write'), lost.id)
    const mended = bodyOf(await v3(`/v3/licenses/${lost.id}`, { token }), LicenseDto)
    expect(mended.keyUnreadable).toBeUndefined()
    expect(mended.key.length).toBeGreaterThan(20)
    expect(mended.key).not.toBe(lost.key)
  })

  test('F-20: is named by the doctor, by table and id', async () => {
    const lost = await astray(() => sell())
    await sell()
    const findings = await examine(authorize(contextFor(consoleActor, { accountId }), 'system:work'))
    const found = findings.find(({ name }) => name === 'SECRET_KEY opens every sealed value')
    expect(found).toEqual({
      name: found?.name,
      ok: false,
      detail: `not these: licenses ${lost.id} (sealed_key)`,
    })
  })

  test('F-20: whichever of the licenses are unreadable, the list holds them all in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 6 }), async (readable) => {
        await sqlClient()`delete from licenses where account_id = ${accountId}`
        const made: LicenseDto[] = []
        for (const isReadable of readable) made.push(await (isReadable ? sell() : astray(() => sell())))
        expect((await listed()).map(({ id, key }) => [id, key])).toEqual(
          made.map(({ id, key }, at) => [id, readable[at] ? key : '']),
        )
      }),
      { numRuns: 10 },
    )
  })
})

describe('any other sealed value that cannot be read', () => {
  test('F-20: personal values of the audit trail, of sessions and of the activation log are shown as unreadable', async () => {
    const user = await makeUser(accountId)
    await sqlClient()`delete from user_keys where user_id = ${user.id}`
    const license = await astray(async () => {
      const theirs = await makeSignedProduct(accountId)
      const made = await sell({ userId: user.id, productId: theirs.id })
      await inTransaction(operator(), async (tx) =>
        recordEvent(tx, {
          event: 'user.updated',
          resource: 'user',
          resourceId: user.id,
          userId: user.id,
          personal: { email: 'new@example.com' },
        }),
      )
      const body = {
        productId: theirs.id,
        key: made.key,
        fingerprint: 'ab'.repeat(32),
        os: 'linux',
        hostname: 'desk',
      }
      const headers = { 'x-account-id': accountId }
      expect((await v3('/v3/activations', { headers, body })).status).toBe(201)
      return made
    })
    const events = bodyOf(await v3('/v3/event-logs?event=user.updated', { token }), z.array(EventLogDto))
    expect(events[0]?.changes).toEqual([{ field: 'email', value: '(unreadable)' }])
    expect(events[0]?.ipAddress).toBe('(unreadable)')
    const lines = bodyOf(
      await v3(`/v3/activation-logs?licenseId=${license.id}`, { token }),
      z.array(ActivationLogDto),
    )
    expect(lines.map(({ action, hostname }) => [action, hostname])).toEqual([['activate', '']])
    const sessions = await findLiveSessions(contextFor(visitorActor, { accountId }), user.id, null)
    expect(sessions.map(({ ip }) => ip)).toEqual([])
  })

  test('F-20: a mail stands in the mailbox without its content', async () => {
    const queue = (to: string) =>
      inTransaction(operator(), async (tx) =>
        queueMail(tx, {
          template: 'operator-alert',
          to,
          userId: null,
          props: { title: 'T', sentence: 'S', path: '/dashboard' },
        }),
      )
    await queue('good@example.com')
    await astray(() => queue('lost@example.com'))
    const { items } = await listMails(authorize(operator(), 'mail:read'), FIRST_PAGE)
    expect(items.map(({ to }) => to).sort()).toEqual(['(unreadable)', 'good@example.com'])
    const lost = items.find(({ to }) => to === '(unreadable)')
    expect(await getMail(authorize(operator(), 'mail:read'), lost?.id ?? '')).toMatchObject({ html: null })
  })

  test('F-20: a delivery is given up with its reason, and the next one of that resource arrives', async () => {
    const world = webhookWorld(accountId)
    const { startReceiver } = await import('#tests/helpers/webhook-receiver.ts')
    const receiver = await startReceiver()
    try {
      await world.makeWebhook({ url: receiver.url, events: ['license.updated'] })
      const license = await sell()
      const change = (notes: string) =>
        v3(`/v3/licenses/${license.id}`, { method: 'PATCH', token, body: { notes } })
      await astray(() => change('lost'))
      await change('arrives')
      world.clock.advance({ minutes: 1 })
      await world.deliver()
      expect(
        (await world.rows()).map(({ deadAt, deliveredAt, lastError }) => [
          deadAt !== null,
          deliveredAt !== null,
          lastError,
        ]),
      ).toEqual([
        [true, false, 'Its content cannot be read.'],
        [false, true, null],
      ])
    } finally {
      await receiver.close()
    }
  })

  test('F-20: a stored answer is refused with its reason instead of failing', async () => {
    const headers = { 'idempotency-key': 'once' }
    const body = { productId: product.id }
    await astray(() => v3('/v3/licenses', { token, headers, body }))
    const before = await storedRows(accountId)
    expect(await v3('/v3/licenses', { token, headers, body })).toMatchObject({
      status: 409,
      body: { code: 'IDEMPOTENCY_KEY_REUSED' },
    })
    expect(await storedRows(accountId)).toBe(before)
  })

  test('F-20: a second factor’s codes are refused with a way out', async () => {
    const user = await makeUser(accountId)
    const login = () =>
      v3('/v3/accounts/login', { body: { accountId, email: user.email, password: USER_PASSWORD } })
    const bearer = bodyOf(await login(), z.object({ accessToken: z.string() })).accessToken
    await astray(() => v3('/v3/me/2fa-secret', { method: 'POST', token: bearer }))
    await sqlClient()`update user_totp_secrets set enabled_at = created_at where user_id = ${user.id}`
    const refused = await refusalOf(
      spendSecondFactor(contextFor(visitorActor, { accountId }), user.id, { twoFactorCode: '123456' }),
    )
    expect(refused).toMatchObject({
      code: 'INVALID_TWO_FACTOR_CODE',
      message: expect.stringContaining('recovery code'),
    })
  })
})

test('F-20: every sealed column of the database is known to doctor and re-encryption', async () => {
  const columns = await db().execute<{ name: string }>(`
    select table_name || '.' || column_name as name from information_schema.columns
    where table_schema = 'public' and column_name like 'sealed%' order by 1`)
  const known = new Set(SEALED_COLUMNS.map(({ table, column }) => `${table}.${column}`))
  // Sealed under the user's own key, and under the entry itself.
  const apart = [
    'access_tokens.sealed_ip',
    'consents.sealed_ip',
    'secret_key_canaries.sealed',
    'sign_in_tickets.sealed_ip',
  ]
  expect(columns.map(({ name }) => name).filter((name) => !known.has(name))).toEqual(apart)
})
