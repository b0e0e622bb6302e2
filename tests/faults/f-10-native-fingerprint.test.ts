import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isJsonObject, objectsOf, textOf } from '#sdk/json.ts'
import { memoryStore } from '#sdk/store.ts'
import { DAY, type Portal, startPortal } from '#tests/helpers/portal.ts'

let portal: Portal
beforeAll(async () => {
  portal = await startPortal()
})
afterAll(() => portal.close())

const hash = (text: string) => createHash('sha256').update(text).digest('hex')
const encode = (members: object) => Buffer.from(JSON.stringify(members)).toString('base64')

/** A computer as the native client tells of it; `changes` are parts that are others now. */
const computer = (name: string, changes: Record<string, string> = {}) =>
  encode({
    base: hash(`${name} base`).slice(0, 24),
    lc: hash(`${name} lc`).slice(0, 24),
    wc: hash(`${name} wc`).slice(0, 24),
    ltc: hash(`${name} ltc`).slice(0, 24),
    pn: hash(`${name} pn`).slice(0, 24),
    ps: hash(`${name} ps`).slice(0, 24),
    bv: hash(`${name} bv`).slice(0, 24),
    puuid: hash(`${name} puuid`).slice(0, 32),
    ...changes,
  })
const NEW_DISK = { ltc: 'a new disk' }
const MANY_NEW = { lc: 'n1', wc: 'n2', ltc: 'n3', pn: 'n4', ps: 'n5' }

type License = { id: string; key: string }
const make = (strategy: string, fields: object = {}) =>
  portal.license({ fingerprintMatchingStrategy: strategy, allowedActivations: 1, ...fields })

const body = ({ key }: { key: string }, fingerprint: string, fields: object = {}) => ({
  accountId: '',
  os: 'linux',
  osVersion: 'Debian GNU/Linux 12 (bookworm)',
  key,
  floating: false,
  fingerprint,
  userHash: 'AB'.repeat(32),
  productId: portal.product.id,
  vmName: '',
  container: false,
  appVersion: '',
  hostname: 'vm',
  clientVersion: '3.34.2',
  metadata: [],
  meterAttributes: [],
  ...fields,
})
const activate = (license: License, fingerprint: string, fields: object = {}) =>
  portal.call('/v3/activations', { body: body(license, fingerprint, fields) })
const sync = (license: License, id: unknown, fingerprint: string) =>
  portal.call(`/v3/activations/${id}`, { method: 'PATCH', body: body(license, fingerprint) })
const claims = (answer: { body: unknown }) =>
  decodeJwt(textOf(isJsonObject(answer.body) ? answer.body : {}, 'activationToken'))
const shared = async (license: License) => {
  const { body: events } = await portal.call('/v3/event-logs?event=activation.shared&limit=100', {
    token: portal.token,
  })
  const devices = (await portal.devices(license)).map(({ id }) => id)
  return objectsOf({ events }, 'events').filter(({ resourceId }) => devices.includes(resourceId))
}

describe("F-10: the native client's own fingerprint", () => {
  test('F-10: activates, and the token names it as it was sent', async () => {
    const license = await make('fuzzy')
    const fingerprint = computer('desk')
    expect(fingerprint.length).toBeGreaterThanOrEqual(268)
    const answer = await activate(license, fingerprint)
    expect(answer.status).toBe(201)
    expect(claims(answer)).toMatchObject({ fp: fingerprint, fms: 'fuzzy', ta: 1 })
    const again = await activate(license, fingerprint)
    expect(claims(again)).toMatchObject({ aid: claims(answer).aid, fp: fingerprint })
    expect(await portal.devices(license)).toHaveLength(1)
  })

  test.each([
    ['text', (length: number) => hash('x').repeat(64).slice(0, length)],
    // No compression makes an index row of it.
    [
      'random text',
      (length: number) =>
        Array.from({ length: 64 }, (_, i) => hash(`${i}`))
          .join('')
          .slice(0, length),
    ],
    ['text of more than one byte a letter', (length: number) => 'é'.repeat(length)],
  ])('F-10: may be %s of 4,096 characters and no more, and is one device', async (_title, make4096) => {
    const license = await make('exact')
    const answer = await activate(license, make4096(4_096))
    expect(answer.status).toBe(201)
    expect(claims(await activate(license, make4096(4_096))).aid).toBe(claims(answer).aid)
    const beyond = await activate(await make('exact'), `${make4096(4_096)}x`)
    expect(beyond).toMatchObject({ status: 400, code: 'INVALID_INPUT' })
    expect(await portal.devices(license)).toHaveLength(1)
  })

  test('F-10: two that differ in their last character are two devices', async () => {
    const license = await make('exact', { allowedActivations: 2 })
    for (const end of ['a', 'b']) await activate(license, hash('x').repeat(50) + end)
    expect(await portal.devices(license)).toHaveLength(2)
  })
})

describe('F-10: a computer that was changed or installed anew', () => {
  test.each([
    ['exact', NEW_DISK, false],
    ['fuzzy', NEW_DISK, true],
    ['fuzzy', MANY_NEW, false],
    ['loose', MANY_NEW, true],
    ['loose', { base: 'x', bv: 'x', puuid: 'x' }, false],
    [
      'fuzzy',
      { base: '', bv: 'To be filled by O.E.M.', puuid: 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF' },
      true,
    ],
  ])('F-10: under the strategy "%s" with %j: known again is %s', async (strategy, changes, isKnown) => {
    const license = await make(strategy)
    const first = await activate(license, computer('desk'))
    const changed = computer('desk', changes)
    const second = await activate(license, changed)
    const devices = await portal.devices(license)
    expect(devices).toHaveLength(1)
    expect(devices[0]?.id).toBe(claims(first).aid)
    if (isKnown) {
      expect(second.status).toBe(201)
      expect(claims(second)).toMatchObject({ aid: claims(first).aid, fp: changed, ta: 1 })
    } else {
      expect(second).toMatchObject({ status: 400, code: 'ACTIVATION_LIMIT_REACHED' })
    }
  })

  test('F-10: is the same device at every door', async () => {
    const license = await make('fuzzy', { meterAttributes: [{ name: 'exports', allowedUses: 9 }] })
    const first = await activate(license, computer('desk'))
    const id = claims(first).aid
    const changed = computer('desk', NEW_DISK)
    const validate = (fingerprint: string) =>
      portal.call('/v3/licenses/validate', {
        body: { key: license.key, productId: portal.product.id, fingerprint },
      })
    expect((await validate(changed)).body).toMatchObject({ valid: true, code: 'VALID' })
    expect((await validate(computer('stranger'))).body).toMatchObject({ code: 'FINGERPRINT_MISMATCH' })

    const synced = await sync(license, id, changed)
    expect(synced.status).toBe(200)
    expect(claims(synced)).toMatchObject({ aid: id, fp: changed })
    const count = await portal.call('/v3/activations/meter-attributes/exports', {
      body: { activationId: id, increment: 1, key: license.key, fingerprint: computer('desk') },
    })
    expect(count.status).toBe(200)
    const gone = await portal.call(`/v3/activations/${id}/deactivate`, {
      body: { key: license.key, fingerprint: computer('desk', { wc: 'another' }) },
    })
    expect(gone.status).toBe(204)
    expect(await portal.devices(license)).toEqual([])
  })

  test('F-10: a stranger is refused at every door, and nothing is written', async () => {
    const license = await make('fuzzy')
    const id = claims(await activate(license, computer('desk'))).aid
    const before = await portal.devices(license)
    const stranger = computer('stranger')
    expect(await sync(license, id, stranger)).toMatchObject({
      status: 400,
      code: 'INVALID_ACTIVATION_FINGERPRINT',
    })
    const proof = { key: license.key, fingerprint: stranger }
    expect((await portal.call(`/v3/activations/${id}/deactivate`, { body: proof })).status).toBe(404)
    expect((await activate(license, stranger)).code).toBe('ACTIVATION_LIMIT_REACHED')
    expect(await portal.devices(license)).toEqual(before)
  })

  test("F-10: never takes over another device's row, however alike both are", async () => {
    const license = await make('loose', { allowedActivations: 2 })
    // The twin came before the board that both have now.
    const [one, two] = [computer('one'), computer('two')]
    const first = claims(await activate(license, one)).aid
    await activate(license, two)
    const merged = computer('two', { base: hash('one base').slice(0, 24) })
    const taken = await activate(license, merged)
    expect(claims(taken).aid).not.toBe(first)
    const before = await portal.devices(license)
    expect(await sync(license, first, merged)).toMatchObject({ code: 'INVALID_ACTIVATION_FINGERPRINT' })
    expect(await portal.devices(license)).toEqual(before)
  })

  test('F-10: is known without a connection, and by its machine file only as it was', async () => {
    const license = await make('fuzzy')
    const store = memoryStore()
    const online = { store, accountKey: await portal.accountKeys() }
    const first = await portal.computer({ ...online, fingerprint: computer('desk') }).activate(license.key)
    const file = await portal.vendor(`/v3/activations/${first.license?.activationId}/files`, {})
    const changed = portal.computer({ ...online, fingerprint: computer('desk', NEW_DISK) })
    const text = textOf(file, 'certificate')
    expect((await changed.machineFile(text, license.key)).status).toBe('INVALID')
    const offlineRequest = await changed.offlineRequest(license.key)
    const request = { licenseId: license.id, offlineRequest, responseValidity: DAY }
    const response = await portal.vendor('/v3/activations/offline-activate', request)
    const state = await changed.acceptOfflineResponse(textOf(response, 'offlineResponse'))
    expect(state).toMatchObject({
      status: 'ACTIVE',
      license: { activationId: first.license?.activationId, activations: { used: 1, allowed: 1 } },
    })
    await portal.vendor('/v3/activations/offline-deactivate', {
      licenseId: license.id,
      offlineRequest: await changed.offlineDeactivation(),
    })
    expect(await portal.devices(license)).toEqual([])
  })
})

describe('F-10: what names no computer', () => {
  const nameless = (word: string) => encode({ base: word, lc: '', pn: 'Default string', puuid: word })

  test('F-10: makes no two strangers one, under any strategy', async () => {
    for (const strategy of ['exact', 'fuzzy', 'loose']) {
      const license = await make(strategy, { allowedActivations: 3 })
      for (const word of ['None', 'Not Specified', '00000000-0000-0000-0000-000000000000']) {
        expect((await activate(license, nameless(word))).status).toBe(201)
      }
      expect(await portal.devices(license)).toHaveLength(3)
    }
  })
})

describe('F-10: exactness', () => {
  test('F-10: any number of parallel calls of changing computers end with exactly the allowed number', async () => {
    const license = await make('fuzzy', { allowedActivations: 2 })
    const calls = Array.from({ length: 36 }, (_, index) =>
      activate(license, computer(`desk ${index % 3}`, { ltc: `disk ${index % 4}` })),
    )
    const answers = await Promise.all(calls)
    expect(await portal.devices(license)).toHaveLength(2)
    const ids = new Set(answers.filter(({ status }) => status === 201).map((answer) => claims(answer).aid))
    expect(ids.size).toBe(2)
    for (const answer of answers) {
      if (answer.status !== 201) expect(answer.code).toBe('ACTIVATION_LIMIT_REACHED')
    }
  })

  test('F-10: whatever changes in whatever order, a token names the fingerprint sent and no place is taken twice', async () => {
    const step = fc.record({
      who: fc.constantFrom('north', 'south', 'east'),
      part: fc.constantFrom('ltc', 'wc', 'ps'),
      value: fc.constantFrom('', 'None', 'one', 'two'),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const license = await make('fuzzy', { allowedActivations: 0 })
        const ids = new Map<string, unknown>()
        for (const { who, part, value } of steps) {
          const fingerprint = computer(who, { [part]: value })
          const { aid, fp, ta } = claims(await activate(license, fingerprint))
          expect(fp).toBe(fingerprint)
          expect(ids.get(who) ?? aid).toBe(aid)
          ids.set(who, aid)
          expect(ta).toBe(ids.size)
        }
        expect(new Set(ids.values()).size).toBe(ids.size)
      }),
      { numRuns: 20 },
    )
  })
})

describe('F-10: two computers on one place', () => {
  const twin = (disk: string) => computer('desk', { ltc: disk, ps: disk })

  test('F-10: that are seen in turns are reported, once a day', async () => {
    const license = await make('fuzzy')
    await activate(license, twin('first'))
    const id = claims(await activate(license, twin('second'))).aid
    expect(await shared(license)).toEqual([])
    await sync(license, id, twin('first'))
    expect(await shared(license)).toHaveLength(1)
    await sync(license, id, twin('second'))
    await activate(license, twin('first'))
    expect(await shared(license)).toHaveLength(1)
    expect(await portal.devices(license)).toHaveLength(1)
  })

  test('F-10: a part that comes and goes, and one that is replaced for good, are no second computer', async () => {
    const license = await make('fuzzy')
    const docked = computer('desk', { lc: 'dock' })
    const alone = computer('desk', { lc: '' })
    for (const fingerprint of [docked, alone, docked, alone, computer('desk', { lc: '', ltc: 'new' })]) {
      await activate(license, fingerprint)
    }
    expect(await shared(license)).toEqual([])
  })
})

describe('F-10: a trial', () => {
  test('F-10: is not had twice by a computer that was installed anew, not even in parallel', async () => {
    const policy = await portal.vendor('/v3/trial-policies', {
      name: crypto.randomUUID(),
      trialLength: DAY,
      fingerprintMatchingStrategy: 'fuzzy',
    })
    const product = await portal.makeProduct('Tried', { trialPolicyId: policy.id })
    const begin = (fingerprint: string) =>
      portal.call('/v3/trial-activations', {
        body: { ...body({ key: '' }, fingerprint), productId: product.id },
      })
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) => begin(computer('desk', { ltc: `disk ${index}` }))),
    )
    expect(new Set(answers.map((answer) => claims(answer).aid)).size).toBe(1)
    const last = computer('desk', { wc: 'x' })
    expect(claims(await begin(last))).toMatchObject({ aid: claims(answers[0] ?? { body: {} }).aid, fp: last })
    expect(claims(await begin(computer('stranger'))).aid).not.toBe(claims(answers[0] ?? { body: {} }).aid)
    const { body: trials } = await portal.call(`/v3/trial-activations?productId=${product.id}`, {
      token: portal.token,
    })
    expect(trials).toHaveLength(2)
  })
})
