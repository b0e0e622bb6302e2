import { eq } from 'drizzle-orm'
import { decodeJwt } from 'jose'
import forge from 'node-forge'
import { beforeEach, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { licenses } from '#db/schema/licenses.ts'
import { authorize } from '#lib/core/authorize.ts'
import { newId } from '#lib/core/ids.ts'
import { OfflineResponseDto } from '#lib/licensing/offline/offline-input.ts'
import { rotateProductKey } from '#lib/vendor/signing/rotate-product-key.ts'
import { createLatchkey } from '#sdk/client.ts'
import { memoryStore } from '#sdk/store.ts'
import { makeKeyPair } from '#sdk/testing/forge-token.ts'
import { makeLicenseOf, makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { contextFor, patActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import {
  activateOnline,
  deviceOf,
  devicesOf,
  eventsOf,
  FINGERPRINT,
  makeOfflineWorld,
  type OfflineWorld,
} from '#tests/helpers/offline-world.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

const DAY = 86_400

let world: OfflineWorld

setUpTestDatabase()
beforeEach(async () => {
  world = await makeOfflineWorld()
})

/** A computer that reaches no server at all. */
function computer(
  options: { fingerprint?: string; productId?: string; publicKey?: string; now?: () => Date } = {},
) {
  return createLatchkey({
    url: 'http://127.0.0.1:9',
    productId: world.product.id,
    publicKey: world.product.publicPem,
    fingerprint: FINGERPRINT,
    store: memoryStore(),
    fetch: () => Promise.reject(new Error('there is no network here')),
    ...options,
  })
}

interface Bring {
  licenseId?: string
  responseValidity?: number
  token?: string
}

const bring = (offlineRequest: string, { token = world.token, ...fields }: Bring = {}) =>
  v3('/v3/activations/offline-activate', {
    token,
    body: { licenseId: world.license.id, offlineRequest, responseValidity: 30 * DAY, ...fields },
  })
const free = (offlineRequest: string, fields: object = {}) =>
  v3('/v3/activations/offline-deactivate', {
    token: world.token,
    body: { licenseId: world.license.id, offlineRequest, ...fields },
  })
const refusedAs = (code: string, status = 400) => ({ status, body: { code } })

describe('offline activation', () => {
  test('a request goes out, a response comes in, and the computer is licensed without ever meeting the server', async () => {
    const desk = computer()
    const request = await desk.offlineRequest(world.license.key)
    const [wrapped = '', iv = '', ciphertext = ''] = request.split('.')
    expect(Buffer.from(wrapped, 'base64')).toHaveLength(256)
    expect(Buffer.from(iv, 'base64').toString()).toMatch(/^[0-9a-f]{32}$/)
    expect(Buffer.from(ciphertext, 'base64').toString('latin1')).not.toContain(world.license.key)

    const { offlineResponse } = bodyOf(await bring(request), OfflineResponseDto)
    expect(await desk.acceptOfflineResponse(offlineResponse)).toMatchObject({
      status: 'ACTIVE',
      license: { key: world.license.key, nextSyncAt: null, holder: { email: world.owner.email } },
    })
    expect(await devicesOf(world.license.id)).toMatchObject([
      { offline: true, fingerprint: FINGERPRINT, ip: null },
    ])
    expect(await eventsOf(world.accountId, 'activation.created')).toHaveLength(1)
  })

  test('the response says until when it counts (orv), and the computer holds to it', async () => {
    let now = new Date()
    const desk = computer({ now: () => now })
    const answer = await bring(await desk.offlineRequest(world.license.key), { responseValidity: 7 * DAY })
    const { offlineResponse } = bodyOf(answer, OfflineResponseDto)
    const { orv = 0, iat = 0, ssgpeat } = decodeJwt<{ orv: number; ssgpeat: number }>(offlineResponse)
    expect(orv - iat).toBe(7 * DAY)
    expect(ssgpeat).toBe(orv)
    await desk.acceptOfflineResponse(offlineResponse)
    now = new Date((orv + 1) * 1000)
    expect(await desk.state()).toMatchObject({ status: 'GRACE_PERIOD_OVER' })
  })

  test('a response that comes too late is refused, and nothing is kept', async () => {
    let now = new Date()
    const desk = computer({ now: () => now })
    const answer = await bring(await desk.offlineRequest(world.license.key), { responseValidity: 60 })
    now = new Date(now.getTime() + 120_000)
    await expect(
      desk.acceptOfflineResponse(bodyOf(answer, OfflineResponseDto).offlineResponse),
    ).rejects.toMatchObject({ code: 'OFFLINE_RESPONSE_EXPIRED' })
    expect(await desk.token()).toBeNull()
  })

  test('the short response does the same, fits a QR code, and may be typed with line breaks', async () => {
    const desk = computer()
    const answer = bodyOf(await bring(await desk.offlineRequest(world.license.key)), OfflineResponseDto)
    expect(answer.shortResponse.length).toBeLessThan(1_300)
    const typed = `  ${answer.shortResponse.match(/.{1,64}/g)?.join('\r\n')}\n`
    expect((await desk.acceptOfflineResponse(typed)).status).toBe('ACTIVE')
  })

  test('the same request again answers the same device and takes no second place', async () => {
    const desk = computer()
    const request = await desk.offlineRequest(world.license.key)
    const ids = await Promise.all(
      Array.from({ length: 5 }, async () => {
        const { offlineResponse } = bodyOf(await bring(request), OfflineResponseDto)
        return decodeJwt(offlineResponse).aid
      }),
    )
    expect(new Set(ids).size).toBe(1)
    expect(await devicesOf(world.license.id)).toHaveLength(1)
  })

  test('the limit is the same as online: beside three devices there is no fourth', async () => {
    for (const name of ['1', '2', '3']) await activateOnline(world, { fingerprint: name.repeat(64) })
    const request = await computer().offlineRequest(world.license.key)
    expect(await bring(request)).toMatchObject(refusedAs('ACTIVATION_LIMIT_REACHED'))
    expect(await devicesOf(world.license.id)).toHaveLength(3)
  })

  test('ten computers at once on a license for three: exactly three get a place', async () => {
    const requests = await Promise.all(
      Array.from({ length: 10 }, (_, at) =>
        computer({ fingerprint: String(at).repeat(64) }).offlineRequest(world.license.key),
      ),
    )
    const answers = await Promise.all(requests.map((request) => bring(request)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3)
    expect(await devicesOf(world.license.id)).toHaveLength(3)
  })

  test('a revoked license is refused', async () => {
    await db().update(licenses).set({ revokedManualAt: new Date() }).where(eq(licenses.id, world.license.id))
    const request = await computer().offlineRequest(world.license.key)
    expect(await bring(request)).toMatchObject(refusedAs('REVOKED_LICENSE'))
    expect(await devicesOf(world.license.id)).toEqual([])
  })

  test('a request made with an older, still published key of the product is read', async () => {
    const desk = computer()
    const request = await desk.offlineRequest(world.license.key)
    const ctx = authorize(
      contextFor(patActor('product:write'), { accountId: world.accountId }),
      'product:write',
    )
    await rotateProductKey(ctx, { productId: world.product.id, overlap: DAY })
    expect((await bring(request)).status).toBe(200)
  })
})

describe('a request that other software wrote', () => {
  test('is read: RSA-OAEP with SHA-256, the IV as hexadecimal text, AES-256-GCM with the tag at the end', async () => {
    const content = { ...deviceOf(world), type: 'activate', requestId: newId() }
    const sessionKey = forge.random.getBytesSync(32)
    const iv = forge.random.getBytesSync(16)
    const sha256 = () => forge.md.sha256.create()
    const key: forge.pki.rsa.PublicKey = forge.pki.publicKeyFromPem(world.product.publicPem)
    const wrapped = key.encrypt(sessionKey, 'RSA-OAEP', { md: sha256(), mgf1: { md: sha256() } })
    const cipher = forge.cipher.createCipher('AES-GCM', sessionKey)
    cipher.start({ iv, tagLength: 128 })
    cipher.update(forge.util.createBuffer(JSON.stringify(content), 'utf8'))
    cipher.finish()
    const data = cipher.output.getBytes() + cipher.mode.tag.getBytes()
    const request = [wrapped, forge.util.bytesToHex(iv), data]
      .map((part) => forge.util.encode64(part))
      .join('.')
    const { offlineResponse } = bodyOf(await bring(request), OfflineResponseDto)
    expect(decodeJwt(offlineResponse)).toMatchObject({ fp: FINGERPRINT, rid: content.requestId })
  })
})

describe('a request is refused as INVALID_OFFLINE_REQUEST, and nothing is written', () => {
  const refused = async (request: string, changes: Bring = {}) => {
    expect(await bring(request, changes)).toMatchObject(refusedAs('INVALID_OFFLINE_REQUEST'))
    expect(await devicesOf(world.license.id)).toEqual([])
    expect(await eventsOf(world.accountId, 'activation.created')).toEqual([])
  }

  test('of another product', async () => {
    const other = await makeSignedProduct(world.accountId)
    // Test products share one key pair: the product's id in the request is what tells them apart.
    await refused(await computer({ productId: other.id }).offlineRequest(world.license.key))
  })

  test('of another license of the same product', async () => {
    const other = await makeLicenseOf(world.accountId, world.product)
    await refused(await computer().offlineRequest(world.license.key), { licenseId: other.id })
    expect(await devicesOf(other.id)).toEqual([])
  })

  test('wrapped with a key that is not the product’s', async () => {
    await refused(await computer({ publicKey: makeKeyPair().publicKey }).offlineRequest(world.license.key))
  })

  test.each([
    ['cut short', (text: string) => text.slice(0, -8)],
    ['with a changed byte', (text: string) => text.replace(/.(?=.{40}$)/, (c) => (c === 'A' ? 'B' : 'A'))],
    ['of two parts', (text: string) => text.split('.').slice(0, 2).join('.')],
    ['of four parts', (text: string) => `${text}.AAAA`],
    ['that is no such thing', () => 'hello'],
  ])('%s', async (_title, change) => {
    await refused(change(await computer().offlineRequest(world.license.key)))
  })

  test('that asks for deactivation', async () => {
    const desk = computer()
    const { offlineResponse } = bodyOf(
      await bring(await desk.offlineRequest(world.license.key)),
      OfflineResponseDto,
    )
    await desk.acceptOfflineResponse(offlineResponse)
    const request = await desk.offlineDeactivation()
    expect(await bring(request)).toMatchObject(refusedAs('INVALID_OFFLINE_REQUEST'))
    expect(await devicesOf(world.license.id)).toHaveLength(1)
  })

  test('and a license of another account is not found at all', async () => {
    const foreign = await makeOfflineWorld()
    const request = await computer().offlineRequest(world.license.key)
    expect(await bring(request, { token: foreign.token })).toMatchObject(refusedAs('NOT_FOUND', 404))
    const reader = await makeMachineToken(world.accountId, 'license:read')
    expect(await bring(request, { token: reader })).toMatchObject(refusedAs('INSUFFICIENT_SCOPE', 403))
    expect(await devicesOf(world.license.id)).toEqual([])
  })
})

describe('a response counts on the computer that asked, once', () => {
  const asked = async () => {
    const desk = computer()
    const answer = await bring(await desk.offlineRequest(world.license.key))
    return { desk, ...bodyOf(answer, OfflineResponseDto) }
  }

  test('not on another one', async () => {
    const { offlineResponse } = await asked()
    const other = computer({ fingerprint: 'cd'.repeat(32) })
    await other.offlineRequest(world.license.key)
    await expect(other.acceptOfflineResponse(offlineResponse)).rejects.toMatchObject({
      code: 'UNTRUSTED_TOKEN',
    })
    expect(await other.token()).toBeNull()
  })

  test('not without the request, nor for an older one', async () => {
    const { desk, offlineResponse } = await asked()
    const unexpected = { code: 'OFFLINE_RESPONSE_UNEXPECTED' }
    await expect(computer().acceptOfflineResponse(offlineResponse)).rejects.toMatchObject(unexpected)
    await desk.offlineRequest(world.license.key)
    await expect(desk.acceptOfflineResponse(offlineResponse)).rejects.toMatchObject(unexpected)
    expect(await desk.token()).toBeNull()
  })

  test('not again after the computer gave the license up', async () => {
    const { desk, offlineResponse } = await asked()
    await desk.acceptOfflineResponse(offlineResponse)
    await desk.offlineDeactivation()
    await expect(desk.acceptOfflineResponse(offlineResponse)).rejects.toMatchObject({
      code: 'OFFLINE_RESPONSE_UNEXPECTED',
    })
    expect((await desk.state()).status).toBe('NOT_ACTIVATED')
  })
})

describe('offline deactivation', () => {
  const activated = async () => {
    const desk = computer()
    const answer = await bring(await desk.offlineRequest(world.license.key))
    await desk.acceptOfflineResponse(bodyOf(answer, OfflineResponseDto).offlineResponse)
    return desk
  }

  test('the computer gives the license up at once; its request frees the place and counts as a deactivation', async () => {
    const desk = await activated()
    const request = await desk.offlineDeactivation()
    expect((await desk.state()).status).toBe('NOT_ACTIVATED')
    expect(await desk.offlineDeactivation()).toBe(request)
    expect((await free(request)).status).toBe(204)
    expect(await devicesOf(world.license.id)).toEqual([])
    expect(await eventsOf(world.accountId, 'activation.deleted')).toHaveLength(1)
    const [row] = await db().select().from(licenses).where(eq(licenses.id, world.license.id))
    expect(row?.totalDeactivations).toBe(1)
  })

  test('the same request again frees nothing, also when the computer was activated anew', async () => {
    const desk = await activated()
    const request = await desk.offlineDeactivation()
    await free(request)
    expect(await free(request)).toMatchObject(refusedAs('ACTIVATION_NOT_FOUND', 404))
    const answer = await bring(await desk.offlineRequest(world.license.key))
    await desk.acceptOfflineResponse(bodyOf(answer, OfflineResponseDto).offlineResponse)
    expect(await free(request)).toMatchObject(refusedAs('ACTIVATION_NOT_FOUND', 404))
    expect(await devicesOf(world.license.id)).toHaveLength(1)
  })

  test('keeps to the number of deactivations', async () => {
    const desk = await activated()
    await db().update(licenses).set({ allowedDeactivations: 0 }).where(eq(licenses.id, world.license.id))
    expect(await free(await desk.offlineDeactivation())).toMatchObject(
      refusedAs('DEACTIVATION_LIMIT_REACHED', 409),
    )
    expect(await devicesOf(world.license.id)).toHaveLength(1)
  })

  test('a computer that knows only the replaced key gives its place up; a new one does not begin with it', async () => {
    const desk = await activated()
    const begin = await computer({ fingerprint: 'cd'.repeat(32) }).offlineRequest(world.license.key)
    const replaced = await v3(`/v3/licenses/${world.license.id}/replace-key`, {
      method: 'POST',
      token: world.token,
    })
    expect(replaced.status).toBe(200)
    expect(await bring(begin)).toMatchObject(refusedAs('INVALID_OFFLINE_REQUEST'))
    expect(await free(await desk.offlineDeactivation())).toMatchObject({ status: 204 })
    expect(await devicesOf(world.license.id)).toEqual([])
  })

  test('an activation request or another license’s request frees nothing', async () => {
    const desk = await activated()
    const other = await makeLicenseOf(world.accountId, world.product)
    const activation = await computer().offlineRequest(world.license.key)
    expect(await free(activation)).toMatchObject(refusedAs('INVALID_OFFLINE_REQUEST'))
    const request = await desk.offlineDeactivation()
    expect(await free(request, { licenseId: other.id })).toMatchObject(refusedAs('INVALID_OFFLINE_REQUEST'))
    expect(await devicesOf(world.license.id)).toHaveLength(1)
  })
})
