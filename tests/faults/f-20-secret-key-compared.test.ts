import { mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { closeDatabase, configureDatabase, databaseUrl, db, sqlClient } from '#db/client.ts'
import { authorize } from '#lib/core/authorize.ts'
import { overrideEnv } from '#lib/core/env.ts'
import { openKeyStore } from '#lib/core/key-store/lasting-keys.ts'
import { backupDatabase } from '#lib/ops/backup/backup-database.ts'
import { restoreDatabase } from '#lib/ops/backup/restore-database.ts'
import { reencrypt } from '#lib/ops/key-rotation/reencrypt.ts'
import { checkReadiness } from '#lib/ops/readiness/check-readiness.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeLicenseOf, makeSignedProduct } from '#tests/factories/licensed.ts'
import { consoleActor, contextFor } from '#tests/helpers/context.ts'
import { createTestDatabase, setUpTestDatabase } from '#tests/helpers/database.ts'
import { latchkey, runProgram } from '#tests/helpers/own-process.ts'
import { storedRows } from '#tests/helpers/stored-rows.ts'

const RIGHT = 'the-right-secret-of-more-than-32-characters'
const STRAY = 'a-stray-secret-of-more-than-32-characters!'
const NEXT = 'the-next-secret-of-more-than-32-characters!'
const ANOTHER = /^SECRET_KEY is not the one that this database was written with: set it to .*\n$/
const MISSING = /SECRET_KEY lacks an entry that this database still needs/

let folder: string

setUpTestDatabase({ per: 'test', env: { SECRET_KEY: RIGHT } })
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-f20-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

/** An installation that has started once with the right key and sold something. */
async function installation() {
  await openKeyStore()
  const { id: accountId } = await makeAccount()
  const product = await makeSignedProduct(accountId)
  const license = await makeLicenseOf(accountId, product)
  return { accountId, product, license }
}

const canaries = () => sqlClient()<{ kid: string }[]>`select kid from secret_key_canaries order by 1`

const reencryptAll = (accountId: string) =>
  reencrypt(authorize(contextFor(consoleActor, { accountId }), 'system:work'))

describe('another SECRET_KEY', () => {
  test('F-20: a restore with it is refused with a sentence, and the database stays as it was', async () => {
    const { accountId } = await installation()
    const file = join(folder, 'right.backup')
    await backupDatabase(sqlClient(), file)
    const fresh = await createTestDatabase()
    try {
      const refused = await latchkey({ url: fresh.url, secretKey: STRAY }, 'restore', file)
      expect(refused).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(/^SECRET_KEY is not the one that this backup was written with: .*\n$/),
      })
      configureDatabase(fresh.url)
      expect(await sqlClient()`select id from accounts`).toEqual([])
      expect(await canaries()).toEqual([])

      const restored = await latchkey({ url: fresh.url, secretKey: RIGHT }, 'restore', file)
      expect(restored).toMatchObject({ code: 0, stderr: '' })
      expect(await sqlClient()`select id from accounts`).toEqual([{ id: accountId }])
    } finally {
      await closeDatabase()
      await fresh.drop()
    }
  })

  test('F-20: server, worker and every command stop before they do anything', async () => {
    const { accountId } = await installation()
    const before = await storedRows(accountId)
    const environment = {
      DATABASE_URL: databaseUrl(),
      SECRET_KEY: STRAY,
      BILLING_MODE: 'off',
      LOG_LEVEL: 'silent',
      PORT: '4711',
    }
    for (const program of ['server/main.ts', 'server/worker-main.ts']) {
      const ended = await runProgram(program, [], environment)
      expect(ended, program).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(ANOTHER) })
    }
    const commands = [
      ['operator', 'create', '--email', 'a@b.example', '--name', 'A'],
      ['pat', 'create', '--name', 'x', '--scopes', 'license:read'],
      ['account', 'create', '--name', 'B', '--alias', 'b'],
      ['seed', 'demo'],
      ['doctor'],
      ['backup', join(folder, 'refused.backup')],
      ['key', 'rotate'],
      ['key', 'reencrypt'],
    ]
    for (const command of commands) {
      const ended = await latchkey({ url: databaseUrl(), secretKey: STRAY }, ...command)
      expect(ended, command.join(' ')).toMatchObject({
        code: 1,
        stdout: '',
        stderr: expect.stringMatching(ANOTHER),
      })
    }
    await expect(stat(join(folder, 'refused.backup'))).rejects.toThrow(/ENOENT/)
    expect(await storedRows(accountId)).toBe(before)
  }, 120_000)

  test('F-20: replaces nothing although the database is to be overwritten', async () => {
    const { accountId } = await installation()
    const file = join(folder, 'forced.backup')
    await backupDatabase(sqlClient(), file)
    const before = await storedRows(accountId)
    overrideEnv({ SECRET_KEY: STRAY })
    await expect(restoreDatabase(sqlClient(), file, { force: true })).rejects.toThrow(/^SECRET_KEY is not/)
    expect(await storedRows(accountId)).toBe(before)
  })

  test('F-20: a database from before there were canaries gets one from who opens its values, from nobody else', async () => {
    const { id: accountId } = await makeAccount()
    const product = await makeSignedProduct(accountId)
    await makeLicenseOf(accountId, product)
    expect(await canaries()).toEqual([])
    overrideEnv({ SECRET_KEY: STRAY })
    await expect(openKeyStore()).rejects.toThrow(/^SECRET_KEY is not/)
    expect(await canaries()).toEqual([])
    // What was written by mistake under another key makes the database not that key's.
    await makeLicenseOf(accountId, product)
    await expect(openKeyStore()).rejects.toThrow(/^SECRET_KEY is not/)
    overrideEnv({ SECRET_KEY: RIGHT })
    await openKeyStore()
    expect(await canaries()).toHaveLength(1)
  })

  test('F-20: a canary that was deleted comes back for the right key alone', async () => {
    await installation()
    const before = await canaries()
    await sqlClient()`delete from secret_key_canaries`
    overrideEnv({ SECRET_KEY: STRAY })
    await expect(openKeyStore()).rejects.toThrow(/^SECRET_KEY is not/)
    overrideEnv({ SECRET_KEY: RIGHT })
    await openKeyStore()
    expect(await canaries()).toEqual(before)
  })

  test('F-20: of two processes that start at once on an empty database one is refused', async () => {
    const started = await Promise.all(
      [RIGHT, STRAY].map((secretKey) => latchkey({ url: databaseUrl(), secretKey }, 'doctor')),
    )
    expect(started.map(({ code }) => code).sort()).toEqual([0, 1])
    expect(started.find(({ code }) => code === 1)?.stderr).toMatch(ANOTHER)
    expect(await canaries()).toHaveLength(1)
  })
})

describe('an entry of SECRET_KEY', () => {
  test('F-20: that was dropped before everything is re-encrypted stops the start, and may go afterwards', async () => {
    const { accountId } = await installation()
    overrideEnv({ SECRET_KEY: `${NEXT},${RIGHT}` })
    await openKeyStore()
    for (const dropped of [NEXT, RIGHT]) {
      overrideEnv({ SECRET_KEY: dropped })
      await expect(openKeyStore()).rejects.toThrow(MISSING)
    }
    overrideEnv({ SECRET_KEY: `${NEXT},${RIGHT}` })
    expect(await reencryptAll(accountId)).toMatchObject({ unreadable: [], needed: [] })
    // Once more with both, as a process that was not told yet.
    await openKeyStore()
    overrideEnv({ SECRET_KEY: NEXT })
    await openKeyStore()
    overrideEnv({ SECRET_KEY: RIGHT })
    await expect(openKeyStore()).rejects.toThrow(/^SECRET_KEY is not/)
  })

  test('F-20: that most values of an old database need must be there, not the current one alone', async () => {
    await makeAccount()
    overrideEnv({ SECRET_KEY: `${NEXT},${RIGHT}` })
    await openKeyStore()
    overrideEnv({ SECRET_KEY: NEXT })
    await expect(openKeyStore()).rejects.toThrow(MISSING)
  })
})

describe('readiness', () => {
  test('F-20: says so when another database is put in the place of the one that was started with', async () => {
    await installation()
    expect((await checkReadiness()).checks).toMatchObject({
      database: 'ok',
      migrations: 'ok',
      secretKey: 'ok',
    })
    const other = await createTestDatabase()
    try {
      overrideEnv({ SECRET_KEY: STRAY })
      configureDatabase(other.url)
      await openKeyStore()
      await makeAccount()
      overrideEnv({ SECRET_KEY: RIGHT })
      expect((await checkReadiness()).checks).toMatchObject({ database: 'ok', secretKey: 'failed' })
    } finally {
      await closeDatabase()
      await other.drop()
    }
  })

  test('F-20: fails while the call from inside is not answered, and only reports simulated payments that are away', async () => {
    await installation()
    const { processSlot } = await import('#lib/core/process-slot.ts')
    const dispatcher = processSlot<(request: Request) => Promise<Response>>('dispatcher')
    try {
      dispatcher.set(async () => new Response('', { status: 500 }))
      expect((await checkReadiness()).checks.webApi).toBe('failed')
      dispatcher.set(() => new Promise(() => undefined))
      expect((await checkReadiness()).checks.webApi).toBe('failed')
      const { createV3Router } = await import('#server/v3-router.ts')
      const router = await createV3Router(join(import.meta.dirname, '../../app'))
      dispatcher.set(async (request) => router.fetch(request))
      overrideEnv({ BILLING_MODE: 'test', STRIPE_API_BASE: 'http://127.0.0.1:9' })
      expect(await checkReadiness()).toMatchObject({
        checks: { webApi: 'ok', database: 'ok' },
        degraded: ['simulated payments'],
      })
    } finally {
      dispatcher.set(undefined)
      overrideEnv({ BILLING_MODE: undefined, STRIPE_API_BASE: undefined })
    }
  })
})

test('F-20: whatever was sealed under which of two keys, the start is refused exactly when most of it is not ours', async () => {
  await openKeyStore()
  const { id: accountId } = await makeAccount()
  const product = await makeSignedProduct(accountId)
  // The account's and the product's own keys and the lasting ones are sealed under the right one.
  const kept = 2 + (await sqlClient()`select from lasting_keys`).length
  await fc.assert(
    fc.asyncProperty(fc.array(fc.boolean(), { minLength: 1, maxLength: 3 * kept }), async (sealedByRight) => {
      await sqlClient()`delete from licenses`
      await sqlClient()`delete from secret_key_canaries`
      for (const right of sealedByRight) {
        overrideEnv({ SECRET_KEY: right ? RIGHT : STRAY })
        await makeLicenseOf(accountId, product)
      }
      overrideEnv({ SECRET_KEY: RIGHT })
      const ours = sealedByRight.filter(Boolean).length + kept
      const accepted = await openKeyStore().then(
        () => true,
        () => false,
      )
      expect(accepted).toBe(ours >= sealedByRight.length + kept - ours)
    }),
    { numRuns: 12 },
  )
  expect(await db().$count((await import('#db/schema/licenses.ts')).licenses)).toBeGreaterThan(0)
})
