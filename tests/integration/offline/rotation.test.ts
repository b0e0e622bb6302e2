import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { and, eq } from 'drizzle-orm'
import { decodeProtectedHeader } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { closeDatabase, configureDatabase, db } from '#db/client.ts'
import { accounts } from '#db/schema/accounts.ts'
import { signingKeys } from '#db/schema/products.ts'
import { authorize } from '#lib/auth/authorize.ts'
import { overrideEnv } from '#lib/env.ts'
import { accountSigningKey } from '#lib/signing/account-key.ts'
import { describeAccount } from '#lib/signing/describe-account.ts'
import { listPublicKeys } from '#lib/signing/list-public-keys.ts'
import { rotateAccountKey } from '#lib/signing/rotate-account-key.ts'
import { rotateProductKey } from '#lib/signing/rotate-product-key.ts'
import { createLatchkey } from '#sdk/client.ts'
import { memoryStore } from '#sdk/store.ts'
import { contextFor, patActor, type TestClock, testClock, visitorActor } from '#tests/helpers/context.ts'
import { createTestDatabase, type TestDatabase } from '#tests/helpers/database.ts'
import {
  accountKeyRows,
  activateOnline,
  eventsOf,
  FINGERPRINT,
  issue,
  makeOfflineWorld,
  type OfflineWorld,
} from '#tests/helpers/offline-world.ts'

const DAY = 86_400
const SECRET_KEY = 'a test secret of more than thirty-two characters'

let database: TestDatabase
let world: OfflineWorld
let clock: TestClock

beforeAll(async () => {
  overrideEnv({ SECRET_KEY, API_RATE_LIMIT: '0' })
  database = await createTestDatabase()
  configureDatabase(database.url)
})
afterAll(async () => {
  await closeDatabase()
  await database.drop()
})
beforeEach(async () => {
  world = await makeOfflineWorld()
  clock = testClock()
})

const rotateOwn = (overlap = DAY) =>
  rotateAccountKey(
    authorize(contextFor(patActor('account:write'), { accountId: world.accountId, clock }), 'account:write'),
    { overlap },
  )
const rotateProduct = (productId = world.product.id, overlap = DAY) =>
  rotateProductKey(
    authorize(contextFor(patActor('product:write'), { accountId: world.accountId, clock }), 'product:write'),
    { productId, overlap },
  )
const visitor = () => authorize(contextFor(visitorActor, { accountId: world.accountId, clock }), 'public')
const published = async () => (await listPublicKeys(visitor())).keys.map(({ kid }) => kid)

const computer = async (accountKey: { kid: string; key: string }[]) =>
  createLatchkey({
    url: 'http://127.0.0.1:9',
    productId: world.product.id,
    publicKey: world.product.publicPem,
    accountKey,
    fingerprint: FINGERPRINT,
    store: memoryStore(),
    now: () => clock.now(),
  })

describe('a new key of the account', () => {
  test('signs from now on; the old one stays published until the last file it signed has expired', async () => {
    const before = await accountSigningKey(db(), world.accountId)
    const file = await issue(world, { licenseId: world.license.id }, { input: { ttl: 60 * DAY }, clock })
    const { kid } = await rotateOwn()
    expect((await accountSigningKey(db(), world.accountId)).kid).toBe(kid)
    const next = await issue(world, { licenseId: world.license.id }, { clock })
    expect([file.kid, next.kid]).toEqual([before.kid, kid])

    clock.advance({ days: 59 })
    expect(await published()).toEqual(expect.arrayContaining([before.kid, kid]))
    const { account } = await describeAccount(visitor())
    expect(account.publicKeys.map((key) => key.kid)).toEqual([kid, before.kid])
    clock.advance({ days: 3 })
    expect(await published()).not.toContain(before.kid)
    expect(await published()).toContain(kid)
    expect(await eventsOf(world.accountId, 'account.key-rotated')).toMatchObject([
      { changes: { kid, retired: [before.kid] } },
    ])
  })

  test('an application that knows both opens files of both, and one that knows the old alone refuses the new', async () => {
    const old = await issue(world, { licenseId: world.license.id }, { clock })
    await rotateOwn()
    const fresh = await issue(world, { licenseId: world.license.id }, { clock })
    const keys = (await describeAccount(visitor())).account.publicKeys.map(({ kid, hex }) => ({
      kid,
      key: hex,
    }))
    const desk = await computer(keys)
    expect((await desk.licenseFile(old.certificate, world.license.key)).status).toBe('ACTIVE')
    expect((await desk.licenseFile(fresh.certificate, world.license.key)).status).toBe('ACTIVE')
    const behind = await computer(keys.slice(1))
    expect(await behind.licenseFile(fresh.certificate, world.license.key)).toMatchObject({
      status: 'INVALID',
      reason: 'SIGNATURE_INVALID',
    })
  })

  test('made by five at once leaves one that signs', async () => {
    await Promise.all(Array.from({ length: 5 }, () => rotateOwn()))
    const rows = await accountKeyRows(world.accountId)
    expect(rows).toHaveLength(6)
    expect(rows.filter(({ retiredAt }) => retiredAt === null)).toHaveLength(1)
  })

  test('leaves other accounts as they are', async () => {
    const foreign = await makeOfflineWorld()
    const before = await accountSigningKey(db(), foreign.accountId)
    await rotateOwn()
    expect((await accountSigningKey(db(), foreign.accountId)).kid).toBe(before.kid)
  })
})

describe('a new key of a product', () => {
  test('signs its tokens and no others; tokens name their key, and the old one stays published for the overlap', async () => {
    const { activationToken: old } = await activateOnline(world)
    const { kid } = await rotateProduct()
    const { activationToken: fresh } = await activateOnline(world)
    expect(decodeProtectedHeader(old).kid).toBe(world.product.kid)
    expect(decodeProtectedHeader(fresh).kid).toBe(kid)
    const keys = await published()
    expect(keys).toEqual(expect.arrayContaining([kid, world.product.kid]))
    const { products } = await describeAccount(visitor())
    expect(products[0]?.publicKeys.map((key) => key.kid)).toEqual([kid, world.product.kid])
    expect(products[0]?.publicKey).toBe(products[0]?.publicKeys[0]?.pem)
    clock.advance({ days: 2 })
    expect(await published()).not.toContain(world.product.kid)
  })

  test('of another account is not found, and nothing changes', async () => {
    const foreign = await makeOfflineWorld()
    await expect(rotateProduct(foreign.product.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    const rows = await db()
      .select()
      .from(signingKeys)
      .where(and(eq(signingKeys.accountId, foreign.accountId), eq(signingKeys.productId, foreign.product.id)))
    expect(rows).toMatchObject([{ id: foreign.product.kid, retiredAt: null }])
    expect(await eventsOf(world.accountId, 'product.key-rotated')).toEqual([])
  })
})

describe('the command line', () => {
  const latchkey = async (...args: string[]) => {
    const environment = { ...process.env, DATABASE_URL: database.url, SECRET_KEY, BILLING_MODE: 'off' }
    try {
      const run = promisify(execFile)
      const { stdout } = await run(process.execPath, ['bin/latchkey.ts', ...args], { env: environment })
      return { code: 0, stdout: stdout.trim(), stderr: '' }
    } catch (error) {
      const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string }
      return { code, stdout: stdout.trim(), stderr: stderr.trim() }
    }
  }
  const alias = async () => {
    const [row] = await db()
      .select({ alias: accounts.alias })
      .from(accounts)
      .where(eq(accounts.id, world.accountId))
    return row?.alias ?? ''
  }

  test('key rotate makes the new key and prints its id; wrong options are told', {
    timeout: 60_000,
  }, async () => {
    const own = await latchkey('key', 'rotate', '--account', await alias())
    expect(own).toMatchObject({ code: 0, stdout: (await accountSigningKey(db(), world.accountId)).kid })
    const product = await latchkey('key', 'rotate', '--account', await alias(), '--product', world.product.id)
    expect(product.code).toBe(0)
    expect(await published()).toContain(product.stdout)
    expect(await latchkey('key', 'rotate', '--overlap', 'soon')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--overlap'),
    })
    expect(await latchkey('key', 'rotate', '--product', world.product.id)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no such product'),
    })
  })

  test('verify-file says what a file holds, and refuses it with another key or a changed character', {
    timeout: 60_000,
  }, async () => {
    const dir = await mkdtemp(join(tmpdir(), 'latchkey-files-'))
    try {
      const path = join(dir, 'license.lic')
      const file = await issue(world, { licenseId: world.license.id })
      await writeFile(path, file.certificate)
      const [key] = (await describeAccount(visitor())).account.publicKeys
      const withKey = ['--key', world.license.key, '--public-key', key?.hex ?? '']
      const good = await latchkey('verify-file', path, ...withKey)
      expect(good.code).toBe(0)
      expect(JSON.parse(good.stdout)).toMatchObject({
        status: 'ACTIVE',
        content: { kid: file.kid, license: { id: world.license.id } },
      })
      const pem = join(dir, 'key.pem')
      await writeFile(pem, key?.pem ?? '')
      expect(
        (await latchkey('verify-file', path, '--key', world.license.key, '--public-key', pem)).code,
      ).toBe(0)
      // The first account's key, which is not the one that signed.
      const foreign = await latchkey('verify-file', path, '--key', world.license.key)
      expect(foreign.code).toBe(1)
      expect(JSON.parse(foreign.stdout)).toMatchObject({ status: 'INVALID', reason: 'SIGNATURE_INVALID' })
      const wrongKey = await latchkey('verify-file', path, '--key', 'WRONG', '--public-key', key?.hex ?? '')
      expect(JSON.parse(wrongKey.stdout)).toMatchObject({ reason: 'SECRET_WRONG' })
      expect(await latchkey('verify-file', join(dir, 'none'))).toMatchObject({ code: 2 })
    } finally {
      await rm(dir, { recursive: true })
    }
  })
})
