import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createLatchkey } from './client.ts'
import type { LatchkeyOptions } from './context.ts'
import { memoryStore } from './store.ts'
import { DAY, FINGERPRINT, ISSUED_AT, makeClaims, PRODUCT_ID, signRs256 } from './testing/issue-token.ts'
import { makeProduct, refuse, startLicenseServer, type TestServer } from './testing/license-server.ts'

const KEY = 'A1B2C3-D4E5F6-A1B2C3-D4E5F6-A1B2C3'
const product = makeProduct('editor', PRODUCT_ID)

let server: TestServer
let store: ReturnType<typeof memoryStore>
let now: number

beforeEach(async () => {
  server = await startLicenseServer([product])
  server.licenses.set(KEY, { productId: PRODUCT_ID, allowed: 3 })
  store = memoryStore()
  now = ISSUED_AT
})

afterEach(() => server.close())

function client(changes: Partial<LatchkeyOptions> = {}) {
  return createLatchkey({
    url: server.url,
    productId: PRODUCT_ID,
    publicKey: product.publicKey,
    appVersion: '2.1.0',
    store,
    now: () => new Date(now * 1000),
    fingerprint: FINGERPRINT,
    ...changes,
  })
}

const setTime = (seconds: number) => {
  now = seconds
  server.state.now = seconds
}

describe('activating', () => {
  it('keeps the signed token and tells what the license allows', async () => {
    const latchkey = client()
    const state = await latchkey.activate(`  ${KEY}\n`)
    expect(state).toMatchObject({
      status: 'ACTIVE',
      license: { key: KEY, activations: { used: 1, allowed: 3 } },
    })
    expect(await latchkey.token()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(await client().state()).toEqual(state)
  })

  it('sends the body that the v3 protocol names, without credentials', async () => {
    await client({ release: { version: '2.1.0' } }).activate(KEY, { metadata: [{ key: 'desk', value: '7' }] })
    const [request] = server.requests
    expect(request).toMatchObject({ method: 'POST', path: '/v3/activations', authorization: undefined })
    expect(request?.body).toMatchObject({
      accountId: '',
      productId: PRODUCT_ID,
      key: KEY,
      fingerprint: FINGERPRINT,
      os: expect.stringMatching(/^(windows|linux|macos|android)$/),
      osVersion: expect.any(String),
      hostname: expect.stringMatching(/./),
      userHash: expect.stringMatching(/^[0-9A-F]{64}$/),
      vmName: expect.any(String),
      container: expect.any(Boolean),
      appVersion: '2.1.0',
      releaseVersion: '2.1.0',
      email: '',
      password: '',
      metadata: [{ key: 'desk', value: '7' }],
      meterAttributes: [],
    })
  })

  it.each([
    ['SUSPENDED', { suspended: true }],
    ['EXPIRED', { eat: ISSUED_AT - 1, ssgpeat: 0 }],
  ])('a license that is %s succeeds, but the application may not run', async (status, claims) => {
    server.licenses.set(KEY, { productId: PRODUCT_ID, allowed: 3, claims })
    expect((await client().activate(KEY)).status).toBe(status)
    expect((await client().state()).status).toBe(status)
  })

  it('is refused beyond the number of devices, and nothing is stored', async () => {
    server.licenses.set(KEY, { productId: PRODUCT_ID, allowed: 1 })
    await client({ fingerprint: 'cd'.repeat(32), store: memoryStore() }).activate(KEY)
    await expect(client().activate(KEY)).rejects.toMatchObject({
      name: 'LatchkeyError',
      code: 'ACTIVATION_LIMIT_REACHED',
      status: 400,
      message: expect.stringContaining('All devices'),
    })
    expect(await client().token()).toBeNull()
  })

  it('with an unknown key says so, and nothing is stored', async () => {
    await expect(client().activate('WRONG')).rejects.toMatchObject({
      code: 'INVALID_LICENSE_KEY',
      status: 400,
    })
    expect(await client().token()).toBeNull()
  })

  it('without a key asks for one and sends nothing', async () => {
    await expect(client().activate('  ')).rejects.toMatchObject({ code: 'MISSING_LICENSE_KEY' })
    expect(server.requests).toEqual([])
  })

  it.each([
    ['signed by somebody else', () => signRs256(makeClaims(), makeProduct('x', 'x').privateKey)],
    ['for another product', () => signRs256(makeClaims({ pid: 'other' }), product.privateKey)],
    ['for another computer', () => signRs256(makeClaims({ fp: 'cd'.repeat(32) }), product.privateKey)],
  ])('with an answer %s keeps the license in hand', async (_title, makeToken) => {
    await client().activate(KEY)
    const before = await client().token()
    server.overrides.push({ status: 201, body: { activationToken: makeToken() } })
    await expect(client().activate(KEY)).rejects.toMatchObject({ code: 'UNTRUSTED_TOKEN' })
    expect(await client().token()).toBe(before)
  })
})

describe('without the server', () => {
  it('the application runs until its grace period ends, and then says why not', async () => {
    await client().activate(KEY)
    await server.close()
    now = ISSUED_AT + 7 * DAY
    expect((await client().state()).status).toBe('ACTIVE')
    now += 1
    expect(await client().state()).toMatchObject({
      status: 'GRACE_PERIOD_OVER',
      message: expect.stringContaining('synchronize'),
    })
  })

  it('synchronizing and deactivating fail as NETWORK and keep the license', async () => {
    await client().activate(KEY)
    const before = await client().token()
    await server.close()
    await expect(client().sync()).rejects.toMatchObject({ code: 'NETWORK', status: null })
    await expect(client().deactivate()).rejects.toMatchObject({ code: 'NETWORK', status: null })
    expect(await client().token()).toBe(before)
    expect((await client().state()).status).toBe('ACTIVE')
  })

  it('a server that never answers is given up after the time limit', async () => {
    const never: typeof fetch = (_url, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      })
    await expect(client({ fetch: never, timeoutMs: 20 }).activate(KEY)).rejects.toMatchObject({
      code: 'NETWORK',
    })
  })
})

describe('synchronizing', () => {
  it('patches the activation with the same body and carries the license on', async () => {
    await client().activate(KEY, { metadata: [{ key: 'desk', value: '7' }] })
    setTime(ISSUED_AT + 6 * DAY)
    const state = await client().sync()
    expect(state).toMatchObject({ status: 'ACTIVE', license: { issuedAt: new Date(now * 1000) } })
    const [activation, patch] = server.requests
    expect(patch).toMatchObject({ method: 'PATCH', path: `/v3/activations/${state.license?.activationId}` })
    expect(patch?.body).toEqual(activation?.body)
    setTime(ISSUED_AT + 12 * DAY)
    expect((await client().state()).status).toBe('ACTIVE')
  })

  it('brings a suspension, and its end without activating again', async () => {
    await client().activate(KEY)
    server.licenses.set(KEY, { productId: PRODUCT_ID, allowed: 3, claims: { suspended: true } })
    expect((await client().sync()).status).toBe('SUSPENDED')
    server.licenses.set(KEY, { productId: PRODUCT_ID, allowed: 3 })
    expect((await client().sync()).status).toBe('ACTIVE')
  })

  it('drops the token when the activation was removed on the server', async () => {
    await client().activate(KEY)
    server.activations.clear()
    expect(await client().sync()).toMatchObject({ status: 'NOT_ACTIVATED', reason: 'ACTIVATION_NOT_FOUND' })
    expect(await client().token()).toBeNull()
    expect((await client().state()).status).toBe('NOT_ACTIVATED')
  })

  it('drops the token when the license was revoked', async () => {
    await client().activate(KEY)
    server.licenses.set(KEY, { productId: PRODUCT_ID, allowed: 3, revoked: true })
    expect(await client().sync()).toMatchObject({ status: 'NOT_ACTIVATED', reason: 'REVOKED_LICENSE' })
    expect(await client().token()).toBeNull()
  })

  it.each([
    ['a 404 of something in between', { status: 404, body: '<h1>Not found</h1>' }, 'UNEXPECTED_ANSWER'],
    ['a failure of the server', refuse(500, 'INTERNAL'), 'INTERNAL'],
    ['a 403 that says revoked', refuse(403, 'REVOKED_LICENSE'), 'REVOKED_LICENSE'],
    [
      'too many requests',
      { ...refuse(429, 'RATE_LIMITED'), headers: { 'retry-after': '7' } },
      'RATE_LIMITED',
    ],
    ['an answer without a token', { status: 200, body: {} }, 'UNEXPECTED_ANSWER'],
    ['an answer that is no JSON', { status: 200, body: 'hello' }, 'UNEXPECTED_ANSWER'],
  ])('keeps the license on %s', async (_title, answer, code) => {
    await client().activate(KEY)
    const before = await client().token()
    server.overrides.push(answer)
    await expect(client().sync()).rejects.toMatchObject({ code })
    expect(await client().token()).toBe(before)
  })

  it('says how long to wait when the server does', async () => {
    await client().activate(KEY)
    server.overrides.push({ ...refuse(429, 'RATE_LIMITED'), headers: { 'retry-after': '7' } })
    await expect(client().sync()).rejects.toMatchObject({ status: 429, retryAfterSeconds: 7 })
  })

  it('refuses an old token played back, which would undo a suspension', async () => {
    await client().activate(KEY)
    const old = await client().token()
    setTime(ISSUED_AT + DAY)
    server.licenses.set(KEY, { productId: PRODUCT_ID, allowed: 3, claims: { suspended: true } })
    await client().sync()
    server.overrides.push({ status: 200, body: { activationToken: old } })
    await expect(client().sync()).rejects.toMatchObject({ code: 'STALE_TOKEN' })
    expect((await client().state()).status).toBe('SUSPENDED')
  })

  it('refuses the token of another activation', async () => {
    await client().activate(KEY)
    const before = await client().token()
    const other = signRs256(makeClaims({ aid: 'another' }), product.privateKey)
    server.overrides.push({ status: 200, body: { activationToken: other } })
    await expect(client().sync()).rejects.toMatchObject({ code: 'UNTRUSTED_TOKEN' })
    expect(await client().token()).toBe(before)
  })

  it('sends nothing when there is nothing to synchronize', async () => {
    expect(await client().sync()).toMatchObject({ status: 'NOT_ACTIVATED', reason: 'NO_TOKEN' })
    await store.write('license.jwt', 'damaged')
    expect(await client().sync()).toMatchObject({ status: 'INVALID', reason: 'TOKEN_MALFORMED' })
    expect(server.requests).toEqual([])
  })
})

describe('deactivating', () => {
  it('frees the place on the server and drops the token', async () => {
    await client().activate(KEY)
    expect(await client().deactivate()).toMatchObject({ status: 'NOT_ACTIVATED', reason: 'DEACTIVATED' })
    expect(server.activations.size).toBe(0)
    expect(server.requests.at(-1)).toMatchObject({
      method: 'POST',
      body: { productId: product.id, key: KEY, fingerprint: FINGERPRINT },
    })
    expect(await client().token()).toBeNull()
  })

  it('succeeds when the server has removed the activation already', async () => {
    await client().activate(KEY)
    server.activations.clear()
    expect((await client().deactivate()).status).toBe('NOT_ACTIVATED')
    expect(await client().token()).toBeNull()
  })

  it('keeps the token when the server refuses', async () => {
    await client().activate(KEY)
    server.overrides.push(refuse(409, 'DEACTIVATION_LIMIT_REACHED'))
    await expect(client().deactivate()).rejects.toMatchObject({
      code: 'DEACTIVATION_LIMIT_REACHED',
      status: 409,
    })
    expect((await client().state()).status).toBe('ACTIVE')
  })

  it("with the copied license of another computer does not free that computer's place", async () => {
    await client().activate(KEY)
    await expect(client({ fingerprint: 'cd'.repeat(32) }).deactivate()).rejects.toMatchObject({
      code: 'UNTRUSTED_TOKEN',
    })
    expect(server.activations.size).toBe(1)
  })

  it('without an activation says so', async () => {
    await expect(client().deactivate()).rejects.toMatchObject({ code: 'NOT_ACTIVATED' })
  })

  it('asked for while a synchronization is under way waits for it and is not undone by it', async () => {
    const order: string[] = []
    const watched: typeof fetch = async (url, init) => {
      order.push(`${init?.method} sent`)
      const response = await fetch(url, init)
      order.push(`${init?.method} answered`)
      return response
    }
    await client().activate(KEY)
    const latchkey = client({ fetch: watched })
    await Promise.all([latchkey.sync(), latchkey.deactivate()])
    expect(order).toEqual(['PATCH sent', 'PATCH answered', 'POST sent', 'POST answered'])
    expect(await latchkey.token()).toBeNull()
  })
})

describe('what another process of the application stores meanwhile', () => {
  const other = signRs256(makeClaims({ aid: 'another' }), product.privateKey)
  const meanwhile =
    (change: () => Promise<void>): typeof fetch =>
    async (url, init) => {
      const response = await fetch(url, init)
      await change()
      return response
    }
  const storeOther = meanwhile(() => store.write('license.jwt', other))

  it('is not overwritten by a synchronization', async () => {
    await client().activate(KEY)
    expect(await client({ fetch: storeOther }).sync()).toMatchObject({ license: { activationId: 'another' } })
    expect(await client().token()).toBe(other)
  })

  it('is not dropped with an activation that is gone', async () => {
    await client().activate(KEY)
    server.activations.clear()
    expect((await client({ fetch: storeOther }).sync()).status).toBe('ACTIVE')
    expect(await client().token()).toBe(other)
  })

  it('is not dropped by deactivating the earlier activation', async () => {
    await client().activate(KEY)
    expect((await client({ fetch: storeOther }).deactivate()).status).toBe('ACTIVE')
    expect(await client().token()).toBe(other)
  })

  it('a deactivation among it is not undone by a synchronization', async () => {
    await client().activate(KEY)
    const removed = meanwhile(() => store.remove('license.jwt'))
    expect((await client({ fetch: removed }).sync()).status).toBe('NOT_ACTIVATED')
    expect(await client().token()).toBeNull()
  })
})

describe('the clock', () => {
  it('turned back after the license has expired does not revive it', async () => {
    const claims = { eat: ISSUED_AT + 30 * DAY, ssgpeat: 0 }
    server.licenses.set(KEY, { productId: PRODUCT_ID, allowed: 3, claims })
    await client().activate(KEY)
    now = ISSUED_AT + 31 * DAY
    expect((await client().state()).status).toBe('EXPIRED')
    now = ISSUED_AT + 29 * DAY
    expect(await client().state()).toMatchObject({ status: 'CLOCK_TAMPERED', reason: 'CLOCK_TURNED_BACK' })
  })

  it('once far ahead by mistake is forgiven by the next synchronization', async () => {
    await client().activate(KEY)
    now = ISSUED_AT + 9000 * DAY
    expect((await client().state()).status).toBe('GRACE_PERIOD_OVER')
    setTime(ISSUED_AT + DAY)
    expect((await client().state()).status).toBe('CLOCK_TAMPERED')
    expect((await client().sync()).status).toBe('ACTIVE')
    expect((await client().state()).status).toBe('ACTIVE')
  })

  it('keeps its memory when the very same token is played back', async () => {
    await client().activate(KEY)
    const token = await client().token()
    now = ISSUED_AT + 8 * DAY
    await client().state()
    now = ISSUED_AT
    server.overrides.push({ status: 200, body: { activationToken: token } })
    expect((await client().sync()).status).toBe('CLOCK_TAMPERED')
  })

  it('that cannot be read stops the application instead of passing every deadline', async () => {
    await client().activate(KEY)
    await expect(client({ now: () => new Date(Number.NaN) }).state()).rejects.toMatchObject({
      code: 'CONFIGURATION',
    })
  })
})

describe('a copied license', () => {
  it('does not run on another computer', async () => {
    await client().activate(KEY)
    const state = await client({ fingerprint: 'cd'.repeat(32) }).state()
    expect(state).toMatchObject({ status: 'INVALID', reason: 'FINGERPRINT_MISMATCH', license: null })
  })
})

describe('the options are refused', () => {
  it.each([
    ['with a private key', { publicKey: product.privateKey }, 'publicKey'],
    ['without a key', { publicKey: [] }, 'publicKey'],
    ['with a key that is none', { publicKey: 'MIIB' }, 'publicKey'],
    ['with a url that is none', { url: 'licenses.example.com' }, 'url'],
    ['with a product id that leaves the folder', { productId: '../x' }, 'productId'],
    ['with a short fingerprint', { fingerprint: 'abc' }, 'fingerprint'],
  ])('%s, by name', (_title, changes, option) => {
    expect(() => client(changes)).toThrow(
      expect.objectContaining({ code: 'CONFIGURATION', message: expect.stringContaining(option) }),
    )
  })
})
