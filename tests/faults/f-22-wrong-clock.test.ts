import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readSeenTime } from '#sdk/clock-guard.ts'
import type { LatchkeyOptions } from '#sdk/context.ts'
import { textOf } from '#sdk/json.ts'
import { memoryStore } from '#sdk/store.ts'
import { DAY, type Portal, startPortal } from '#tests/helpers/portal.ts'

let portal: Portal
let store: ReturnType<typeof memoryStore>
let license: { id: string; key: string }
let accountKey: NonNullable<LatchkeyOptions['accountKey']>
/** The computer's clock; the server's is always right. */
let clock: number

beforeAll(async () => {
  portal = await startPortal()
  accountKey = await portal.accountKeys()
})
afterAll(() => portal.close())
beforeEach(async () => {
  portal.setTime(Math.floor(Date.now() / 1000))
  portal.staged.length = 0
  await renew()
})

async function renew() {
  store = memoryStore()
  license = await portal.license({ allowedActivations: 0, expiresAt: null, serverSyncGracePeriod: -1 })
  clock = portal.now()
}

const desk = () => portal.computer({ store, accountKey, now: () => new Date(clock * 1000) })
const latest = async () => (await readSeenTime(store)).latest

/** Somebody brings the request to the portal; the response is signed at the server's time. */
async function respond(offlineRequest: string, responseValidity = 7 * DAY): Promise<string> {
  const body = { licenseId: license.id, offlineRequest, responseValidity }
  return textOf(await portal.vendor('/v3/activations/offline-activate', body), 'offlineResponse')
}
const takeResponse = async () =>
  desk().acceptOfflineResponse(await respond(await desk().offlineRequest(license.key)))
const licenseFile = async () =>
  textOf(await portal.vendor(`/v3/licenses/${license.id}/files`, { ttl: 300 * DAY }), 'certificate')

describe('F-22: a computer without a connection whose clock was wrong once', () => {
  test('F-22: by twenty days is let in again by a fresh response to its request, at once', async () => {
    await takeResponse()
    clock += 20 * DAY
    await desk().state()
    clock = portal.now() + 60
    expect(await desk().state()).toMatchObject({ status: 'CLOCK_TAMPERED', reason: 'CLOCK_TURNED_BACK' })

    const before = portal.now()
    const state = await takeResponse()
    expect(state).toMatchObject({ status: 'ACTIVE', warning: null })
    expect(await latest()).toBeGreaterThanOrEqual(before)
    expect(await latest()).toBeLessThanOrEqual(clock)
    clock += 3 * DAY
    expect((await desk().state()).status).toBe('ACTIVE')
  })

  test('F-22: neither an old response, nor a file, nor a list of revoked licenses turns its memory back', async () => {
    const request = await desk().offlineRequest(license.key)
    const kept = await respond(request)
    await desk().acceptOfflineResponse(kept)
    const file = await licenseFile()
    await desk().updateRevocations()
    const list = (await store.read('revocations.json')) ?? ''
    clock += 20 * DAY
    await desk().state()
    const seen = await latest()
    clock -= 20 * DAY
    await expect(desk().acceptOfflineResponse(kept)).rejects.toMatchObject({
      code: 'OFFLINE_RESPONSE_UNEXPECTED',
    })
    await desk().offlineRequest(license.key)
    await expect(desk().acceptOfflineResponse(kept)).rejects.toMatchObject({
      code: 'OFFLINE_RESPONSE_UNEXPECTED',
    })
    expect((await desk().licenseFile(file, license.key)).status).toBe('CLOCK_TAMPERED')
    await desk().updateRevocations(list)
    expect(await latest()).toBe(seen)
    expect((await desk().state()).status).toBe('CLOCK_TAMPERED')
  })

  test('F-22: a response that came too late by a right clock is refused all the same, and changes nothing', async () => {
    const response = await respond(await desk().offlineRequest(license.key), DAY)
    clock += 2 * DAY
    await expect(desk().acceptOfflineResponse(response)).rejects.toMatchObject({
      code: 'OFFLINE_RESPONSE_EXPIRED',
    })
    expect(await desk().token()).toBeNull()
    expect(await latest()).toBe(0)
  })

  test('F-22: a response to another computer of the same license does not count here', async () => {
    const theirs = portal.computer({ store: memoryStore(), fingerprint: 'cd'.repeat(32) })
    const response = await respond(await theirs.offlineRequest(license.key))
    await desk().offlineRequest(license.key)
    await expect(desk().acceptOfflineResponse(response)).rejects.toMatchObject({ code: 'UNTRUSTED_TOKEN' })
  })
})

describe('F-22: a computer with a connection', () => {
  test.each(['activate', 'sync'] as const)(
    'F-22: is let in again by the answer to its own request: %s',
    async (verb) => {
      await desk().activate(license.key)
      clock += 20 * DAY
      await desk().state()
      clock = portal.now() + 5
      expect((await desk().state()).status).toBe('CLOCK_TAMPERED')
      expect((await desk()[verb](license.key)).status).toBe('ACTIVE')
    },
  )

  test('F-22: is not turned back by a token that was kept, though it is newer than the one in hand', async () => {
    await desk().activate(license.key)
    // Another copy of the installation collects tokens.
    const copy = memoryStore()
    await copy.write('license.jwt', (await store.read('license.jwt')) ?? '')
    portal.advance(DAY)
    const collected = portal.computer({ store: copy })
    await collected.sync()
    const kept = await collected.token()
    clock = portal.now() + 20 * DAY
    await desk().state()
    const seen = await latest()
    clock = portal.now()
    portal.staged.push({ status: 200, body: { activationToken: kept } })
    expect((await desk().sync()).status).toBe('CLOCK_TAMPERED')
    expect(await latest()).toBe(seen)
  })

  test('F-22: the trial of a computer whose clock was wrong goes on with the next answer', async () => {
    const policy = await portal.vendor('/v3/trial-policies', {
      name: crypto.randomUUID(),
      trialLength: 30 * DAY,
    })
    const product = await portal.makeProduct('Tried', { trialPolicyId: policy.id })
    const of = { productId: product.id, publicKey: product.publicKey }
    const tried = () => portal.computer({ ...of, store, now: () => new Date(clock * 1000) })
    await tried().startTrial()
    clock += 20 * DAY
    await tried().state()
    clock = portal.now() + 5
    expect((await tried().state()).status).toBe('CLOCK_TAMPERED')
    expect((await tried().sync()).status).toBe('TRIAL')
  })
})

describe('F-22: a small jump', () => {
  test('F-22: of less than a day warns and does not stop the application', async () => {
    await takeResponse()
    clock += 20 * 3_600
    await desk().state()
    clock -= 20 * 3_600
    expect(await desk().state()).toMatchObject({
      status: 'ACTIVE',
      warning: 'CLOCK_TURNED_BACK',
      message: expect.stringContaining('clock'),
    })
    expect(await desk().licenseFile(await licenseFile(), license.key)).toMatchObject({
      status: 'ACTIVE',
      warning: 'CLOCK_TURNED_BACK',
    })
  })

  test('F-22: day after day adds up: nobody runs for ever by turning the clock back each evening', async () => {
    await takeResponse()
    let days = 0
    for (let state = await desk().state(); state.status === 'ACTIVE'; state = await desk().state()) {
      days += 1
      expect(days).toBeLessThan(5)
      for (let hour = 0; hour < 12; hour += 1) {
        clock += 3_600
        await desk().state()
      }
      clock -= 12 * 3_600
    }
    expect((await desk().state()).status).toBe('CLOCK_TAMPERED')
  })

  test('F-22: does not revive what was seen to end', async () => {
    const response = await respond(await desk().offlineRequest(license.key), DAY)
    await desk().acceptOfflineResponse(response)
    clock += DAY + 3_600
    expect((await desk().state()).status).toBe('GRACE_PERIOD_OVER')
    clock -= 2 * 3_600
    expect((await desk().state()).status).toBe('GRACE_PERIOD_OVER')
  })
})

describe('F-22: for every sequence of clock, files, lists, answers and replays', () => {
  const HOUR = 3_600
  const step = fc.oneof(
    fc.record({ kind: fc.constant('clock' as const), by: fc.integer({ min: -40 * DAY, max: 40 * DAY }) }),
    fc.record({ kind: fc.constant('drift' as const), by: fc.integer({ min: -20 * HOUR, max: 20 * HOUR }) }),
    fc.record({
      kind: fc.constantFrom('state', 'file', 'list', 'response', 'replay', 'sync', 'late'),
      by: fc.constant(0),
    }),
  )

  test('F-22: only a bound answer lowers the latest time seen, to its signed time and never below the last one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
        await renew()
        let bound = 0
        const responses: string[] = []
        const files = [await licenseFile()]
        const signed = async (answered: Promise<{ license: { issuedAt: Date } | null }>) => {
          const { license: told } = await answered
          bound = (told?.issuedAt.getTime() ?? 0) / 1000
          // To the signed time; the clock itself counts again from there, where it stands a minute or more later.
          expect(await latest()).toBe(clock - bound >= 60 ? clock : bound)
        }
        for (const { kind, by } of steps) {
          const before = await latest()
          if (kind === 'clock' || kind === 'drift') clock = Math.max(1, clock + by)
          if (kind === 'state') await desk().state()
          if (kind === 'file') {
            for (const file of files) await desk().licenseFile(file, license.key)
            files.push(await licenseFile())
          }
          // A list may have run out by the clock as it stands; it is refused then.
          if (kind === 'list')
            await desk()
              .updateRevocations()
              .catch(() => undefined)
          if (kind === 'replay') {
            for (const text of responses)
              await desk()
                .acceptOfflineResponse(text)
                .catch(() => undefined)
          }
          if (kind === 'late') {
            // A second request was made since: the first one's answer is nobody's any more.
            const late = await respond(await desk().offlineRequest(license.key), 0)
            await desk().offlineRequest(license.key)
            await expect(desk().acceptOfflineResponse(late)).rejects.toThrow()
          }
          if (kind === 'response') {
            const text = await respond(await desk().offlineRequest(license.key), 0)
            responses.push(text)
            await signed(desk().acceptOfflineResponse(text))
          }
          if (kind === 'sync' && (await desk().token())) await signed(desk().sync())
          const after = await latest()
          expect(after).toBeGreaterThanOrEqual(bound)
          if (kind !== 'response' && kind !== 'sync') expect(after).toBeGreaterThanOrEqual(before)
        }
      }),
      { numRuns: 40 },
    )
  })
})
