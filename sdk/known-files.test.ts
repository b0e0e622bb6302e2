import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startPortal } from '#tests/helpers/portal.ts'
import { createLatchkey } from './client.ts'
import { memoryStore } from './store.ts'
import { makeKeyPair } from './testing/forge-token.ts'

/** Files made elsewhere, with what the SDK must say to each. Times in unix seconds. */
type KnownFiles = {
  productId: string
  accountKey: { kid: string; hex: string; pem: string }
  licenseId: string
  cases: {
    title: string
    kind: 'license' | 'machine'
    text: string
    licenseKey: string
    fingerprint: string
    now: number
    latestSeen: number
    status: string
    reason: string | null
  }[]
  revocations: { genuine: string; forged: string; mistyped: string }
}

const known: KnownFiles = JSON.parse(readFileSync(join(import.meta.dirname, 'known-answers.json'), 'utf8'))
const { kid, hex, pem } = known.accountKey
const productKey = makeKeyPair().publicKey

function client(
  now: number,
  fingerprint: string,
  accountKey: { kid: string; key: string } = { kid, key: hex },
) {
  const store = memoryStore()
  const latchkey = createLatchkey({
    url: 'http://127.0.0.1:9',
    productId: known.productId,
    publicKey: productKey,
    accountKey,
    fingerprint,
    store,
    now: () => new Date(now * 1000),
  })
  return { store, latchkey }
}

const [healthy] = known.cases
if (!healthy) throw new Error('there are no known answers')

describe('the SDK says the known answer', () => {
  it.each(known.cases)('to "$title"', async ({ kind, text, licenseKey, status, reason, ...asked }) => {
    const { store, latchkey } = client(asked.now, asked.fingerprint)
    await store.write('latest-time', String(asked.latestSeen))
    const state = kind === 'license' ? latchkey.licenseFile : latchkey.machineFile
    expect(await state(text, licenseKey)).toMatchObject({ status, ...(reason !== null && { reason }) })
  })

  it('with the key as PEM just as in hexadecimal characters', async () => {
    const { latchkey } = client(healthy.now, healthy.fingerprint, { kid, key: pem })
    expect((await latchkey.licenseFile(healthy.text, healthy.licenseKey)).status).toBe('ACTIVE')
  })
})

describe('the list of revoked licenses', () => {
  it('ends what was issued before it', async () => {
    const { latchkey } = client(healthy.now, healthy.fingerprint)
    await latchkey.updateRevocations(known.revocations.genuine)
    expect((await latchkey.licenseFile(healthy.text, healthy.licenseKey)).status).toBe('REVOKED')
  })

  it('ends the token in the store, too, unless it was issued later than the list', async () => {
    const portal = await startPortal()
    try {
      const license = await portal.license()
      const latchkey = portal.computer({ store: memoryStore(), accountKey: await portal.accountKeys() })
      await latchkey.activate(license.key)
      await portal.change(license, { revoked: true })
      portal.advance(10)
      await latchkey.updateRevocations()
      expect(await latchkey.state()).toMatchObject({ status: 'NOT_ACTIVATED', reason: 'REVOKED_LICENSE' })
      await portal.change(license, { revoked: false })
      portal.advance(10)
      expect(await latchkey.activate(license.key)).toMatchObject({ status: 'ACTIVE' })
      expect(await latchkey.state()).toMatchObject({ status: 'ACTIVE' })
    } finally {
      await portal.close()
    }
  })

  it.each(['forged', 'mistyped'] as const)('%s is refused, and changes nothing', async (kind) => {
    const { store, latchkey } = client(healthy.now, healthy.fingerprint)
    await expect(latchkey.updateRevocations(known.revocations[kind])).rejects.toMatchObject({
      code: 'UNTRUSTED_REVOCATIONS',
    })
    expect(await store.read('revocations.json')).toBeNull()
    expect((await latchkey.licenseFile(healthy.text, healthy.licenseKey)).status).toBe('ACTIVE')
  })
})

describe('a file', () => {
  it('moves the latest time seen: turning the clock back by a day afterwards ends it, by less warns', async () => {
    const { store, latchkey } = client(healthy.now, healthy.fingerprint)
    await latchkey.licenseFile(healthy.text, healthy.licenseKey)
    const backBy = async (seconds: number) => {
      const earlier = client(healthy.now - seconds, healthy.fingerprint)
      await earlier.store.write('latest-time', (await store.read('latest-time')) ?? '')
      return earlier.latchkey.licenseFile(healthy.text, healthy.licenseKey)
    }
    expect(await backBy(2 * 3_600)).toMatchObject({ status: 'ACTIVE', warning: 'CLOCK_TURNED_BACK' })
    expect((await backBy(86_400)).status).toBe('CLOCK_TAMPERED')
  })

  it('cannot be read without the key of the account', async () => {
    const latchkey = createLatchkey({
      url: 'http://127.0.0.1:9',
      productId: known.productId,
      publicKey: productKey,
      store: memoryStore(),
    })
    await expect(latchkey.licenseFile(healthy.text, healthy.licenseKey)).rejects.toMatchObject({
      code: 'CONFIGURATION',
    })
  })
})
