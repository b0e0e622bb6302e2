import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import { OfflineFileDto } from '#lib/licensing/offline/file-dto.ts'
import { verifyFile } from '#sdk/offline-file.ts'
import { parseAccountKeys } from '#sdk/trusted-key.ts'
import { makeLicenseOf, makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { testClock } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import {
  accountKeyRows,
  activateOnline,
  eventsOf,
  FINGERPRINT,
  issue,
  makeOfflineWorld,
  type OfflineWorld,
  publicKeysOf,
} from '#tests/helpers/offline-world.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

const DAY_MS = 86_400_000

let world: OfflineWorld

setUpTestDatabase()
beforeEach(async () => {
  world = await makeOfflineWorld()
})

const licenseFiles = (body: object = {}, token = world.token, id = world.license.id) =>
  v3(`/v3/licenses/${id}/files`, { token, method: 'POST', body })
const machineFiles = (id: string, body: object = {}, token = world.token) =>
  v3(`/v3/activations/${id}/files`, { token, method: 'POST', body })

const keys = async () =>
  parseAccountKeys((await publicKeysOf(world.accountId)).map(({ kid, hex }) => ({ kid, key: hex })))
const verify = async (text: string, changes: object = {}) =>
  verifyFile(text, text.includes('MACHINE') ? 'machine' : 'license', {
    accountKeys: await keys(),
    productId: world.product.id,
    licenseKey: world.license.key,
    fingerprint: FINGERPRINT,
    ...changes,
  })

describe('a license file', () => {
  test('is wrapped every 60 characters with one newline at the end, encrypted, signed, and good for 30 days', async () => {
    const file = bodyOf(await licenseFiles(), OfflineFileDto, 201)
    const lines = file.certificate.split('\n')
    expect(lines[0]).toBe('-----BEGIN LICENSE FILE-----')
    expect(lines.slice(-2)).toEqual(['-----END LICENSE FILE-----', ''])
    const body = lines.slice(1, -2)
    expect(body.slice(0, -1).every((line) => line.length === 60)).toBe(true)
    expect(file.certificate).not.toContain('\r')
    const envelope = JSON.parse(Buffer.from(body.join(''), 'base64').toString('utf8'))
    expect(Object.keys(envelope)).toEqual(['enc', 'sig', 'alg', 'kid'])
    expect(envelope).toMatchObject({ alg: 'aes-256-gcm+ed25519', kid: file.kid })
    expect(Buffer.from(envelope.enc, 'base64').toString('latin1')).not.toContain(world.license.key)
    expect(Date.parse(file.expiry) - Date.parse(file.issued)).toBe(30 * DAY_MS)
    expect(await verify(file.certificate)).toMatchObject({
      ok: true,
      content: {
        kid: file.kid,
        productId: world.product.id,
        license: { id: world.license.id, key: world.license.key, status: 'ACTIVE', suspended: false },
      },
    })
  })

  test('may be readable without a key, and holds product, policy, user and entitlements unless fewer are asked for', async () => {
    const { certificate } = bodyOf(await licenseFiles({ encrypt: false }), OfflineFileDto, 201)
    const verdict = await verify(certificate)
    if (!verdict.ok) throw new Error(verdict.reason)
    expect(verdict.content.included.map(({ type }) => type)).toEqual(['products', 'policies', 'users'])
    const less = bodyOf(await licenseFiles({ encrypt: false, include: ['product'] }), OfflineFileDto, 201)
    expect(less.includes).toEqual(['product'])
    const second = await verify(less.certificate)
    expect(second.ok && second.content.included.map(({ type }) => type)).toEqual(['products'])
  })

  test('keeps the key that signed it published at least until it expires, and leaves a trace of who made it', async () => {
    const clock = testClock()
    const file = await issue(world, { licenseId: world.license.id }, { input: { ttl: 400 * 86_400 }, clock })
    const [key] = await accountKeyRows(world.accountId)
    expect(key?.publishedUntil?.getTime()).toBeGreaterThanOrEqual(Date.parse(file.expiry))
    // A shorter file does not take anything back.
    await issue(world, { licenseId: world.license.id }, { input: { ttl: 3_600 }, clock })
    const [after] = await accountKeyRows(world.accountId)
    expect(after?.publishedUntil).toEqual(key?.publishedUntil)
    const events = await eventsOf(world.accountId, 'license.file-issued')
    expect(events).toHaveLength(2)
    expect(events[0]).toMatchObject({ resourceId: world.license.id, userId: world.owner.id })
    expect(JSON.stringify(events)).not.toContain(world.license.key)
  })

  test('says in what state the license is', async () => {
    await db()
      .update(licenses)
      .set({ suspendedManualAt: new Date() })
      .where(eq(licenses.id, world.license.id))
    const { certificate } = bodyOf(await licenseFiles(), OfflineFileDto, 201)
    expect(await verify(certificate)).toMatchObject({
      content: { license: { status: 'SUSPENDED', suspended: true } },
    })
  })

  test.each([
    ['less than an hour', { ttl: 3_599 }],
    ['no end', { ttl: -1 }],
    ['an unknown part', { include: ['secrets'] }],
  ])('with %s is refused, and nothing is written', async (_title, body) => {
    expect(await licenseFiles(body)).toMatchObject({ status: 400, body: { code: 'INVALID_INPUT' } })
    expect(await eventsOf(world.accountId, 'license.file-issued')).toEqual([])
    expect((await accountKeyRows(world.accountId))[0]?.publishedUntil).toBeNull()
  })

  test('of a revoked license is refused, and nothing is written', async () => {
    await db().update(licenses).set({ revokedManualAt: new Date() }).where(eq(licenses.id, world.license.id))
    expect(await licenseFiles()).toMatchObject({ status: 400, body: { code: 'REVOKED_LICENSE' } })
    expect(await eventsOf(world.accountId, 'license.file-issued')).toEqual([])
    expect((await accountKeyRows(world.accountId))[0]?.publishedUntil).toBeNull()
  })

  test('is made for its own account only, and needs license:write', async () => {
    const foreign = await makeOfflineWorld()
    expect(await licenseFiles({}, foreign.token)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
    const reader = await makeMachineToken(world.accountId, 'license:read')
    expect(await licenseFiles({}, reader)).toMatchObject({
      status: 403,
      body: { code: 'INSUFFICIENT_SCOPE' },
    })
    expect(await licenseFiles({}, world.owner.token)).toMatchObject({ status: 403 })
    expect(await eventsOf(world.accountId, 'license.file-issued')).toEqual([])
  })
})

describe('a machine file', () => {
  test('is opened by the license key and the device together, and holds the license', async () => {
    const { activationId } = await activateOnline(world)
    const { certificate, type } = bodyOf(await machineFiles(activationId), OfflineFileDto, 201)
    expect(type).toBe('machine-file')
    expect(certificate).toMatch(/^-----BEGIN MACHINE FILE-----\n/)
    expect(await verify(certificate)).toMatchObject({
      ok: true,
      content: {
        device: { id: activationId, fingerprint: FINGERPRINT, name: 'desk' },
        license: { id: world.license.id, key: world.license.key },
      },
    })
    expect(await verify(certificate, { fingerprint: 'cd'.repeat(32) })).toMatchObject({
      reason: 'SECRET_WRONG',
    })
    expect(await eventsOf(world.accountId, 'activation.file-issued')).toHaveLength(1)
  })

  test('never passes for a license file, nor the other way round', async () => {
    const { activationId } = await activateOnline(world)
    const machine = bodyOf(await machineFiles(activationId, { encrypt: false }), OfflineFileDto, 201)
    const renamed = machine.certificate.replaceAll('MACHINE', 'LICENSE')
    expect(await verify(renamed)).toEqual({ ok: false, reason: 'SIGNATURE_INVALID' })
  })

  test('is not made for a device of a pool, whose seat is only lent, nor for one of another account', async () => {
    const pool = await makeLicenseOf(world.accountId, world.product, {
      type: 'hosted-floating',
      allowedFloatingClients: 2,
      leaseDuration: 60,
    })
    const { activationId } = await activateOnline(world, { key: pool.key })
    expect(await machineFiles(activationId)).toMatchObject({
      status: 400,
      body: { code: 'INVALID_LICENSE_TYPE' },
    })
    const foreign = await makeOfflineWorld()
    const { activationId: foreignId } = await activateOnline(foreign)
    expect(await machineFiles(foreignId)).toMatchObject({
      status: 404,
      body: { code: 'ACTIVATION_NOT_FOUND' },
    })
    expect(await eventsOf(world.accountId, 'activation.file-issued')).toEqual([])
    expect(await eventsOf(foreign.accountId, 'activation.file-issued')).toEqual([])
  })
})

describe('a file is not accepted', () => {
  test('by an application of another product of the same vendor', async () => {
    const other = await makeSignedProduct(world.accountId)
    const { certificate } = bodyOf(await licenseFiles(), OfflineFileDto, 201)
    expect(await verify(certificate, { productId: other.id })).toEqual({
      ok: false,
      reason: 'PRODUCT_MISMATCH',
    })
  })

  test('when another vendor signed it, even one whose key bears the same name', async () => {
    const foreign = await makeOfflineWorld()
    const [own] = await publicKeysOf(world.accountId)
    const [theirs] = await publicKeysOf(foreign.accountId)
    const { certificate } = bodyOf(await licenseFiles(), OfflineFileDto, 201)
    const accountKeys = parseAccountKeys({ kid: own?.kid ?? '', key: theirs?.hex ?? '' })
    expect(await verify(certificate, { accountKeys })).toEqual({ ok: false, reason: 'SIGNATURE_INVALID' })
  })

  test('when its key is bound to another name', async () => {
    const [own] = await publicKeysOf(world.accountId)
    const { certificate } = bodyOf(await licenseFiles(), OfflineFileDto, 201)
    const accountKeys = parseAccountKeys({ kid: 'another', key: own?.hex ?? '' })
    expect(await verify(certificate, { accountKeys })).toEqual({ ok: false, reason: 'SIGNATURE_INVALID' })
  })

  test('when the name of its key was changed on the way', async () => {
    const { certificate, kid } = bodyOf(await licenseFiles(), OfflineFileDto, 201)
    const [own] = await publicKeysOf(world.accountId)
    const body = certificate.split('\n').slice(1, -2).join('')
    const envelope = JSON.parse(Buffer.from(body, 'base64').toString('utf8'))
    const changed = Buffer.from(JSON.stringify({ ...envelope, kid: 'another' })).toString('base64')
    const text = `-----BEGIN LICENSE FILE-----\n${changed}\n-----END LICENSE FILE-----\n`
    const accountKeys = parseAccountKeys(own?.hex ?? '')
    expect(await verify(text, { accountKeys })).toEqual({ ok: false, reason: 'KEY_ID_MISMATCH' })
    expect(await verify(certificate, { accountKeys })).toMatchObject({ ok: true, content: { kid } })
  })

  test('with another license key, also where it is not encrypted', async () => {
    const sealed = bodyOf(await licenseFiles(), OfflineFileDto, 201)
    expect(await verify(sealed.certificate, { licenseKey: 'WRONG' })).toMatchObject({
      reason: 'SECRET_WRONG',
    })
    const open = bodyOf(await licenseFiles({ encrypt: false }), OfflineFileDto, 201)
    expect(await verify(open.certificate, { licenseKey: 'WRONG' })).toMatchObject({
      reason: 'LICENSE_KEY_MISMATCH',
    })
  })

  test('when a single character of it changed', async () => {
    const { certificate } = bodyOf(await licenseFiles(), OfflineFileDto, 201)
    const lines = certificate.split('\n')
    const verdicts = await Promise.all(
      lines.slice(1, -2).map((line, at) => {
        const swapped = line.startsWith('A') ? `B${line.slice(1)}` : `A${line.slice(1)}`
        return verify(lines.with(at + 1, swapped).join('\n'))
      }),
    )
    expect(verdicts.map(({ ok }) => ok)).toEqual(verdicts.map(() => false))
  })
})
