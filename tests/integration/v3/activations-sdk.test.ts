import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eq } from 'drizzle-orm'
import { createLocalJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { activations, licenses } from '#db/schema/licenses.ts'
import { JwksDto } from '#lib/vendor/signing/list-public-keys.ts'
import { createLatchkey } from '#sdk/client.ts'
import { memoryStore } from '#sdk/store.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeCustomer, makeLicenseOf, makeSignedProduct, makeSigningKey } from '#tests/factories/licensed.ts'
import { activate, call, fingerprint, handle, tokenOf } from '#tests/helpers/activation-routes.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'

let accountId: string
let product: Awaited<ReturnType<typeof makeSignedProduct>>
let url: string
const server = createServer((request, response) => void serve(request, response))

/** The route files behind a plain Node server. */
async function serve(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  const { method = 'GET' } = incoming
  const headers = new Headers({ 'x-latchkey-client-ip': incoming.socket.remoteAddress ?? '' })
  if (incoming.headers['content-type']) headers.set('content-type', incoming.headers['content-type'])
  const hasBody = chunks.length > 0
  const request = new Request(new URL(incoming.url ?? '/', url), {
    method,
    headers,
    ...(hasBody && { body: Buffer.concat(chunks) }),
  })
  const answer = await handle(request)
  outgoing.writeHead(answer.status, { ...Object.fromEntries(answer.headers), connection: 'close' })
  outgoing.end(Buffer.from(await answer.arrayBuffer()))
}

setUpTestDatabase()
beforeAll(async () => {
  accountId = (await makeAccount({ name: 'Acme Software' })).id
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  await new Promise<void>((resolve) => server.close(() => resolve()))
})
beforeEach(async () => {
  product = await makeSignedProduct(accountId)
})

function computer(at: number, store = memoryStore()) {
  const base = { productId: product.id, publicKey: product.publicPem, fingerprint: fingerprint(at), store }
  return {
    online: createLatchkey({ ...base, url, appVersion: '1.0.0' }),
    offline: createLatchkey({ ...base, url: 'http://127.0.0.1:9' }),
  }
}

describe('the SDK against the Web API', () => {
  test('activates, verifies offline, synchronizes, deactivates, and gives its place to the next computer', async () => {
    const owner = await makeCustomer(accountId)
    const license = await makeLicenseOf(accountId, product, {
      userId: owner.id,
      allowedActivations: 1,
      expiresAt: new Date('2099-01-01T00:00:00Z'),
    })
    const first = computer(1)
    const state = await first.online.activate(license.key, { metadata: [{ key: 'room', value: '12' }] })
    expect(state).toMatchObject({
      status: 'ACTIVE',
      license: {
        id: license.id,
        key: license.key,
        holder: { name: 'Jane Doe', email: owner.email, company: 'Doe Ltd' },
        expiresAt: new Date('2099-01-01T00:00:00Z'),
        activations: { used: 1, allowed: 1 },
        deactivations: { used: 0, allowed: null },
        metadata: { activation: [{ key: 'room', value: '12' }] },
      },
    })
    expect((await first.offline.state()).status).toBe('ACTIVE')
    await expect(computer(2).online.activate(license.key)).rejects.toMatchObject({
      code: 'ACTIVATION_LIMIT_REACHED',
      status: 400,
    })
    expect((await first.online.sync()).status).toBe('ACTIVE')
    expect(await first.online.deactivate()).toMatchObject({ status: 'NOT_ACTIVATED', reason: 'DEACTIVATED' })
    expect((await computer(2).online.activate(license.key)).status).toBe('ACTIVE')
  })

  test('learns of suspension, its end, revocation and removal with the next sync', async () => {
    const license = await makeLicenseOf(accountId, product)
    const { online } = computer(1)
    const set = (columns: Partial<typeof licenses.$inferInsert>) =>
      db().update(licenses).set(columns).where(eq(licenses.id, license.id))
    await online.activate(license.key)
    await set({ suspendedManualAt: new Date() })
    expect((await online.sync()).status).toBe('SUSPENDED')
    await set({ suspendedManualAt: null })
    expect((await online.sync()).status).toBe('ACTIVE')
    await set({ revokedManualAt: new Date() })
    expect(await online.sync()).toMatchObject({ status: 'NOT_ACTIVATED', reason: 'REVOKED_LICENSE' })
    await set({ revokedManualAt: null })
    await online.activate(license.key)
    await db().delete(activations).where(eq(activations.licenseId, license.id))
    expect(await online.sync()).toMatchObject({ status: 'NOT_ACTIVATED', reason: 'ACTIVATION_NOT_FOUND' })
  })

  test('an expired license activates and does not run', async () => {
    const license = await makeLicenseOf(accountId, product, { expiresAt: new Date('2020-01-01T00:00:00Z') })
    expect((await computer(1).online.activate(license.key)).status).toBe('EXPIRED')
  })

  test('a copied license proves nothing on another computer', async () => {
    const license = await makeLicenseOf(accountId, product)
    const store = memoryStore()
    await computer(1, store).online.activate(license.key)
    expect(await computer(2, store).offline.state()).toMatchObject({
      status: 'INVALID',
      reason: 'FINGERPRINT_MISMATCH',
    })
  })
})

describe('the public keys', () => {
  test('/.well-known/latchkey.json names the account and each product with the key that signs now', async () => {
    const newer = await makeSigningKey(accountId, product.id)
    await makeSigningKey(accountId, product.id, new Date())
    const answer = await call('/.well-known/latchkey.json')
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({ account: { id: accountId, name: 'Acme Software' } })
    const entry = {
      id: product.id,
      name: product.name,
      displayName: 'Drawing Board',
      publicKey: newer.publicPem,
      publicKeys: [
        { kid: newer.kid, pem: newer.publicPem },
        { kid: product.kid, pem: product.publicPem },
      ],
    }
    const hex = expect.stringMatching(/^[0-9a-f]{64}$/)
    const own = { kid: expect.any(String), hex, pem: expect.stringContaining('BEGIN PUBLIC KEY') }
    expect(answer.body).toEqual({
      account: { id: accountId, name: 'Acme Software', publicKeys: [own] },
      products: expect.arrayContaining([entry]),
    })
    const elsewhere = await makeAccount()
    const foreign = await makeSignedProduct(elsewhere.id)
    expect(JSON.stringify((await call('/.well-known/latchkey.json')).body)).not.toContain(foreign.id)
    expect((await call(`/.well-known/latchkey.json?accountId=${elsewhere.id}`)).body).toMatchObject({
      account: { id: elsewhere.id },
      products: [{ id: foreign.id }],
    })
  })

  test('/.well-known/jwks.json verifies a token by its kid, keeps the old key beside the new, and holds no private part', async () => {
    const license = await makeLicenseOf(accountId, product)
    const before = tokenOf(await activate({ productId: product.id, key: license.key }))
    const newer = await makeSigningKey(accountId, product.id)
    const retired = await makeSigningKey(accountId, product.id, new Date())
    const after = tokenOf(await activate({ productId: product.id, key: license.key }))
    const jwks = JwksDto.parse((await call('/.well-known/jwks.json')).body)
    const keySet = createLocalJWKSet(jwks)
    expect((await jwtVerify(before, keySet)).protectedHeader.kid).toBe(product.kid)
    expect((await jwtVerify(after, keySet)).protectedHeader.kid).toBe(newer.kid)
    expect(jwks.keys.map(({ kid }) => kid)).not.toContain(retired.kid)
    for (const key of jwks.keys) {
      const members = key.kty === 'OKP' ? ['crv', 'x'] : ['e', 'n']
      expect(Object.keys(key).sort()).toEqual(['alg', 'kid', 'kty', 'use', ...members].sort())
    }
  })
})
