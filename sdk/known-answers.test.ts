import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createLatchkey } from './client.ts'
import { fingerprintOf } from './fingerprint.ts'
import { memoryStore } from './store.ts'

/** A file of tokens made elsewhere, with what the SDK must say to each. Times in unix seconds. */
type KnownAnswers = {
  description: string
  productId: string
  machineId: string
  fingerprint: string
  publicKey: string | string[]
  cases: { title: string; token: string; now: number; latestSeen: number; status: string; reason: string }[]
}

const folder = join(import.meta.dirname, 'known-answers')
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))

it('there are known answers', () => {
  expect(files).toContain('openssl-rs256.json')
})

describe.each(files)('the SDK says the known answer of %s', (file) => {
  const known: KnownAnswers = JSON.parse(readFileSync(join(folder, file), 'utf8'))

  it('to the machine id', () => {
    expect(fingerprintOf(known.machineId, known.productId)).toBe(known.fingerprint)
  })

  it.each(known.cases)('to the token "$title"', async ({ token, now, latestSeen, status, reason }) => {
    const store = memoryStore()
    await store.write('license.jwt', token)
    await store.write('latest-time', String(latestSeen))
    const { productId, publicKey, fingerprint } = known
    const clock = () => new Date(now * 1000)
    const latchkey = createLatchkey({
      url: 'http://127.0.0.1:9',
      productId,
      publicKey,
      fingerprint,
      store,
      now: clock,
    })
    expect(await latchkey.state()).toMatchObject({ status, reason })
  })
})
