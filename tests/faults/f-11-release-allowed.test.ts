import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { sql } from 'drizzle-orm'
import pino from 'pino'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { newId } from '#lib/core/ids.ts'
import { processSlot } from '#lib/core/process-slot.ts'
import { startVendorApi, type VendorApi } from '#tests/helpers/vendor-api.ts'

const root = join(import.meta.dirname, '../..')

let api: VendorApi
let productId: string
let release: { id: string }
let license: { id: string; key: string }

beforeAll(async () => {
  api = await startVendorApi()
})
afterAll(() => api.close())
beforeEach(async () => {
  productId = (await api.product()).id
  release = await publish('2.0.0')
  license = await licenseFor({})
})

async function publish(version: string, of = productId): Promise<{ id: string }> {
  const draft = { name: version, version, channel: 'stable', platforms: ['windows'], productId: of }
  const { id } = await api.make('/v3/releases', draft)
  const answer = await api.call(`/v3/releases/${id}/publish`, { method: 'POST', token: api.token })
  if (answer.status >= 300) throw new Error(answer.text)
  return { id }
}

async function licenseFor(input: object): Promise<{ id: string; key: string }> {
  const { id, key } = await api.make('/v3/licenses', { productId, ...input })
  return { id, key: String(key) }
}

const ask = (
  query: Record<string, string> = {},
  options: { token?: string; headers?: Record<string, string>; id?: string } = {},
) => {
  const search = new URLSearchParams({ accountId: api.accountId, ...query })
  const { id = release.id, ...rest } = options
  return api.call(`/v3/releases/${id}/allowed?${search}`, rest)
}
const change = (body: object) =>
  api.call(`/v3/licenses/${license.id}`, { method: 'PATCH', body, token: api.token })

describe('F-11: GET /v3/releases/{id}/allowed', () => {
  test('says of a license key whether its license allows the release', async () => {
    expect(await ask({ key: license.key })).toMatchObject({ status: 200, body: { allowed: true } })
    const inHeader = await ask({ key: 'WRONG' }, { headers: { 'x-license-key': license.key } })
    expect(inHeader.body).toEqual({ allowed: true })
    expect((await ask({ key: 'NOT-A-KEY-AT-ALL' })).body).toEqual({ allowed: false })
  })

  test.each<[string, object]>([
    ['revoked', { revoked: true }],
    ['suspended', { suspended: true }],
    ['for older versions', { maxAllowedReleaseVersion: '1.9' }],
  ])('is no for a license that is %s', async (_what, changed) => {
    expect((await change(changed)).status).toBe(200)
    expect((await ask({ key: license.key })).body).toEqual({ allowed: false })
  })

  test('is no for the key of another product, and says as much as the update check gives', async () => {
    const other = await publish('2.0.0', (await api.product()).id)
    expect((await ask({ key: license.key }, { id: other.id })).body).toEqual({ allowed: false })
    const query = { accountId: api.accountId, productId, channel: 'stable', version: '1.0', key: license.key }
    const update = () => api.call(`/v3/releases/update?${new URLSearchParams(query)}`)
    expect((await update()).body).toMatchObject({ id: release.id })
    await change({ maxAllowedReleaseVersion: '1.9' })
    expect([(await update()).status, (await ask({ key: license.key })).body]).toEqual([
      204,
      { allowed: false },
    ])
  })

  test('says it of the licenses that a signed-in customer owns or shares', async () => {
    const [owner, friend, stranger] = [await api.customer(), await api.customer(), await api.customer()]
    await licenseFor({ userId: owner.id, additionalUserIds: [friend.id] })
    const answers = []
    for (const { token } of [owner, friend, stranger]) answers.push((await ask({}, { token })).body)
    expect(answers).toEqual([{ allowed: true }, { allowed: true }, { allowed: false }])
    expect((await ask({ key: 'NOT-A-KEY-AT-ALL' }, { token: owner.token })).body).toEqual({ allowed: false })
  })

  test('says it of a personal access token: by the key, else by whether it reads releases', async () => {
    const reading = await api.tokenOf('release:read')
    const other = await api.tokenOf('license:read')
    expect((await ask({}, { token: reading })).body).toEqual({ allowed: true })
    expect((await ask({}, { token: other })).body).toEqual({ allowed: false })
    expect((await ask({ key: license.key }, { token: other })).body).toEqual({ allowed: true })
    expect((await ask({ key: 'NOT-A-KEY-AT-ALL' }, { token: reading })).body).toEqual({ allowed: false })
  })

  test('an unknown release, a draft, and one of another account are not found; nobody in particular is asked who they are', async () => {
    const draft = await api.make('/v3/releases', {
      name: 'Next',
      version: '3.0.0',
      channel: 'stable',
      platforms: ['windows'],
      productId,
    })
    for (const id of [newId(), draft.id, 'x']) {
      expect(await ask({ key: license.key }, { id })).toMatchObject({ status: 404, code: 'NOT_FOUND' })
    }
    expect(await ask()).toMatchObject({ status: 401, code: 'AUTHENTICATION_REQUIRED' })
    expect(await ask({}, { token: 'lk_usr_expired' })).toMatchObject({ status: 401 })
    const elsewhere = await ask({ key: license.key, accountId: newId() })
    expect(elsewhere.status).toBe(400)
  })
})

describe('F-11: keys in addresses stay out of the log', () => {
  test('a request that fails leaves no line with its query', async () => {
    const lines: string[] = []
    const slot = processSlot<pino.Logger>('logger')
    const before = slot.get()
    const stream = new Writable({
      write: (chunk, _encoding, done) => {
        lines.push(String(chunk))
        done()
      },
    })
    slot.set(pino({ level: 'trace' }, stream))
    await db().execute(sql`alter table releases rename to releases_away`)
    try {
      expect((await ask({ key: license.key })).status).toBe(500)
      expect((await ask({ key: license.key }, { id: '%00' })).status).toBe(404)
    } finally {
      await db().execute(sql`alter table releases_away rename to releases`)
      slot.set(before)
    }
    expect(lines.join('')).toContain('a request failed')
    expect(lines.join('')).not.toContain(license.key)
    expect(lines.join('')).not.toContain(encodeURIComponent(license.key))
  })

  test('no call of a logger in the tree names an address with its query', async () => {
    const found: string[] = []
    for await (const file of glob('{app,lib,server,bin,db}/**/*.{ts,tsx}', { cwd: root })) {
      const text = await readFile(join(root, file), 'utf8')
      for (const [call] of text.matchAll(/(?:\blog\(\)\.|console\.)\w+\([\s\S]{0,400}?\n?\s*\)\n/g)) {
        if (/\.(url|href|search|originalUrl|searchParams)\b/.test(call)) found.push(`${file}: ${call.trim()}`)
      }
    }
    expect(found).toEqual([])
  })
})
