import { createHash } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { flattenedVerify, importSPKI } from 'jose'
import { beforeEach, describe, expect, test } from 'vitest'
import * as revocations from '#app/.well-known/revocations.json/route.ts'
import { db } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import { OfflineFileDto } from '#lib/licensing/offline/file-dto.ts'
import { RevocationListDto } from '#lib/licensing/offline/revocation-list.ts'
import { createLatchkey } from '#sdk/client.ts'
import { memoryStore } from '#sdk/store.ts'
import { makeLicenseOf } from '#tests/factories/licensed.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import {
  accountKeyRows,
  FINGERPRINT,
  makeOfflineWorld,
  type OfflineWorld,
  publicKeysOf,
} from '#tests/helpers/offline-world.ts'
import { routeCaller } from '#tests/helpers/route-caller.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

let world: OfflineWorld
const { call, handle } = routeCaller({ '/.well-known/revocations.json': revocations })

setUpTestDatabase()
beforeEach(async () => {
  world = await makeOfflineWorld()
})

const prefixOf = (id: string) => createHash('sha256').update(id).digest('hex').slice(0, 16)
const get = (headers: Record<string, string> = {}) =>
  call('/.well-known/revocations.json', { headers: { 'x-account-id': world.accountId, ...headers } })
const revoke = (id: string, at: Date | null = new Date()) =>
  db().update(licenses).set({ revokedManualAt: at }).where(eq(licenses.id, id))

async function listed() {
  const list = bodyOf(await get(), RevocationListDto)
  return JSON.parse(Buffer.from(list.payload, 'base64url').toString('utf8'))
}

describe('/.well-known/revocations.json', () => {
  test('names revoked and deleted licenses, sorted, signed, and no others', async () => {
    const made = await Promise.all(
      Array.from({ length: 6 }, () => makeLicenseOf(world.accountId, world.product)),
    )
    const gone = made.slice(0, 4).map(({ id }) => id)
    await Promise.all(gone.slice(1).map((id) => revoke(id)))
    expect((await v3(`/v3/licenses/${gone[0]}`, { token: world.token, method: 'DELETE' })).status).toBe(204)
    const foreign = await makeOfflineWorld()
    await revoke(foreign.license.id)

    const list = bodyOf(await get(), RevocationListDto)
    const [own] = await publicKeysOf(world.accountId)
    const { payload, protectedHeader } = await flattenedVerify(
      list,
      await importSPKI(own?.pem ?? '', 'EdDSA'),
    )
    expect(protectedHeader).toEqual({ alg: 'EdDSA', kid: own?.kid, typ: 'revocations+json' })
    const content = JSON.parse(Buffer.from(payload).toString('utf8'))
    expect(content.iss).toBe(world.accountId)
    expect(content.revoked).toEqual(gone.map(prefixOf).sort())
    expect(Date.parse(content.expiry) - Date.parse(content.issued)).toBe(30 * 86_400_000)
    const [key] = await accountKeyRows(world.accountId)
    expect(key?.publishedUntil?.getTime()).toBeGreaterThanOrEqual(Date.parse(content.expiry))
  })

  test('a revocation stands in the very next list, and a pardon takes it out', async () => {
    expect((await listed()).revoked).toEqual([])
    await revoke(world.license.id)
    expect((await listed()).revoked).toEqual([prefixOf(world.license.id)])
    await revoke(world.license.id, null)
    expect((await listed()).revoked).toEqual([])
  })

  test('may be kept, and is not sent again while nothing changed', async () => {
    const first = await get()
    const etag = first.headers.get('etag') ?? ''
    expect(first.headers.get('cache-control')).toBe('public, max-age=60')
    const again = await get({ 'if-none-match': etag })
    expect([again.status, again.body]).toEqual([304, undefined])
    await revoke(world.license.id)
    expect((await get({ 'if-none-match': etag })).status).toBe(200)
  })
})

describe('the SDK', () => {
  const computer = async (now = () => new Date()) =>
    createLatchkey({
      url: 'http://127.0.0.1:9',
      productId: world.product.id,
      publicKey: world.product.publicPem,
      accountKey: (await publicKeysOf(world.accountId)).map(({ kid, hex }) => ({ kid, key: hex })),
      fingerprint: FINGERPRINT,
      store: memoryStore(),
      fetch: () => Promise.reject(new Error('there is no network here')),
      now,
    })
  const text = async () => JSON.stringify((await get()).body)
  const licenseFile = async () => {
    const answer = await v3(`/v3/licenses/${world.license.id}/files`, { token: world.token, body: {} })
    return bodyOf(answer, OfflineFileDto, 201).certificate
  }

  test('learns of a revocation from a list on a stick: the license file in hand counts no more', async () => {
    const desk = await computer()
    const file = await licenseFile()
    expect(await desk.licenseFile(file, world.license.key)).toMatchObject({ status: 'ACTIVE' })
    await revoke(world.license.id)
    await desk.updateRevocations(await text())
    expect(await desk.licenseFile(file, world.license.key)).toMatchObject({ status: 'REVOKED' })
  })

  test('asks the server for the list where there is a connection', async () => {
    await revoke(world.license.id)
    const online = createLatchkey({
      url: 'http://portal.test',
      accountId: world.accountId,
      productId: world.product.id,
      publicKey: world.product.publicPem,
      accountKey: (await publicKeysOf(world.accountId)).map(({ pem }) => pem),
      store: memoryStore(),
      fetch: (input, init) => handle(new Request(input, init)),
    })
    const list = await online.updateRevocations()
    expect([...list.prefixes]).toEqual([prefixOf(world.license.id)])
    expect(list.account).toBe(world.accountId)
  })

  test('refuses a list that was changed, one of another vendor, an older one, and one that is too old', async () => {
    let now = new Date()
    const desk = await computer(() => now)
    const old = await text()
    await revoke(world.license.id)
    await desk.updateRevocations(await text())
    const refused = { code: 'UNTRUSTED_REVOCATIONS' }
    await expect(desk.updateRevocations(old)).rejects.toMatchObject(refused)
    const list = RevocationListDto.parse(JSON.parse(await text()))
    const emptied = JSON.parse(Buffer.from(list.payload, 'base64url').toString('utf8'))
    const payload = Buffer.from(JSON.stringify({ ...emptied, revoked: [] })).toString('base64url')
    await expect(desk.updateRevocations(JSON.stringify({ ...list, payload }))).rejects.toMatchObject(refused)
    const foreign = await makeOfflineWorld()
    const theirs = await call('/.well-known/revocations.json', {
      headers: { 'x-account-id': foreign.accountId },
    })
    await expect(desk.updateRevocations(JSON.stringify(theirs.body))).rejects.toMatchObject(refused)
    const current = await text()
    now = new Date(now.getTime() + 31 * 86_400_000)
    await expect(desk.updateRevocations(current)).rejects.toMatchObject(refused)
  })
})
