import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { databaseUrl, sqlClient } from '#db/client.ts'
import { verifyChain } from '#lib/audit/check-chain.ts'
import { authorize } from '#lib/core/authorize.ts'
import { env, overrideEnv } from '#lib/core/env.ts'
import { forgetKeys, openKeyStore } from '#lib/core/key-store/lasting-keys.ts'
import { SCOPES } from '#lib/core/permissions.ts'
import { LicenseDto } from '#lib/licensing/licenses/license-dto.ts'
import { backupDatabase } from '#lib/ops/backup/backup-database.ts'
import { restoreDatabase } from '#lib/ops/backup/restore-database.ts'
import { openStream, sealStream } from '#lib/ops/backup/sealed-stream.ts'
import { examine } from '#lib/ops/doctor/examine.ts'
import { reencrypt } from '#lib/ops/key-rotation/reencrypt.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  makeCustomer,
  makeLicenseOf,
  makeMachineToken,
  makeSignedProduct,
} from '#tests/factories/licensed.ts'
import { makeOperator } from '#tests/factories/operator.ts'
import { makeUser } from '#tests/factories/user.ts'
import { consoleActor, contextFor, operatorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { latchkey } from '#tests/helpers/own-process.ts'
import { refusalOf } from '#tests/helpers/refusal.ts'
import { storedRows } from '#tests/helpers/stored-rows.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

const KEY = 'the-secret-of-this-backup-is-long-enough'
const OTHER = 'another-secret-that-is-long-enough-as-well'
const PIECE = 64 * 1024
const TAG = 16
const fixtures = join(import.meta.dirname, '../fixtures')

let folder: string
let file: string

setUpTestDatabase({ per: 'test', env: { SECRET_KEY: KEY } })
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-f59-'))
  file = join(folder, 'data.backup')
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function filled() {
  await openKeyStore()
  const { id: accountId } = await makeAccount({ name: 'Zarkov Instruments' })
  const product = await makeSignedProduct(accountId)
  const customer = await makeCustomer(accountId, { firstName: 'Wilhelmina', company: 'Murray Shipping' })
  const license = await makeLicenseOf(accountId, product, { userId: customer.id, notes: 'handle with care' })
  const operator = await makeOperator(accountId)
  return { accountId, product, customer, license, operator }
}

/** A file that is longer than one piece, of text that does not compress. */
async function longBackup() {
  const world = await filled()
  await sqlClient()`
    update licenses set notes = (select string_agg(md5(n::text), '') from generate_series(1, 9000) n)`
  await backupDatabase(sqlClient(), file)
  return { ...world, bytes: await readFile(file) }
}

describe('a backup', () => {
  test('F-59: shows nothing of what it holds to who has no SECRET_KEY', async () => {
    const { customer, operator, license, accountId } = await filled()
    await backupDatabase(sqlClient(), file)
    const bytes = (await readFile(file)).toString('latin1')
    const clear = bytes.slice(0, bytes.indexOf('\n'))
    expect(Object.keys(JSON.parse(clear))).toEqual(['format', 'version', 'kid', 'salt'])
    for (const secret of [
      'Wilhelmina',
      'Murray',
      customer.email,
      operator.email,
      '$argon2',
      license.id,
      accountId,
    ])
      expect(bytes).not.toContain(secret)
    const { gunzipSync } = await import('node:zlib')
    expect(() => gunzipSync(Buffer.from(bytes.slice(clear.length + 1), 'latin1'))).toThrow()
  })

  test('F-59: is a different file each time, under a key of its own', async () => {
    await filled()
    const made = []
    for (let count = 0; count < 2; count += 1) {
      await backupDatabase(sqlClient(), file)
      made.push(await readFile(file))
    }
    const [first, second] = made.map((bytes) =>
      bytes.subarray(bytes.indexOf(10) + 1, bytes.indexOf(10) + 200),
    )
    expect(first).not.toEqual(second)
  })

  test('F-59: opens under any entry of SECRET_KEY, and another key is said to be another key', async () => {
    const { accountId } = await filled()
    await backupDatabase(sqlClient(), file)
    const before = await storedRows(accountId)
    overrideEnv({ SECRET_KEY: OTHER })
    await expect(restoreDatabase(sqlClient(), file, { force: true })).rejects.toThrow(
      /^SECRET_KEY is not the one that this backup was written with/,
    )
    expect(await storedRows(accountId)).toBe(before)
    overrideEnv({ SECRET_KEY: `${OTHER},${KEY}` })
    await restoreDatabase(sqlClient(), file, { force: true })
    expect(await storedRows(accountId)).toBe(before)
  })
})

describe('a file that is not as it was written', () => {
  test('F-59: a flipped bit anywhere is refused, and nothing is changed', async () => {
    const { bytes, accountId } = await longBackup()
    const before = await storedRows(accountId)
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(7), async (at, bit) => {
        const altered = Buffer.from(bytes)
        altered.writeUInt8(altered.readUInt8(at) ^ (1 << bit), at)
        await writeFile(file, altered)
        await expect(restoreDatabase(sqlClient(), file, { force: true })).rejects.toThrow(
          /damaged or not a backup|^SECRET_KEY is not|has format/,
        )
      }),
      {
        numRuns: 60,
        examples: [
          [0, 0],
          [bytes.indexOf(10), 0],
          [bytes.length - 1, 7],
        ],
      },
    )
    expect(await storedRows(accountId)).toBe(before)
  }, 60_000)

  test('F-59: cut off anywhere, at the end of a piece too, it is refused, and nothing is changed', async () => {
    const { bytes, accountId } = await longBackup()
    const before = await storedRows(accountId)
    const start = bytes.indexOf(10) + 1
    const ends = [0, 1, start, start + PIECE + TAG, start + 2 * (PIECE + TAG), bytes.length - 1]
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        await writeFile(file, bytes.subarray(0, length))
        await expect(restoreDatabase(sqlClient(), file, { force: true })).rejects.toThrow(
          /damaged or not a backup/,
        )
      }),
      { numRuns: 20, examples: ends.filter((end) => end < bytes.length).map((end): [number] => [end]) },
    )
    await writeFile(file, bytes)
    await appendFile(file, 'x')
    await expect(restoreDatabase(sqlClient(), file, { force: true })).rejects.toThrow(
      /damaged or not a backup/,
    )
    expect(await storedRows(accountId)).toBe(before)
  }, 60_000)

  test('F-59: with pieces moved, repeated, left out or of another file it is refused, and nothing is changed', async () => {
    const { bytes, accountId } = await longBackup()
    const before = await storedRows(accountId)
    const start = bytes.indexOf(10) + 1
    const pieces: Buffer[] = []
    for (let at = start; at < bytes.length; at += PIECE + TAG)
      pieces.push(bytes.subarray(at, at + PIECE + TAG))
    expect(pieces.length).toBeGreaterThan(2)
    await backupDatabase(sqlClient(), file)
    const other = await readFile(file)
    const foreign = other.subarray(start, start + PIECE + TAG)
    const [a, b, ...rest] = pieces
    if (!a || !b) throw new Error('two pieces are needed')
    for (const order of [
      [b, a, ...rest],
      [a, a, b, ...rest],
      [a, ...rest],
      [foreign, b, ...rest],
      [...pieces, ...pieces],
    ]) {
      await writeFile(file, Buffer.concat([bytes.subarray(0, start), ...order]))
      await expect(restoreDatabase(sqlClient(), file, { force: true })).rejects.toThrow(
        /damaged or not a backup/,
      )
    }
    expect(await storedRows(accountId)).toBe(before)
  }, 60_000)

  test('F-59: refused ones of any size take no lock and never hang', async () => {
    const { bytes, accountId } = await longBackup()
    const before = await storedRows(accountId)
    // Somebody reads meanwhile: a restore that locked a table would wait for them.
    await sqlClient().begin(async (tx) => {
      await tx`select count(*) from licenses`
      for (const size of [10, 1_000, PIECE, PIECE + TAG + 300, bytes.length - PIECE, bytes.length - 10]) {
        await writeFile(file, bytes.subarray(0, size))
        await expect(restoreDatabase(sqlClient(), file, { force: true })).rejects.toThrow(/damaged/)
      }
    })
    expect(await storedRows(accountId)).toBe(before)
  }, 60_000)
})

test('F-59: whatever goes into the stream comes out of it, in pieces of whatever size it came', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.nat(3 * PIECE), { maxLength: 5 }),
      fc.constantFrom(0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE),
      async (sizes, last) => {
        const chunks = [...sizes, last].map((size, at) => Buffer.alloc(size, at + 1))
        const sealed = await collect(sealStream(from(chunks)))
        const opened = await collect(openStream(from(sealed)))
        expect(Buffer.concat(opened).equals(Buffer.concat(chunks))).toBe(true)
      },
    ),
    { numRuns: 40 },
  )
})

async function collect(stream: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return chunks
}

async function* from(chunks: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* chunks
}

describe('a backup of an older version', () => {
  beforeEach(async () => {
    overrideEnv({ SECRET_KEY: (await readFile(join(fixtures, 'before-faults.secret-key'), 'utf8')).trim() })
  })
  const ASKED_FOR = '018f0000-0000-7000-8000-00000000f021'
  const older = join(fixtures, 'before-faults.backup')

  /** Restored as an operator does it. */
  async function restored(): Promise<string> {
    const secretKey = env().SECRET_KEY.join(',')
    expect(await latchkey({ url: databaseUrl(), secretKey }, 'restore', older)).toMatchObject({
      code: 0,
      stderr: '',
    })
    forgetKeys()
    const [account] = await sqlClient()<{ id: string }[]>`select id from accounts order by created_at limit 1`
    return account?.id ?? ''
  }

  test('F-59: is loaded into its own tables and migrated; its rows are there, its keys open, its lists work', async () => {
    const accountId = await restored()
    const token = await makeMachineToken(accountId, ...SCOPES)
    const licenses = bodyOf(await v3('/v3/licenses?limit=100', { token }), z.array(LicenseDto))
    expect(licenses.length).toBeGreaterThan(5)
    expect(licenses.filter(({ key, keyUnreadable }) => key === '' || keyUnreadable)).toEqual([])
    for (const path of [
      'users',
      'products',
      'activations',
      'event-logs',
      'activation-logs',
      'license-templates',
      'webhooks',
      'organizations',
    ])
      expect((await v3(`/v3/${path}`, { token })).status, path).toBe(200)
    const [license] = licenses
    const body = { key: license?.key, productId: license?.productId }
    const headers = { 'x-account-id': accountId }
    expect((await v3('/v3/licenses/validate', { headers, body })).status).toBe(200)
  }, 60_000)

  test('F-59: has its canary, its lasting keys and a chain that is as it was written', async () => {
    const accountId = await restored()
    expect(await sqlClient()`select kid from secret_key_canaries`).toHaveLength(1)
    expect((await sqlClient()`select id from lasting_keys`).length).toBeGreaterThan(3)
    expect(
      await verifyChain(authorize(contextFor(operatorActor(), { accountId }), 'eventLog:read')),
    ).toMatchObject({
      intact: true,
    })
    const marks = await sqlClient()`select event, key_id from event_logs where event = 'audit.keyed'`
    expect(marks).toEqual([{ event: 'audit.keyed', key_id: expect.any(String) }])
    const findings = await examine(authorize(contextFor(consoleActor, { accountId }), 'system:work'))
    expect(findings.filter(({ ok }) => !ok).map(({ name }) => name)).not.toContain(
      'SECRET_KEY opens every sealed value',
    )
    const { db } = await import('#db/client.ts')
    const { migrations } = await import('#db/migrate.ts')
    const applied = await db().execute<{ hash: string }>(
      'select hash from drizzle.__drizzle_migrations order by id',
    )
    expect(applied.map(({ hash }) => hash)).toEqual(migrations().map(({ hash }) => hash))
  }, 60_000)

  test('F-59: still finds whom it banned and what asked for a license, after another rotation too', async () => {
    const accountId = await restored()
    // Banned and erased, and asked for, when the backup was made.
    const email = 'banned@example.test'
    const token = await makeMachineToken(accountId, ...SCOPES)
    const [known] = await sqlClient()<{ product: string }[]>`
      select product_id as product from licenses where id = ${ASKED_FOR}`
    const ask = (notes: string) =>
      v3('/v3/licenses', { token, body: { id: ASKED_FOR, productId: known?.product, notes } })
    const isAsBefore = async () => {
      expect(await refusalOf(makeUser(accountId, { email }))).toMatchObject({ code: 'EMAIL_TAKEN' })
      expect((await ask('asked for before')).status).toBe(201)
      expect((await ask('something else')).status).toBe(409)
    }
    await isAsBefore()
    const old = env().SECRET_KEY.join(',')
    overrideEnv({ SECRET_KEY: `${OTHER},${old}` })
    await openKeyStore()
    const done = await reencrypt(authorize(contextFor(consoleActor, { accountId }), 'system:work'))
    expect(done).toMatchObject({ unreadable: [], needed: [] })
    overrideEnv({ SECRET_KEY: OTHER })
    await openKeyStore()
    await isAsBefore()
  }, 60_000)

  test('F-59: that does not fit leaves the database as it was, schema included', async () => {
    const { accountId } = await filled()
    const before = await storedRows(accountId)
    const { gunzipSync, gzipSync } = await import('node:zlib')
    const text = gunzipSync(await readFile(older)).toString('latin1')
    // A column that the tables of its time do not have: found out only when they are there.
    await writeFile(file, gzipSync(Buffer.from(text.replace('"creation_hash"', '"creation_hush"'), 'latin1')))
    await expect(restoreDatabase(sqlClient(), file, { force: true })).rejects.toThrow()
    expect(await storedRows(accountId)).toBe(before)
    expect(await sqlClient()`select 1 as one`).toEqual([{ one: 1 }])
  }, 60_000)
})
