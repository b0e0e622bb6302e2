import fc from 'fast-check'
import { beforeEach, describe, expect, test } from 'vitest'
import { closeDatabase, configureDatabase, databaseUrl, db, sqlClient } from '#db/client.ts'
import { authorize } from '#lib/core/authorize.ts'
import { env, overrideEnv } from '#lib/core/env.ts'
import { newId } from '#lib/core/ids.ts'
import { lastingHash, lastingHashes, openKeyStore } from '#lib/core/key-store/lasting-keys.ts'
import { SCOPES } from '#lib/core/permissions.ts'
import { deleteUser } from '#lib/insight/delete-user.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { reencrypt } from '#lib/ops/key-rotation/reencrypt.ts'
import { banUser } from '#lib/people/users/ban-user.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { makeUser } from '#tests/factories/user.ts'
import { consoleActor, contextFor, operatorActor } from '#tests/helpers/context.ts'
import { createTestDatabase, setUpTestDatabase } from '#tests/helpers/database.ts'
import { latchkey } from '#tests/helpers/own-process.ts'
import { refusalOf } from '#tests/helpers/refusal.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

const OLD = 'an-old-secret-of-more-than-32-characters'
const NEW = 'a-new-secret-of-more-than-32-characters!'

let accountId: string
let token: string
let product: Awaited<ReturnType<typeof makeSignedProduct>>

setUpTestDatabase({ per: 'test', env: { SECRET_KEY: OLD } })
beforeEach(async () => {
  await openKeyStore()
  accountId = (await makeAccount()).id
  token = await makeMachineToken(accountId, ...SCOPES)
  product = await makeSignedProduct(accountId)
})

const operator = () => contextFor(operatorActor(), { accountId })

/** Starts as another process does. */
async function restart(secretKey: string): Promise<void> {
  overrideEnv({ SECRET_KEY: secretKey })
  await openKeyStore()
}

/** The whole change of SECRET_KEY, up to a process that has the new one alone. */
async function rotate(): Promise<void> {
  await restart(`${NEW},${OLD}`)
  const done = await reencrypt(authorize(contextFor(consoleActor, { accountId }), 'system:work'))
  expect(done).toMatchObject({ unreadable: [], needed: [] })
  await restart(NEW)
}

async function banAndErase(email: string): Promise<void> {
  const user = await makeUser(accountId, { email })
  await banUser(authorize(operator(), 'user:ban'), { id: user.id, reason: 'fraud' })
  await deleteUser(authorize(operator(), 'user:write'), { id: user.id })
}

const sell = (body: object, headers = {}) =>
  v3('/v3/licenses', { token, headers, body: { productId: product.id, ...body } })

describe('after SECRET_KEY was rotated and re-encrypted', () => {
  test('F-21: the ban of an erased user is still found', async () => {
    await banAndErase('jane@example.com')
    await rotate()
    expect(await refusalOf(makeUser(accountId, { email: 'Jane@example.com' }))).toMatchObject({
      code: 'EMAIL_TAKEN',
    })
    await makeUser(accountId, { email: 'john@example.com' })
  })

  test('F-21: a repeated creation finds the license that the first one made, another content does not', async () => {
    const id = newId()
    const made = bodyOf(await sell({ id, notes: 'first' }), LicenseDto, 201)
    await rotate()
    expect(bodyOf(await sell({ id, notes: 'first' }), LicenseDto, 201)).toEqual(made)
    expect((await sell({ id, notes: 'other' })).status).toBe(409)
  })

  test('F-21: an Idempotency-Key is answered as before, and its answer opens', async () => {
    const headers = { 'idempotency-key': 'once' }
    const first = await sell({ notes: 'x' }, headers)
    await rotate()
    const again = await sell({ notes: 'x' }, headers)
    expect(again).toMatchObject({ status: 201, body: first.body })
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    expect((await sell({ notes: 'y' }, headers)).status).toBe(409)
  })

  test('F-21: a lockout goes on', async () => {
    const { countFailure, lockedUntil } = await import('#lib/access/throttle/lockout.ts')
    const attempt = { area: 'user', identifier: 'jane@example.com', place: undefined } as const
    const ctx = contextFor(consoleActor, { accountId })
    for (let count = 0; count < 10; count += 1) await countFailure(ctx, attempt)
    const until = await lockedUntil(ctx, attempt)
    expect(until).not.toBeNull()
    await rotate()
    expect(await lockedUntil(ctx, attempt)).toEqual(until)
  })

  test('F-21: a license is found by its key', async () => {
    const { key, id } = bodyOf(await sell({}), LicenseDto, 201)
    await rotate()
    const body = { key, productId: product.id }
    const headers = { 'x-account-id': accountId }
    expect(await v3('/v3/licenses/validate', { headers, body })).toMatchObject({ status: 200 })
    expect(bodyOf(await v3(`/v3/licenses/${id}`, { token }), LicenseDto).key).toBe(key)
  })
})

describe('an installation from before there were lasting keys', () => {
  /** What such an installation held: the same hashes, made under keys derived from each entry, and no table of keys. */
  async function beforeLastingKeys(entries: string): Promise<void> {
    await sqlClient()`delete from lasting_keys`
    await sqlClient()`delete from secret_key_canaries`
    await restart(entries)
  }

  test('F-21: adopts the derived keys, one for each entry, once', async () => {
    await beforeLastingKeys(`${NEW},${OLD}`)
    const keys = await sqlClient()<{ purpose: string; count: number }[]>`
      select purpose, count(*)::int as count from lasting_keys where purpose <> 'audit-chain' group by 1`
    expect(new Set(keys.map(({ count }) => count))).toEqual(new Set([2]))
    expect(await sqlClient()`select from lasting_keys where purpose = 'audit-chain'`).toHaveLength(1)
    const adopted = await lastingHashes('ban', 'email:jane@example.com')
    await rotate()
    await restart(NEW)
    expect(await lastingHashes('ban', 'email:jane@example.com')).toEqual(adopted)
  })

  test('F-21: finds what it banned under any of its entries, whatever becomes of them', async () => {
    await beforeLastingKeys(OLD)
    await banAndErase('first@example.com')
    await beforeLastingKeys(`${NEW},${OLD}`)
    await banAndErase('second@example.com')
    await rotate()
    for (const email of ['first@example.com', 'second@example.com']) {
      expect(await refusalOf(makeUser(accountId, { email })), email).toMatchObject({ code: 'EMAIL_TAKEN' })
    }
  })

  test('F-21: makes them once although several processes start together', async () => {
    await sqlClient()`delete from lasting_keys`
    const started = await Promise.all(
      [1, 2, 3].map(() => latchkey({ url: databaseUrl(), secretKey: OLD }, 'doctor')),
    )
    expect(started.map(({ code }) => code)).toEqual([0, 0, 0])
    const [{ count, different } = { count: 0, different: 0 }] = await sqlClient()<
      { count: number; different: number }[]
    >`select count(*)::int as count, count(distinct purpose)::int as different from lasting_keys`
    expect(count).toBe(different)
  }, 60_000)

  test('F-21: a new one gets random keys, different in each', async () => {
    const here = await lastingHash('ban', 'x')
    const other = await createTestDatabase()
    try {
      await closeDatabase()
      configureDatabase(other.url)
      expect(await lastingHash('ban', 'x')).not.toBe(here)
    } finally {
      await closeDatabase()
      await other.drop()
    }
  })
})

describe('key reencrypt', () => {
  test('F-21: does not say done while a value needs an entry that is not given, and names it', async () => {
    const stray = 'a-stray-secret-of-more-than-32-characters!'
    overrideEnv({ SECRET_KEY: stray })
    const { id } = bodyOf(await sell({}), LicenseDto, 201)
    overrideEnv({ SECRET_KEY: OLD })
    const refused = await latchkey({ url: databaseUrl(), secretKey: `${NEW},${OLD}` }, 'key', 'reencrypt')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain(`licenses ${id}: sealed_key cannot be read`)
    expect(refused.stderr).toContain('Not done')
    expect(refused.stdout).not.toContain('Done')
    const done = await latchkey(
      { url: databaseUrl(), secretKey: `${NEW},${OLD},${stray}` },
      'key',
      'reencrypt',
    )
    expect(done).toMatchObject({ code: 0, stderr: '', stdout: expect.stringMatching(/Done: .*\n$/) })
    await restart(NEW)
    expect(bodyOf(await v3(`/v3/licenses/${id}`, { token }), LicenseDto).keyUnreadable).toBeUndefined()
  }, 60_000)

  test('F-21: does not say done while a request for a new password waits under the old entry', async () => {
    await v3('/v3/accounts/reset-password-request', { body: { accountId, email: 'jane@example.com' } })
    await restart(`${NEW},${OLD}`)
    const ctx = authorize(contextFor(consoleActor, { accountId }), 'system:work')
    expect((await reencrypt(ctx)).needed).toHaveLength(1)
    await db().execute(`delete from graphile_worker._private_jobs`)
    expect((await reencrypt(ctx)).needed).toEqual([])
  })
})

test('F-21: whatever is hashed for whatever purpose, any number of rotations leave its hash the same', async () => {
  const purposes = fc.constantFrom('ban', 'license-creation', 'idempotent-request', 'identifier-throttle')
  const values = fc.array(fc.tuple(purposes, fc.string()), { minLength: 1, maxLength: 20 })
  const secrets = fc.array(
    fc.string({ minLength: 32, maxLength: 40, unit: fc.constantFrom(...'abcdef0123456789') }),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  await fc.assert(
    fc.asyncProperty(values, secrets, async (hashed, rotations) => {
      const hashes = () => Promise.all(hashed.map(([purpose, value]) => lastingHash(purpose, value)))
      const before = await hashes()
      for (const secret of rotations) {
        await restart(`${secret},${env().SECRET_KEY.join(',')}`)
        await reencrypt(authorize(contextFor(consoleActor, { accountId }), 'system:work'))
        await restart(secret)
        expect(await hashes()).toEqual(before)
      }
    }),
    { numRuns: 5 },
  )
})
