import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { originOf } from '#lib/core/http-origin.ts'
import { UpdateAccountInput } from '#lib/vendor/accounts/account-input.ts'
import { startVendorApi, type VendorApi } from '#tests/helpers/vendor-api.ts'

const APP = 'https://app.example.com'
/** Pages that are part of an application. */
const OWN_SCHEMES = [
  'app://obsidian.md',
  'tauri://localhost',
  'capacitor://localhost',
  'ionic://localhost',
  'chrome-extension://abcdefghijklmnopabcdefghijklmnop',
  'moz-extension://0197a3c0-0000-7000-8000-0000000000aa',
]

let api: VendorApi

beforeAll(async () => {
  api = await startVendorApi()
})
afterAll(() => api.close())
beforeEach(async () => {
  expect((await list([APP, ...OWN_SCHEMES])).status).toBe(200)
})

const list = (allowedOrigins: unknown[]) =>
  api.call(`/v3/accounts/${api.accountId}`, { method: 'PATCH', body: { allowedOrigins }, token: api.token })
const listed = async () => {
  const { body } = await api.call(`/v3/accounts/${api.accountId}`, { token: api.token })
  return z.object({ allowedOrigins: z.array(z.string()) }).parse(body).allowedOrigins
}
const preflight = (origin: string, path: string, method: string) =>
  api.call(path, { method: 'OPTIONS', headers: { origin, 'access-control-request-method': method } })
const allowedOrigin = ({ headers }: { headers: Headers }) => headers.get('access-control-allow-origin')

/** A request as a device without a connection writes it. */
function sealed(content: object, publicPem: string): string {
  const [key, iv] = [randomBytes(32), randomBytes(16)]
  const wrapped = publicEncrypt(
    { key: publicPem, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: 'sha256' },
    key,
  )
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const data = Buffer.concat([cipher.update(JSON.stringify(content)), cipher.final(), cipher.getAuthTag()])
  return [wrapped, Buffer.from(iv.toString('hex')), data].map((part) => part.toString('base64')).join('.')
}

describe('F-12: what needs no secret of a server answers pages of listed origins', () => {
  test.each([APP, ...OWN_SCHEMES])(
    'a trial without a connection is begun by a page of %s',
    async (origin) => {
      const { id: trialPolicyId } = await api.make('/v3/trial-policies', {
        name: `Trial for ${origin}`,
        trialLength: 14 * 86_400,
      })
      const product = await api.product()
      const offered = await api.call(`/v3/products/${product.id}`, {
        method: 'PATCH',
        body: { trialPolicyId },
        token: api.token,
      })
      const { publicKey } = z.object({ publicKey: z.string() }).parse(offered.body)
      const device = {
        productId: product.id,
        fingerprint: 'f'.repeat(64),
        os: 'linux',
        hostname: 'tab',
        type: 'trial',
        requestId: '0197a3c0-0000-7000-8000-0000000000aa',
      }
      const path = '/v3/trial-activations/offline-activate'
      expect(allowedOrigin(await preflight(origin, path, 'POST'))).toBe(origin)
      const send = (offlineRequest: string) =>
        api.call(path, {
          body: { accountId: api.accountId, productId: product.id, offlineRequest, responseValidity: 86_400 },
          headers: { origin },
        })
      const refused = await send('nothing of the kind')
      expect([refused.code, allowedOrigin(refused)]).toEqual(['INVALID_OFFLINE_REQUEST', origin])
      const begun = await send(sealed(device, publicKey))
      expect([begun.status, allowedOrigin(begun)]).toEqual([200, origin])
      expect(begun.body).toMatchObject({ offlineResponse: expect.any(String) })
    },
  )

  test('that holds for every operation without exception, and for none that a personal access token opens', async () => {
    const answered: Record<string, boolean> = {}
    const needed: Record<string, boolean> = {}
    for (const { path, method, contract } of api.routes) {
      const url = path.replace(/\{\w+\}/g, '0197a3c0-0000-7000-8000-0000000000aa')
      answered[`${method} ${path}`] =
        allowedOrigin(await preflight('tauri://localhost', url, method)) !== null
      needed[`${method} ${path}`] = /^(?:public$|me:)/.test(contract.permission)
    }
    expect(answered).toEqual(needed)
    expect(answered['POST /v3/accounts/reset-password-request']).toBe(true)
    expect(answered['GET /v3/licenses']).toBe(false)
  })

  test.each([
    ['a frame or a file, which all call themselves null', 'null'],
    ['an application that nobody lists', 'app://evil.example'],
    ['the same scheme at another host', 'tauri://localhost.evil.example'],
    ['the same host at another scheme', 'tauri2://localhost'],
    ['the same at a port', 'tauri://localhost:1420'],
    ['the same written otherwise', 'TAURI://LOCALHOST'],
    ['another extension', 'chrome-extension://ponmlkjihgfedcbaponmlkjihgfedcba'],
  ])('%s is told nothing', async (_what, origin) => {
    expect(allowedOrigin(await api.call('/v3/status', { headers: { origin } }))).toBeNull()
    expect(allowedOrigin(await preflight(origin, '/v3/activations', 'POST'))).toBeNull()
  })

  test.each([
    'null',
    'app://',
    'app:localhost',
    'app://host/path',
    'app://host?query',
    'app://user@host',
    'app://*',
    'app://a b',
    'file://host',
    'blob://host',
    'data://host',
    'javascript://host',
    'ws://host',
    'ftp://host',
    'about://blank',
    'view-source://host',
    'http://app.example.com',
  ])('“%s” cannot be listed: the answer names it, and the list stays', async (origin) => {
    const before = await listed()
    const answer = await list(['https://other.example.com', origin])
    expect(answer).toMatchObject({
      status: 400,
      code: 'INVALID_INPUT',
      body: { fields: { 'allowedOrigins[1]': expect.stringContaining(origin) } },
    })
    expect(await listed()).toEqual(before)
  })

  test('they are kept as they are typed, each once', async () => {
    await list(['tauri://localhost/', ' app://Obsidian.md ', 'tauri://localhost', 'https://App.Example.com'])
    expect(await listed()).toEqual(['tauri://localhost', 'app://Obsidian.md', APP])
  })

  test('whatever is taken into the list is one origin, which stands for itself alone', () => {
    const schemes = fc.constantFrom(
      'https',
      'http',
      'app',
      'tauri',
      'file',
      'null',
      'chrome-extension',
      'A1',
      '',
    )
    const hosts = fc.oneof(
      fc.domain(),
      fc.constantFrom('localhost', '*', 'null', '', 'a/b', 'a@b'),
      fc.string(),
    )
    const texts = fc.tuple(schemes, fc.constantFrom('://', ':', ''), hosts).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(texts, fc.string(), fc.webUrl()), (text) => {
        const parsed = UpdateAccountInput.safeParse({ allowedOrigins: [text] })
        const [taken] = (parsed.success && parsed.data.allowedOrigins) || []
        if (taken === undefined) return
        expect(taken).not.toBe('null')
        expect(taken).toMatch(/^[a-z][a-z0-9+.-]*:\/\/[^/?#@*\s]+$/)
        expect(originOf(taken)).toBe(taken)
      }),
      { numRuns: 2000 },
    )
  })
})
