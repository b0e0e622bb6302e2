import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { and, eq } from 'drizzle-orm'
import { decodeProtectedHeader } from 'jose'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { databaseUrl, db } from '#db/client.ts'
import { accounts } from '#db/schema/accounts.ts'
import { signingKeys } from '#db/schema/products.ts'
import { authorize } from '#lib/core/authorize.ts'
import { ensureFirstAccount } from '#lib/vendor/accounts/first-account.ts'
import { resolveAccount } from '#lib/vendor/accounts/resolve-account.ts'
import { accountSigningKey } from '#lib/vendor/signing/account-key.ts'
import { describeAccount } from '#lib/vendor/signing/describe-account.ts'
import { listPublicKeys } from '#lib/vendor/signing/list-public-keys.ts'
import { rotateAccountKey } from '#lib/vendor/signing/rotate-account-key.ts'
import { rotateProductKey } from '#lib/vendor/signing/rotate-product-key.ts'
import { createLatchkey } from '#sdk/client.ts'
import { memoryStore } from '#sdk/store.ts'
import { contextFor, patActor, type TestClock, testClock, visitorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import {
  accountKeyRows,
  activateOnline,
  eventsOf,
  FINGERPRINT,
  issue,
  makeOfflineWorld,
  type OfflineWorld,
} from '#tests/helpers/offline-world.ts'
import { type Command, takeAccount } from '../../../bin/command.ts'
import { keyRotate } from '../../../bin/commands/key-rotate.ts'
import { verifyFileCommand } from '../../../bin/commands/verify-file.ts'

const DAY = 86_400
const SECRET_KEY = 'a test secret of more than thirty-two characters'

let world: OfflineWorld
let clock: TestClock

setUpTestDatabase({ env: { SECRET_KEY } })
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
  const written: string[] = []
  /** A command as bin/latchkey.ts runs it: its exit code and what it wrote. */
  const run = async (command: Command, ...args: string[]) => {
    written.length = 0
    const { rest, asked } = takeAccount(args)
    const now = new Date()
    const named = asked === undefined ? undefined : await resolveAccount({ accountAlias: asked })
    const account = async () => named ?? ensureFirstAccount(db(), now)
    const code = await command.run(rest, { db: db(), now, named, account })
    return { code, output: written.join('').trim() }
  }
  beforeEach(() => {
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written.push(String(text))
      return true
    })
  })
  const alias = async () => {
    const [row] = await db()
      .select({ alias: accounts.alias })
      .from(accounts)
      .where(eq(accounts.id, world.accountId))
    return row?.alias ?? ''
  }

  test('latchkey key rotate runs as a process of its own, and prints the new key alone', {
    timeout: 60_000,
  }, async () => {
    const env = { ...process.env, DATABASE_URL: databaseUrl(), SECRET_KEY, BILLING_MODE: 'off' }
    const args = ['bin/latchkey.ts', 'key', 'rotate', '--account', await alias()]
    const { stdout } = await promisify(execFile)(process.execPath, args, { env })
    expect(stdout).toBe(`${(await accountSigningKey(db(), world.accountId)).kid}\n`)
  })

  test('key rotate takes a product, and tells wrong options', async () => {
    const { code, output } = await run(keyRotate, '--account', await alias(), '--product', world.product.id)
    expect(code).toBe(0)
    expect(await published()).toContain(output)
    await expect(run(keyRotate, '--overlap', 'soon')).rejects.toThrow('--overlap')
    // The first account's products are meant where none is named.
    await expect(run(keyRotate, '--product', world.product.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await eventsOf(world.accountId, 'product.key-rotated')).toHaveLength(1)
  })

  test('verify-file says what a file holds, and refuses it with another license key or public key', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'latchkey-files-'))
    try {
      const path = join(dir, 'license.lic')
      const file = await issue(world, { licenseId: world.license.id })
      await writeFile(path, file.certificate)
      const [key] = (await describeAccount(visitor())).account.publicKeys
      const pem = join(dir, 'key.pem')
      await writeFile(pem, key?.pem ?? '')
      for (const publicKey of [key?.hex ?? '', key?.pem ?? '', pem]) {
        const good = await run(
          verifyFileCommand,
          path,
          '--key',
          world.license.key,
          `--public-key=${publicKey}`,
        )
        expect(good.code).toBe(0)
        expect(JSON.parse(good.output)).toMatchObject({
          status: 'ACTIVE',
          content: { kid: file.kid, license: { id: world.license.id } },
        })
      }
      // The first account's key, which is not the one that signed.
      const foreign = await run(verifyFileCommand, path, '--key', world.license.key)
      expect(foreign.code).toBe(1)
      expect(JSON.parse(foreign.output)).toMatchObject({ status: 'INVALID', reason: 'SIGNATURE_INVALID' })
      const wrongKey = await run(verifyFileCommand, path, '--key', 'WRONG', '--public-key', key?.hex ?? '')
      expect(JSON.parse(wrongKey.output)).toMatchObject({ reason: 'SECRET_WRONG' })
      await expect(run(verifyFileCommand, join(dir, 'none'))).rejects.toThrow('cannot be read')
    } finally {
      await rm(dir, { recursive: true })
    }
  })
})
