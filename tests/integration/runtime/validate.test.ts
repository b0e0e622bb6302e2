import { createHash, createPublicKey, verify } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { entitlementSetFeatures, entitlementSets, features } from '#db/schema/entitlements.ts'
import { licenses } from '#db/schema/licenses.ts'
import { signingKeys } from '#db/schema/products.ts'
import { users } from '#db/schema/users.ts'
import { setClockOffset } from '#lib/core/clock.ts'
import { newId } from '#lib/core/ids.ts'
import { openFixLink } from '#lib/licensing/validation/fix-link.ts'
import { FAILURES, ValidationDto } from '#lib/licensing/validation/validation-dto.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeCustomer, makeSignedProduct } from '#tests/factories/licensed.ts'
import { activate, fingerprint, idOf } from '#tests/helpers/activation-routes.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'
import { makeFormerKey, makeRuntimeWorld, written } from './world.ts'

let world: Awaited<ReturnType<typeof makeRuntimeWorld>>
setUpTestDatabase()
beforeAll(async () => {
  world = await makeRuntimeWorld()
})
afterEach(() => setClockOffset(0))

const SECOND = 1000
const DAY = 86_400_000

const validate = (body: Record<string, unknown>, headers: Record<string, string> = {}) =>
  v3('/v3/licenses/validate', { method: 'POST', body, headers })

async function verdict(body: Record<string, unknown>) {
  return bodyOf(await validate(body), ValidationDto)
}

const set = (licenseId: string, columns: Partial<typeof licenses.$inferInsert>) =>
  db().update(licenses).set(columns).where(eq(licenses.id, licenseId))

describe('POST /v3/licenses/validate', () => {
  test('a good license is valid: every check is listed in its fixed order and has passed', async () => {
    const { licenseId, of } = await world.make({ expiresAt: new Date('2090-01-01T00:00:00Z') })
    const answer = await verdict({ ...of, nonce: 'n-1' })
    expect(answer).toMatchObject({
      valid: true,
      code: 'VALID',
      message: expect.any(String),
      license: { id: licenseId, status: 'ACTIVE', expiresAt: '2090-01-01T00:00:00.000Z' },
      usage: { activations: { used: 0, allowed: 3 } },
      nonce: 'n-1',
    })
    expect(answer.checks.map(({ name }) => name)).toEqual([...FAILURES])
    expect(answer.checks.every(({ passed, detail }) => passed && detail.endsWith('.'))).toBe(true)
    expect(answer).not.toHaveProperty('fixUrl')
  })

  test('an unknown key is answered 200 too, with nothing about anybody, and nothing is written', async () => {
    const before = await written(world.accountId)
    const answer = await verdict({ productId: world.product.id, key: 'NO-SUCH-KEY' })
    expect(answer).toMatchObject({ valid: false, code: 'NOT_FOUND', usage: { activations: { used: 0 } } })
    expect(answer).not.toHaveProperty('license')
    expect(answer.checks.map(({ name }) => name)).toEqual([...FAILURES])
    expect(await verdict({})).toMatchObject({ valid: false, code: 'NOT_FOUND' })
    expect(await written(world.accountId)).toEqual(before)
  })

  test('each failure has its code, and of several the first in the order wins', async () => {
    const at = new Date()
    const owner = await makeCustomer(world.accountId)
    const { licenseId, of } = await world.make({ userId: owner.id, allowedActivations: 1 })
    await activate(of)
    await activate(of, { fingerprint: fingerprint(2), replace: 'oldest' })
    const everything = {
      ...of,
      productId: newId(),
      fingerprint: fingerprint(9),
      entitlements: ['export'],
      releaseVersion: '9.0',
    }
    const codes: string[] = []
    const note = async (body: Record<string, unknown> = everything) => codes.push((await verdict(body)).code)

    await set(licenseId, {
      revokedManualAt: at,
      suspendedManualAt: at,
      effectiveAt: new Date('2099-01-01T00:00:00Z'),
      expiresAt: new Date('2020-01-01T00:00:00Z'),
      maxAllowedReleaseVersion: '2.0',
    })
    await db().update(users).set({ bannedAt: at }).where(eq(users.id, owner.id))
    await note()
    await set(licenseId, { revokedManualAt: null })
    await note()
    await db().update(users).set({ bannedAt: null }).where(eq(users.id, owner.id))
    await note()
    await set(licenseId, { suspendedManualAt: null })
    await note()
    await set(licenseId, { effectiveAt: null })
    await note()
    await set(licenseId, { expiresAt: null })
    await note()
    await note({ ...everything, productId: of.productId })
    await note({ ...everything, productId: of.productId, entitlements: [] })
    await note({ ...of, fingerprint: fingerprint(9) })
    expect(codes).toEqual([
      'REVOKED',
      'BANNED',
      'SUSPENDED',
      'NOT_EFFECTIVE',
      'EXPIRED',
      'PRODUCT_MISMATCH',
      'ENTITLEMENT_MISSING',
      'VERSION_NOT_ALLOWED',
      'FINGERPRINT_MISMATCH',
    ])
  })

  test('devices: none yet, another one, a lease that is over, more than allowed', async () => {
    const { licenseId, of } = await world.make({
      type: 'hosted-floating',
      allowedFloatingClients: 2,
      leaseDuration: 60,
    })
    const device = { ...of, fingerprint: fingerprint(1) }
    expect((await verdict(device)).code).toBe('NO_ACTIVATION')
    await activate(of, { fingerprint: fingerprint(2) })
    expect((await verdict(device)).code).toBe('FINGERPRINT_MISMATCH')
    await activate(of)
    expect(await verdict(device)).toMatchObject({
      code: 'VALID',
      usage: { activations: { used: 2, allowed: 2 } },
    })
    await set(licenseId, { allowedFloatingClients: 1 })
    expect((await verdict(device)).code).toBe('TOO_MANY_ACTIVATIONS')
    setClockOffset(61 * SECOND)
    expect(await verdict(device)).toMatchObject({
      code: 'LEASE_EXPIRED',
      usage: { activations: { used: 0 } },
    })
  })

  test('with a license bound to its user, another user of the same computer is a mismatch', async () => {
    const { of } = await world.make({ userLocked: true })
    await activate(of, { userHash: 'AA' })
    const device = { ...of, fingerprint: fingerprint(1) }
    expect((await verdict({ ...device, userHash: 'AA' })).code).toBe('VALID')
    expect((await verdict({ ...device, userHash: 'BB' })).code).toBe('FINGERPRINT_MISMATCH')
  })

  test('during its grace a license is valid, says so, and links to where it is renewed', async () => {
    const owner = await makeCustomer(world.accountId)
    const { of } = await world.make({
      userId: owner.id,
      expiresAt: new Date(Date.now() - DAY),
      expiryGracePeriod: 2 * 86_400,
    })
    expect(await verdict(of)).toMatchObject({
      valid: true,
      license: { status: 'GRACE' },
      fixUrl: expect.stringContaining('/fix/'),
    })
    setClockOffset(DAY + 60 * SECOND)
    expect(await verdict(of)).toMatchObject({ valid: false, code: 'EXPIRED', license: { status: 'EXPIRED' } })
  })

  test('entitlements come from the set and are told in the answer', async () => {
    const times = { createdAt: new Date(), updatedAt: new Date() }
    const { accountId } = world
    const [featureId, entitlementSetId] = [newId(), newId()]
    await db()
      .insert(features)
      .values({ accountId, id: featureId, name: 'export', displayName: 'Export', ...times })
    await db()
      .insert(entitlementSets)
      .values({ accountId, id: entitlementSetId, name: 'pro', displayName: 'Pro', ...times })
    await db().insert(entitlementSetFeatures).values({ accountId, entitlementSetId, featureId, value: '7' })
    const { of } = await world.make({ entitlementSetId })
    expect(await verdict({ ...of, entitlements: ['export'] })).toMatchObject({
      valid: true,
      license: {
        entitlements: [{ featureName: 'export', featureDisplayName: 'Export', value: '7', expiresAt: null }],
      },
    })
    expect(await verdict({ ...of, entitlements: ['export', 'import'] })).toMatchObject({
      code: 'ENTITLEMENT_MISSING',
      message: expect.stringContaining('import'),
    })
  })

  test('a former key is good on devices that the license knows, until its time is over', async () => {
    const { licenseId, of } = await world.make()
    await activate(of)
    await makeFormerKey(world.accountId, licenseId, 'FORMER-KEY-1', new Date(Date.now() + DAY))
    const former = { ...of, key: 'FORMER-KEY-1' }
    expect((await verdict({ ...former, fingerprint: fingerprint(1) })).code).toBe('VALID')
    expect((await verdict({ ...former, fingerprint: fingerprint(2) })).code).toBe('NOT_FOUND')
    expect((await verdict(former)).code).toBe('NOT_FOUND')
    setClockOffset(2 * DAY)
    expect((await verdict({ ...former, fingerprint: fingerprint(1) })).code).toBe('NOT_FOUND')
  })

  test('a key of another account does not exist', async () => {
    const elsewhere = await makeAccount()
    const foreign = await makeSignedProduct(elsewhere.id)
    const { of } = await world.make()
    const answer = await validate({ ...of, productId: foreign.id, accountId: elsewhere.id })
    expect(bodyOf(answer, ValidationDto).code).toBe('NOT_FOUND')
  })

  test('input that cannot be judged is refused with its field', async () => {
    expect(await validate({ entitlements: 'export' })).toMatchObject({
      status: 400,
      body: { code: 'INVALID_INPUT', fields: { entitlements: expect.any(String) } },
    })
  })
})

describe('the signature of a validation', () => {
  const Signature =
    /^keyid="([^"]+)", algorithm="ed25519", signature="([^"]+)", headers="\(request-target\) host date digest"$/

  async function signedLines(answer: Awaited<ReturnType<typeof validate>>, host: string) {
    const [, keyid = '', signature = ''] =
      Signature.exec(answer.headers.get('latchkey-signature') ?? '') ?? []
    const [key] = await db().select().from(signingKeys).where(eq(signingKeys.id, keyid))
    const lines = [
      '(request-target): post /v3/licenses/validate',
      `host: ${host}`,
      `date: ${answer.headers.get('date')}`,
      `digest: ${answer.headers.get('digest')}`,
    ].join('\n')
    const publicKey = createPublicKey(key?.publicPem ?? '')
    return { publicKey, lines, signature: Buffer.from(signature, 'base64') }
  }

  test.each(['good', 'unknown'])(
    'is the account’s, over target, host, time and body (%s key)',
    async (kind) => {
      const { of } = await world.make()
      const key = kind === 'good' ? of.key : 'UNKNOWN'
      const answer = await validate({ ...of, key, nonce: 'once' }, { host: 'licenses.example.com' })
      const digest = createHash('sha256').update(JSON.stringify(answer.body)).digest('base64')
      expect(answer.headers.get('digest')).toBe(`sha-256=${digest}`)
      const { publicKey, lines, signature } = await signedLines(answer, 'licenses.example.com')
      expect(verify(null, Buffer.from(lines), publicKey, signature)).toBe(true)
      const tampered = lines.replace('sha-256=', 'sha-256=A')
      expect(verify(null, Buffer.from(tampered), publicKey, signature)).toBe(false)
    },
  )

  test('is never played again: an Idempotency-Key changes nothing', async () => {
    const { licenseId, of } = await world.make()
    const headers = { 'idempotency-key': 'the-same' }
    expect(bodyOf(await validate(of, headers), ValidationDto).code).toBe('VALID')
    await set(licenseId, { suspendedManualAt: new Date() })
    const second = await validate(of, headers)
    expect(bodyOf(second, ValidationDto).code).toBe('SUSPENDED')
    expect(second.headers.get('idempotent-replayed')).toBeNull()
  })
})

describe('the fix link', () => {
  const Refusal = z.object({ code: z.string(), fixUrl: z.url().optional() })
  const tokenOf = (url: string | undefined) => url?.split('/fix/')[1] ?? ''

  test('names account, license and one purpose for 15 minutes; altered or late it opens nothing', async () => {
    const owner = await makeCustomer(world.accountId)
    const { licenseId, of } = await world.make({ userId: owner.id, allowedActivations: 1 })
    await activate(of)
    const answer = await activate(of, { fingerprint: fingerprint(2) })
    const { code, fixUrl } = bodyOf(answer, Refusal, 400)
    expect(code).toBe('ACTIVATION_LIMIT_REACHED')
    const token = tokenOf(fixUrl)
    const now = new Date()
    expect(openFixLink(token, now)).toMatchObject({
      accountId: world.accountId,
      licenseId,
      purpose: 'devices',
    })
    expect(openFixLink(token, new Date(now.getTime() + 15 * 60 * SECOND))).toBeUndefined()
    expect(openFixLink(`${token.slice(0, -2)}AA`, now)).toBeUndefined()
    expect(openFixLink('nonsense', now)).toBeUndefined()
  })

  test('of a payment that is due leads to billing; of a license that nobody owns there is none', async () => {
    const owner = await makeCustomer(world.accountId)
    const suspendedBillingAt = new Date()
    const owned = await world.make({ userId: owner.id, suspendedBillingAt })
    const { fixUrl } = await verdict(owned.of)
    expect(openFixLink(tokenOf(fixUrl), new Date())?.purpose).toBe('billing')
    const nobodys = await world.make({ suspendedBillingAt, allowedActivations: 1 })
    expect(await verdict(nobodys.of)).not.toHaveProperty('fixUrl')
    expect(idOf(await activate(nobodys.of))).toBeTruthy()
    expect(bodyOf(await activate(nobodys.of, { fingerprint: fingerprint(2) }), Refusal, 400).fixUrl).toBe(
      undefined,
    )
  })
})
