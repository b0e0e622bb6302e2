import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { LatchkeyOptions } from '#sdk/context.ts'
import { textOf } from '#sdk/json.ts'
import { memoryStore } from '#sdk/store.ts'
import { splitEntry } from '#sdk/stored-token.ts'
import { DAY, type Portal, startPortal } from '#tests/helpers/portal.ts'

let portal: Portal
beforeAll(async () => {
  portal = await startPortal()
  for (const [name, displayName] of FEATURES) await portal.feature(name, displayName)
})
afterAll(() => portal.close())

const FEATURES = [
  ['pro', 'Professional'],
  ['cloud', 'Cloud storage'],
  ['beta', 'Beta'],
] as const
const inDays = (days: number) => new Date((portal.now() + days * DAY) * 1000)
const PRO = { name: 'pro', displayName: 'Professional', value: 'yes', expiresAt: null }

/** A license whose set allows `pro` and `cloud`, and which itself allows more cloud, and a beta for ten days. */
async function entitledLicense() {
  const set = await portal.vendor('/v3/entitlement-sets', {
    name: `set-${crypto.randomUUID()}`,
    features: [
      { name: 'pro', value: 'yes' },
      { name: 'cloud', value: '10 GB' },
    ],
  })
  const betaEnds = inDays(10)
  betaEnds.setMilliseconds(0)
  const own = [
    { name: 'cloud', value: '50 GB' },
    { name: 'beta', value: 'on', expiresAt: betaEnds.toISOString() },
  ]
  const license = await portal.license({ entitlementSetId: set.id, entitlements: own })
  return {
    ...license,
    allowed: [
      { name: 'beta', displayName: 'Beta', value: 'on', expiresAt: betaEnds },
      { name: 'cloud', displayName: 'Cloud storage', value: '50 GB', expiresAt: null },
      PRO,
    ],
  }
}

const computer = (options: Partial<LatchkeyOptions> = {}) =>
  portal.computer({ store: memoryStore(), ...options })

/** Somebody brings the request to the portal. */
async function respond(licenseId: string, offlineRequest: string) {
  const body = { licenseId, offlineRequest, responseValidity: 30 * DAY }
  return portal.vendor('/v3/activations/offline-activate', body)
}

describe('F-25: what the license allows is what the application is told', () => {
  test('F-25: online, at once', async () => {
    const { key, allowed } = await entitledLicense()
    const desk = computer()
    const state = await desk.activate(key)
    expect(state.license?.entitlements).toEqual(allowed)
    expect(state.license?.hasEntitlement('pro')).toBe(true)
    expect(await desk.hasEntitlement('pro')).toBe(true)
    expect(state.license?.entitlement('cloud')?.value).toBe('50 GB')
  })

  test('F-25: at the next start without a network, until each one ends', async () => {
    const { key, allowed } = await entitledLicense()
    const store = memoryStore()
    await computer({ store }).activate(key)
    const later = (days: number) => computer({ store, url: 'http://127.0.0.1:9', now: () => inDays(days) })
    expect((await later(1).state()).license?.entitlements).toEqual(allowed)
    expect(await later(6).hasEntitlement('beta')).toBe(true)
    const { license } = await later(11).state()
    expect(license?.entitlements.map(({ name }) => name)).toEqual(['cloud', 'pro'])
    expect(license?.hasEntitlement('beta')).toBe(false)
  })

  test('F-25: a change reaches it with the next sync, in both directions', async () => {
    const license = await portal.license()
    const desk = computer()
    expect((await desk.activate(license.key)).license?.entitlements).toEqual([])
    await portal.change(license, { entitlements: [{ name: 'pro', value: 'yes' }] })
    expect((await desk.sync()).license?.entitlements).toEqual([PRO])
    await portal.change(license, { entitlements: [] })
    expect((await desk.sync()).license?.hasEntitlement('pro')).toBe(false)
    expect(await desk.hasEntitlement('pro')).toBe(false)
  })

  test('F-25: by a response that was brought from another computer, long or short', async () => {
    const { id, key, allowed } = await entitledLicense()
    const desk = computer({ url: 'http://127.0.0.1:9' })
    const long = await respond(id, await desk.offlineRequest(key))
    const state = await desk.acceptOfflineResponse(textOf(long, 'offlineResponse'))
    expect(state.license?.entitlements).toEqual(allowed)
    const short = await respond(id, await desk.offlineRequest(key))
    const again = await desk.acceptOfflineResponse(textOf(short, 'shortResponse'))
    expect(again.license?.hasEntitlement('pro')).toBe(true)
    expect(again.license?.entitlement('cloud')).toMatchObject({ value: '50 GB' })
  })

  test('F-25: by a license file and by a machine file, in the very same shape', async () => {
    const { id, key, allowed } = await entitledLicense()
    const desk = computer({ accountKey: await portal.accountKeys() })
    const { license } = await desk.activate(key)
    const whole = await portal.vendor(`/v3/licenses/${id}/files`, {})
    const file = await desk.licenseFile(textOf(whole, 'certificate'), key)
    expect(file).toMatchObject({ status: 'ACTIVE' })
    expect(file.content?.entitlements).toEqual(allowed)
    expect(file.content?.hasEntitlement('pro')).toBe(true)
    const own = await portal.vendor(`/v3/activations/${license?.activationId}/files`, {})
    const machine = await desk.machineFile(textOf(own, 'certificate'), key)
    expect(machine.content?.entitlements).toEqual(allowed)
    const later = computer({ accountKey: await portal.accountKeys(), now: () => inDays(11) })
    const aged = await later.licenseFile(textOf(whole, 'certificate'), key)
    expect(aged.content?.hasEntitlement('beta')).toBe(false)
  })

  test('F-25: a license that may not run allows nothing', async () => {
    const { id, key } = await entitledLicense()
    const desk = computer()
    await desk.activate(key)
    await portal.change({ id }, { suspended: true })
    expect((await desk.sync()).status).toBe('SUSPENDED')
    expect(await desk.hasEntitlement('pro')).toBe(false)
  })
})

describe('F-25: a trial', () => {
  const tried = async () => {
    const policy = await portal.vendor('/v3/trial-policies', {
      name: crypto.randomUUID(),
      trialLength: 14 * DAY,
    })
    const product = await portal.makeProduct(`Tried ${crypto.randomUUID()}`, { trialPolicyId: policy.id })
    return { productId: product.id, publicKey: product.publicKey }
  }

  test("F-25: the server's own trial token is taken, told apart from a license, and ends", async () => {
    const store = memoryStore()
    const of = { ...(await tried()), store }
    const state = await computer(of).startTrial({ metadata: [{ key: 'desk', value: '7' }] })
    expect(state).toMatchObject({
      status: 'TRIAL',
      reason: 'TRIAL_RUNS',
      license: {
        type: 'trial',
        id: '',
        key: '',
        entitlements: [],
        metadata: { activation: [{ key: 'desk' }] },
      },
    })
    expect(await computer({ ...of, url: 'http://127.0.0.1:9' }).state()).toEqual(state)
    expect(await computer(of).hasEntitlement('pro')).toBe(false)
    expect((await computer(of).sync()).status).toBe('TRIAL')
    expect(await computer({ ...of, now: () => inDays(15) }).state()).toMatchObject({
      status: 'EXPIRED',
      reason: 'TRIAL_OVER',
    })
  })

  test('F-25: without a connection, by request and response', async () => {
    const of = await tried()
    const desk = computer({ ...of, url: 'http://127.0.0.1:9' })
    const offlineRequest = await desk.offlineTrialRequest()
    const body = { productId: of.productId, offlineRequest, responseValidity: 7 * DAY }
    const answer = await portal.vendor('/v3/trial-activations/offline-activate', body)
    const text = textOf(answer, 'offlineResponse')
    expect((await desk.acceptOfflineResponse(text)).status).toBe('TRIAL')
    await expect(desk.acceptOfflineResponse(text)).rejects.toMatchObject({
      code: 'OFFLINE_RESPONSE_UNEXPECTED',
    })
  })

  test('F-25: a trial takes no place, counts nothing, and gives way to a license; never the other way round', async () => {
    const policy = await portal.vendor('/v3/trial-policies', {
      name: crypto.randomUUID(),
      trialLength: 14 * DAY,
    })
    await portal.vendor(`/v3/products/${portal.product.id}`, { trialPolicyId: policy.id }, 'PATCH')
    const store = memoryStore()
    const desk = computer({ store })
    await desk.startTrial()
    await expect(desk.deactivate()).rejects.toMatchObject({ code: 'NOT_ACTIVATED' })
    await expect(desk.offlineDeactivation()).rejects.toMatchObject({ code: 'NOT_ACTIVATED' })
    expect((await desk.state()).status).toBe('TRIAL')
    const trialToken = (await desk.token()) ?? ''
    const { key } = await portal.license()
    portal.staged.push({ status: 201, body: { activationToken: trialToken } })
    await expect(desk.activate(key)).rejects.toMatchObject({ code: 'UNTRUSTED_TOKEN' })
    expect((await desk.activate(key)).status).toBe('ACTIVE')
    portal.requests.length = 0
    expect((await desk.startTrial()).status).toBe('ACTIVE')
    expect(portal.requests).toEqual([])
  })
})

describe('F-25: a name that is wrong does not pass for "not allowed"', () => {
  test('F-25: one that the application has not declared is an error, on every way of asking', async () => {
    const { id, key } = await entitledLicense()
    const desk = computer({ features: ['pro', 'cloud'], accountKey: await portal.accountKeys() })
    const { license } = await desk.activate(key)
    const error = expect.objectContaining({
      code: 'CONFIGURATION',
      message: expect.stringContaining('"prro"'),
    })
    expect(() => license?.hasEntitlement('prro')).toThrow(error)
    expect(() => license?.entitlement('prro')).toThrow(error)
    await expect(desk.hasEntitlement('prro')).rejects.toEqual(error)
    const { content } = await desk.licenseFile(
      textOf(await portal.vendor(`/v3/licenses/${id}/files`, {}), 'certificate'),
      key,
    )
    expect(() => content?.hasEntitlement('prro')).toThrow(error)
    expect(license?.hasEntitlement('cloud')).toBe(true)
  })

  test('F-25: without a declaration another name is undefined, and what is no name is an error', async () => {
    const { key } = await entitledLicense()
    const { license } = await computer().activate(key)
    expect(license?.entitlement('Professional')).toBeUndefined()
    for (const name of ['', undefined, null, 1, { featureName: 'pro' }]) {
      expect(() => license?.hasEntitlement(name as string)).toThrow(
        expect.objectContaining({ code: 'CONFIGURATION' }),
      )
    }
  })
})

describe('F-25: the list of features belongs to its license', () => {
  test('F-25: an old list beside a newer token brings nothing back', async () => {
    const license = await portal.license({ entitlements: [{ name: 'pro', value: 'yes' }] })
    const store = memoryStore()
    const desk = computer({ store })
    await desk.activate(license.key)
    const before = splitEntry((await store.read('license.jwt')) ?? '')
    await portal.change(license, { entitlements: [{ name: 'cloud', value: '1 GB' }] })
    portal.advance(2)
    await desk.sync()
    const after = splitEntry((await store.read('license.jwt')) ?? '')
    await store.write('license.jwt', `${after.token}\n${before.second}`)
    expect(await desk.state()).toMatchObject({ status: 'ACTIVE', license: { entitlements: [] } })
    await store.write('license.jwt', `${before.token}\n${before.second}`)
    expect(await desk.hasEntitlement('pro')).toBe(true)
  })

  test('F-25: an answer whose list is of another license is refused, and changes nothing', async () => {
    const mine = await portal.license({ entitlements: [{ name: 'cloud', value: '1 GB' }] })
    const other = await portal.license({ entitlements: [{ name: 'pro', value: 'yes' }] })
    const [store, theirs] = [memoryStore(), memoryStore()]
    await computer({ store }).activate(mine.key)
    await computer({ store: theirs }).activate(other.key)
    const { token } = splitEntry((await store.read('license.jwt')) ?? '')
    const { second } = splitEntry((await theirs.read('license.jwt')) ?? '')
    const kept = await store.read('license.jwt')
    portal.staged.push({ status: 200, body: { activationToken: token, featureEntitlementsToken: second } })
    await expect(computer({ store }).sync()).rejects.toMatchObject({ code: 'UNTRUSTED_TOKEN' })
    expect(await store.read('license.jwt')).toBe(kept)
  })

  test('F-25: whatever the vendor allows, the application is told exactly that, online and by response', async () => {
    const license = await portal.license()
    const store = memoryStore()
    const desk = computer({ store })
    await desk.activate(license.key)
    const names = FEATURES.map(([name]) => name)
    const wanted = fc.uniqueArray(
      fc.record({ name: fc.constantFrom(...names), value: fc.string({ maxLength: 40 }) }),
      { selector: ({ name }) => name },
    )
    await fc.assert(
      fc.asyncProperty(wanted, async (entitlements) => {
        await portal.change(license, { entitlements })
        const answer = await respond(license.id, await desk.offlineRequest(license.key))
        const states = [
          await desk.sync(),
          await desk.acceptOfflineResponse(textOf(answer, 'offlineResponse')),
        ]
        for (const { license: told } of states) {
          expect(told?.entitlements.map(({ name }) => name).toSorted()).toEqual(
            entitlements.map(({ name }) => name).toSorted(),
          )
          for (const name of names) {
            const allowed = entitlements.find((entry) => entry.name === name)
            expect(told?.hasEntitlement(name)).toBe(allowed !== undefined)
            expect(told?.entitlement(name)?.value).toBe(allowed?.value)
          }
        }
      }),
      { numRuns: 25 },
    )
  })
})

describe('F-25: tests take what the product makes', () => {
  const files = ['sdk', 'examples'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.test.ts'))
      .map((name) => join(folder, name)),
  )

  test('F-25: no test of the SDK or the example writes claims of its own', () => {
    // Forgeries change what the server signed; they never start from nothing.
    const writing = files.filter((file) =>
      /\b(lid|ssgpeat|ent|featureName)\s*:/.test(readFileSync(file, 'utf8')),
    )
    expect(writing).toEqual([])
  })

  test('F-25: the trial token of the running server names no license', async () => {
    const policy = await portal.vendor('/v3/trial-policies', { name: crypto.randomUUID(), trialLength: DAY })
    const product = await portal.makeProduct('Named', { trialPolicyId: policy.id })
    const desk = computer({ productId: product.id, publicKey: product.publicKey })
    await desk.startTrial()
    expect(decodeJwt((await desk.token()) ?? '')).toMatchObject({ lid: '', key: '', trial: true })
  })
})
