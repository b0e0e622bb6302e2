import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { DAY, type Portal, type StagedAnswer, startPortal } from '#tests/helpers/portal.ts'
import type { LatchkeyOptions } from './context.ts'
import { memoryStore } from './store.ts'
import { makeKeyPair } from './testing/forge-token.ts'

let portal: Portal
let store: ReturnType<typeof memoryStore>
let key: string
let license: { id: string; key: string }

beforeAll(async () => {
  portal = await startPortal()
})
afterAll(() => portal.close())
beforeEach(async () => {
  portal.setTime(Math.floor(Date.now() / 1000))
  portal.staged.length = 0
  license = await portal.license()
  key = license.key
  store = memoryStore()
  portal.requests.length = 0
})

const client = (changes: Partial<LatchkeyOptions> = {}) => portal.computer({ store, ...changes })
const other = 'cd'.repeat(32)
const refuse = (status: number, code: string): StagedAnswer => ({
  status,
  body: { message: `refused: ${code}`, code },
})
/** A network that is not there. */
const unplugged: typeof fetch = () => Promise.reject(new TypeError('fetch failed'))
const revoke = () => portal.change(license, { revoked: true })
const suspend = (suspended: boolean) => portal.change(license, { suspended })
/** A token of another license on this computer, straight from the server. */
async function anotherToken(): Promise<string> {
  const computer = portal.computer({ store: memoryStore() })
  await computer.activate((await portal.license()).key)
  return (await computer.token()) ?? ''
}
/** The vendor removes the device. */
async function removeDevice() {
  for (const { id } of await portal.devices(license))
    await portal.vendor(`/v3/activations/${id}`, undefined, 'DELETE')
}

describe('activating', () => {
  it('keeps the signed token and tells what the license allows', async () => {
    const latchkey = client()
    const state = await latchkey.activate(`  ${key}\n`)
    expect(state).toMatchObject({
      status: 'ACTIVE',
      license: { key, activations: { used: 1, allowed: 3 } },
    })
    expect(await latchkey.token()).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(await client().state()).toEqual(state)
  })

  it('sends the body that the v3 protocol names, without credentials', async () => {
    await client({ release: { version: '2.1.0' } }).activate(key, { metadata: [{ key: 'desk', value: '7' }] })
    const [request] = portal.requests
    expect(request).toMatchObject({ method: 'POST', path: '/v3/activations', authorization: undefined })
    expect(request?.body).toMatchObject({
      accountId: '',
      productId: portal.product.id,
      key,
      fingerprint: 'ab'.repeat(32),
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
    ['EXPIRED', { expiresAt: '2020-01-01T00:00:00Z' }],
  ])('a license that is %s succeeds, but the application may not run', async (status, fields) => {
    key = (await portal.license(fields)).key
    expect((await client().activate(key)).status).toBe(status)
    expect((await client().state()).status).toBe(status)
  })

  it('is refused beyond the number of devices, and nothing is stored', async () => {
    key = (await portal.license({ allowedActivations: 1 })).key
    await client({ fingerprint: other, store: memoryStore() }).activate(key)
    await expect(client().activate(key)).rejects.toMatchObject({
      name: 'LatchkeyError',
      code: 'ACTIVATION_LIMIT_REACHED',
      status: 400,
      message: expect.stringContaining('All devices'),
    })
    expect(await client().token()).toBeNull()
  })

  it('with an unknown key says so, and nothing is stored', async () => {
    await expect(client().activate('WRONG-LICENSE-KEY')).rejects.toMatchObject({
      code: 'INVALID_LICENSE_KEY',
      status: 400,
    })
    expect(await client().token()).toBeNull()
  })

  it('without a key asks for one and sends nothing', async () => {
    await expect(client().activate('  ')).rejects.toMatchObject({ code: 'MISSING_LICENSE_KEY' })
    expect(portal.requests).toEqual([])
  })

  it.each([
    ['signed by somebody else', { publicKey: makeKeyPair().publicKey }],
    ['for another computer', { fingerprint: other }],
    ['for another product', { productId: 'another' }],
  ])('with an answer %s keeps the license in hand', async (_title, changes) => {
    await client().activate(key)
    const before = await client().token()
    const stray = (await portal.license()).key
    await portal.computer({ store: memoryStore() }).activate(stray)
    const answer = await fetch(`${portal.url}/v3/activations`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...portal.requests.at(-1)?.body }),
    })
    portal.staged.push({ status: 201, body: await answer.text() })
    await expect(client(changes).activate(key)).rejects.toMatchObject({ code: 'UNTRUSTED_TOKEN' })
    expect(await client().token()).toBe(before)
  })
})

describe('without the server', () => {
  it('the application runs until its grace period ends, and then says why not', async () => {
    const { license: signed } = await client().activate(key)
    const issued = (signed?.issuedAt.getTime() ?? 0) / 1000
    const at = (seconds: number) => client({ fetch: unplugged, now: () => new Date(seconds * 1000) }).state()
    expect((await at(issued + 7 * DAY)).status).toBe('ACTIVE')
    expect(await at(issued + 7 * DAY + 1)).toMatchObject({
      status: 'GRACE_PERIOD_OVER',
      message: expect.stringContaining('synchronize'),
    })
  })

  it('synchronizing and deactivating fail as NETWORK and keep the license', async () => {
    await client().activate(key)
    const before = await client().token()
    const alone = client({ fetch: unplugged })
    await expect(alone.sync()).rejects.toMatchObject({ code: 'NETWORK', status: null })
    await expect(alone.deactivate()).rejects.toMatchObject({ code: 'NETWORK', status: null })
    expect(await alone.token()).toBe(before)
    expect((await alone.state()).status).toBe('ACTIVE')
    expect(await portal.devices(license)).toHaveLength(1)
  })

  it('a server that never answers is given up after the time limit', async () => {
    const never: typeof fetch = (_url, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
      })
    await expect(client({ fetch: never, timeoutMs: 20 }).activate(key)).rejects.toMatchObject({
      code: 'NETWORK',
    })
  })
})

describe('synchronizing', () => {
  it('patches the activation with the same body and carries the license on', async () => {
    const first = await client().activate(key, { metadata: [{ key: 'desk', value: '7' }] })
    portal.advance(6 * DAY)
    const state = await client().sync()
    const elapsed = (state.license?.issuedAt.getTime() ?? 0) - (first.license?.issuedAt.getTime() ?? 0)
    expect(state.status).toBe('ACTIVE')
    expect(elapsed).toBeGreaterThanOrEqual(6 * DAY * 1000)
    const [activation, patch] = portal.requests
    expect(patch).toMatchObject({ method: 'PATCH', path: `/v3/activations/${state.license?.activationId}` })
    expect(patch?.body).toEqual({ ...activation?.body, requestId: patch?.body.requestId })
    // Each request has a name of its own.
    expect(patch?.body.requestId).not.toBe(activation?.body.requestId)
    portal.advance(6 * DAY)
    expect((await client().state()).status).toBe('ACTIVE')
  })

  it('brings a suspension, and its end without activating again', async () => {
    await client().activate(key)
    await suspend(true)
    expect((await client().sync()).status).toBe('SUSPENDED')
    await suspend(false)
    expect((await client().sync()).status).toBe('ACTIVE')
  })

  it('drops the token when the activation was removed on the server', async () => {
    await client().activate(key)
    await removeDevice()
    expect(await client().sync()).toMatchObject({ status: 'NOT_ACTIVATED', reason: 'ACTIVATION_NOT_FOUND' })
    expect(await client().token()).toBeNull()
    expect((await client().state()).status).toBe('NOT_ACTIVATED')
  })

  it('drops the token when the license was revoked', async () => {
    await client().activate(key)
    await revoke()
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
    await client().activate(key)
    const before = await client().token()
    portal.staged.push(answer)
    await expect(client().sync()).rejects.toMatchObject({ code })
    expect(await client().token()).toBe(before)
  })

  it('says how long to wait when the server does', async () => {
    await client().activate(key)
    portal.staged.push({ ...refuse(429, 'RATE_LIMITED'), headers: { 'retry-after': '7' } })
    await expect(client().sync()).rejects.toMatchObject({ status: 429, retryAfterSeconds: 7 })
  })

  it('refuses an old token played back, which would undo a suspension', async () => {
    await client().activate(key)
    const old = await client().token()
    portal.advance(DAY)
    await suspend(true)
    await client().sync()
    portal.staged.push({ status: 200, body: { activationToken: old } })
    await expect(client().sync()).rejects.toMatchObject({ code: 'STALE_TOKEN' })
    expect((await client().state()).status).toBe('SUSPENDED')
  })

  it('refuses the token of another activation', async () => {
    await client().activate(key)
    const before = await client().token()
    portal.staged.push({ status: 200, body: { activationToken: await anotherToken() } })
    await expect(client().sync()).rejects.toMatchObject({ code: 'UNTRUSTED_TOKEN' })
    expect(await client().token()).toBe(before)
  })

  it('sends nothing when there is nothing to synchronize', async () => {
    expect(await client().sync()).toMatchObject({ status: 'NOT_ACTIVATED', reason: 'NO_TOKEN' })
    await store.write('license.jwt', 'damaged')
    expect(await client().sync()).toMatchObject({ status: 'INVALID', reason: 'TOKEN_MALFORMED' })
    expect(portal.requests).toEqual([])
  })
})

describe('deactivating', () => {
  it('frees the place on the server and drops the token', async () => {
    await client().activate(key)
    expect(await client().deactivate()).toMatchObject({ status: 'NOT_ACTIVATED', reason: 'DEACTIVATED' })
    expect(await portal.devices(license)).toEqual([])
    expect(portal.requests.at(-1)).toMatchObject({
      method: 'POST',
      body: { productId: portal.product.id, key, fingerprint: 'ab'.repeat(32) },
    })
    expect(await client().token()).toBeNull()
  })

  it('succeeds when the server has removed the activation already', async () => {
    await client().activate(key)
    await removeDevice()
    expect((await client().deactivate()).status).toBe('NOT_ACTIVATED')
    expect(await client().token()).toBeNull()
  })

  it('keeps the token when the server refuses', async () => {
    key = (await portal.license({ allowedDeactivations: 0 })).key
    await client().activate(key)
    await expect(client().deactivate()).rejects.toMatchObject({
      code: 'DEACTIVATION_LIMIT_REACHED',
      status: 409,
    })
    expect((await client().state()).status).toBe('ACTIVE')
  })

  it("with the copied license of another computer does not free that computer's place", async () => {
    await client().activate(key)
    await expect(client({ fingerprint: other }).deactivate()).rejects.toMatchObject({
      code: 'UNTRUSTED_TOKEN',
    })
    expect(await portal.devices(license)).toHaveLength(1)
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
    await client().activate(key)
    const latchkey = client({ fetch: watched })
    await Promise.all([latchkey.sync(), latchkey.deactivate()])
    expect(order).toEqual(['PATCH sent', 'PATCH answered', 'POST sent', 'POST answered'])
    expect(await latchkey.token()).toBeNull()
  })
})

describe('what another process of the application stores meanwhile', () => {
  const meanwhile =
    (change: () => Promise<void>): typeof fetch =>
    async (url, init) => {
      const response = await fetch(url, init)
      await change()
      return response
    }

  it('is not overwritten by a synchronization', async () => {
    await client().activate(key)
    const token = await anotherToken()
    await client({ fetch: meanwhile(() => store.write('license.jwt', token)) }).sync()
    expect(await client().token()).toBe(token)
  })

  it('is not dropped with an activation that is gone', async () => {
    await client().activate(key)
    const token = await anotherToken()
    await removeDevice()
    const state = await client({ fetch: meanwhile(() => store.write('license.jwt', token)) }).sync()
    expect(state.status).toBe('ACTIVE')
    expect(await client().token()).toBe(token)
  })

  it('is not dropped by deactivating the earlier activation', async () => {
    await client().activate(key)
    const token = await anotherToken()
    const state = await client({ fetch: meanwhile(() => store.write('license.jwt', token)) }).deactivate()
    expect(state.status).toBe('ACTIVE')
    expect(await client().token()).toBe(token)
  })

  it('a deactivation among it is not undone by a synchronization', async () => {
    await client().activate(key)
    const removed = meanwhile(() => store.remove('license.jwt'))
    expect((await client({ fetch: removed }).sync()).status).toBe('NOT_ACTIVATED')
    expect(await client().token()).toBeNull()
  })
})

describe('the clock', () => {
  let now: number
  const wound = () => client({ now: () => new Date(now * 1000) })
  beforeEach(() => {
    now = portal.now()
  })

  it('turned back after the license has expired does not revive it', async () => {
    const expiresAt = new Date((now + 30 * DAY) * 1000).toISOString()
    key = (await portal.license({ expiresAt, serverSyncGracePeriod: -1 })).key
    await wound().activate(key)
    now += 31 * DAY
    expect((await wound().state()).status).toBe('EXPIRED')
    now -= 2 * DAY
    expect(await wound().state()).toMatchObject({ status: 'CLOCK_TAMPERED', reason: 'CLOCK_TURNED_BACK' })
  })

  it('once far ahead by mistake is forgiven by the next synchronization', async () => {
    await wound().activate(key)
    now += 9000 * DAY
    expect((await wound().state()).status).toBe('GRACE_PERIOD_OVER')
    portal.advance(DAY)
    now = portal.now()
    expect((await wound().state()).status).toBe('CLOCK_TAMPERED')
    expect((await wound().sync()).status).toBe('ACTIVE')
    expect((await wound().state()).status).toBe('ACTIVE')
  })

  it('keeps its memory when the very same token is played back', async () => {
    await wound().activate(key)
    const token = await client().token()
    now += 8 * DAY
    await wound().state()
    now -= 8 * DAY
    portal.staged.push({ status: 200, body: { activationToken: token } })
    expect((await wound().sync()).status).toBe('CLOCK_TAMPERED')
  })

  it('that cannot be read stops the application instead of passing every deadline', async () => {
    await client().activate(key)
    await expect(client({ now: () => new Date(Number.NaN) }).state()).rejects.toMatchObject({
      code: 'CONFIGURATION',
    })
  })
})

describe('a copied license', () => {
  it('does not run on another computer', async () => {
    await client().activate(key)
    const state = await client({ fingerprint: other }).state()
    expect(state).toMatchObject({ status: 'INVALID', reason: 'FINGERPRINT_MISMATCH', license: null })
  })
})

describe('the options are refused', () => {
  it.each([
    ['with a private key', { publicKey: makeKeyPair().privateKey }, 'publicKey'],
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
