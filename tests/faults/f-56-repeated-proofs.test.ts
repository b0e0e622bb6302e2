import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { idempotencyKeys } from '#db/schema/accounts.ts'
import { defineRoute, type RouteInput } from '#lib/web/http/define-route.ts'
import { methods } from '#lib/web/http/methods.ts'
import { makeWorld, type World } from '#tests/factories/world.ts'
import { type ApiServer, startApiServer } from '#tests/helpers/api-server.ts'
import { routeCaller } from '#tests/helpers/route-caller.ts'

let api: ApiServer
let world: World
let fileId: string
const Made = z.object({ id: z.string(), key: z.string().default('') })

beforeAll(async () => {
  api = await startApiServer({ connections: 6 })
  world = await makeWorld(api)
  const token = world.pat
  const release = await made('/v3/releases', {
    productId: world.product.id,
    name: 'Gated',
    version: '7.1.0',
    channel: 'stable',
    platform: 'linux',
  })
  const url = 'https://files.example.com/gated.tar.gz'
  fileId = (
    await made('/v3/release-files', { releaseId: release.id, name: 'gated.tar.gz', url, secured: true })
  ).id
  expect((await api.call(`/v3/releases/${release.id}/publish`, { method: 'POST', token })).status).toBe(200)
}, 60_000)
afterAll(() => api.close())

async function made(path: string, body: object) {
  const answer = await api.call(path, { token: world.pat, body })
  expect([path, answer.status, answer.text]).toEqual([path, 201, expect.any(String)])
  return Made.parse(answer.body)
}

let repetition = 0
beforeEach(() => {
  repetition += 1
})
const download = (licenseKey?: string, body: object = {}) =>
  api.call(`/v3/release-files/${fileId}/download`, {
    body,
    headers: {
      'idempotency-key': `download-${repetition}`,
      'x-account-id': world.accountId,
      ...(licenseKey !== undefined && { 'x-license-key': licenseKey }),
    },
  })
const newLicense = () => made('/v3/licenses', { productId: world.product.id })
const kept = () => db().select().from(idempotencyKeys).where(eq(idempotencyKeys.accountId, world.accountId))
const visitorsKept = async () => (await kept()).filter(({ actor }) => actor.startsWith('visitor'))

describe('F-56: a repeated Idempotency-Key answers nobody who could not ask for it', () => {
  test('F-56: a gated download is not answered again without, with a wrong or with a revoked X-License-Key', async () => {
    const { id, key } = await newLicense()
    const first = await download(key)
    expect(first).toMatchObject({ status: 200, body: { url: 'https://files.example.com/gated.tar.gz' } })
    const missing = { status: 404, code: 'NOT_FOUND' }
    expect(await download()).toMatchObject(missing)
    expect(await download('A-WRONG-KEY')).toMatchObject(missing)
    expect(await download((await newLicense()).key)).toMatchObject({ status: 200 })
    const revoked = await api.call(`/v3/licenses/${id}`, {
      method: 'PATCH',
      token: world.pat,
      body: { revoked: true },
    })
    expect(revoked.status).toBe(200)
    expect(await download(key)).toMatchObject(missing)
    expect(await download(undefined, { key })).toMatchObject(missing)
    expect(JSON.stringify(await visitorsKept())).not.toContain('download-')
  })

  test('F-56: a refusal given to a visitor is not kept: who shows the key afterwards gets the file', async () => {
    const { id, key } = await newLicense()
    const suspend = (suspended: boolean) =>
      api.call(`/v3/licenses/${id}`, { method: 'PATCH', token: world.pat, body: { suspended } })
    await suspend(true)
    expect((await download(key)).status).toBe(404)
    await suspend(false)
    const answer = await download(key)
    expect([answer.status, answer.headers.get('idempotent-replayed')]).toEqual([200, null])
  })

  test('F-56: nor is a refused activation: once there is room, the same request is taken', async () => {
    const { id, key } = await newLicense()
    const patch = (body: object) =>
      api.call(`/v3/licenses/${id}`, { method: 'PATCH', token: world.pat, body })
    await patch({ allowedActivations: 1 })
    const activate = (fingerprint: string, headers: Record<string, string> = {}) =>
      api.call('/v3/activations', {
        body: { ...world.device, key, fingerprint },
        headers: { 'x-account-id': world.accountId, ...headers },
      })
    expect((await activate('a'.repeat(64))).status).toBe(201)
    const before = await kept()
    const again = () => activate('b'.repeat(64), { 'idempotency-key': `room-${repetition}` })
    expect(await again()).toMatchObject({ status: 400, code: 'ACTIVATION_LIMIT_REACHED' })
    expect(await kept()).toEqual(before)
    await patch({ allowedActivations: 2 })
    const taken = await again()
    expect([taken.status, taken.headers.get('idempotent-replayed')]).toEqual([201, null])
    const replayed = await again()
    expect([replayed.status, replayed.headers.get('idempotent-replayed')]).toEqual([201, 'true'])
  })

  test('F-56: a user’s other token does not get the answer of the first, and a token that ended none at all', async () => {
    const token = async () => {
      const { body } = await api.call('/v3/accounts/login', {
        body: { email: world.customer.email, password: 'granite otter hums loudly' },
        headers: { 'x-account-id': world.accountId },
      })
      return z.object({ accessToken: z.string() }).parse(body).accessToken
    }
    const changed = await api.call(`/v3/users/${world.customer.id}`, {
      method: 'PATCH',
      token: world.pat,
      body: { password: 'granite otter hums loudly' },
    })
    expect(changed.status).toBe(200)
    const [first, second] = [await token(), await token()]
    const rename = (bearer: string) =>
      api.call('/v3/me', {
        method: 'PATCH',
        token: bearer,
        body: { firstName: 'Joan' },
        headers: { 'idempotency-key': `me-${repetition}` },
      })
    expect((await rename(first)).status).toBe(200)
    expect((await rename(first)).headers.get('idempotent-replayed')).toBe('true')
    expect((await rename(second)).headers.get('idempotent-replayed')).toBeNull()
    await api.call(`/v3/users/${world.customer.id}`, {
      method: 'PATCH',
      token: world.pat,
      body: { password: 'violet harbor sings quietly' },
    })
    expect(await rename(first)).toMatchObject({ status: 401 })
  })

  test('F-56: another header of those that a route reads makes another request, for visitors and machines alike', async () => {
    const contract = {
      summary: 'Answers what its header allows',
      permission: 'public',
      headers: { 'x-proof': 'What it is allowed by.' },
      response: z.object({ seen: z.string() }),
      status: 200,
    } as const
    const { call } = routeCaller({
      '/v3/proof': methods({
        POST: defineRoute(contract, async (_ctx, { headers }) => ({ seen: headers['x-proof'] ?? '' })),
      }),
    })
    for (const token of [undefined, world.pat]) {
      const send = async (proof?: string) => {
        const headers = {
          'idempotency-key': `proof-${repetition}`,
          'x-account-id': world.accountId,
          ...(proof !== undefined && { 'x-proof': proof }),
        }
        const answer = await call('/v3/proof', { method: 'POST', headers, ...(token && { token }) })
        return [answer.body, answer.headers.get('idempotent-replayed')]
      }
      expect(await send('right')).toEqual([{ seen: 'right' }, null])
      expect(await send('right')).toEqual([{ seen: 'right' }, 'true'])
      expect(await send('wrong')).toEqual([{ seen: 'wrong' }, null])
      expect(await send()).toEqual([{ seen: '' }, null])
    }
    expect(JSON.stringify(await kept())).not.toContain('right')
  })

  test('F-56: a route cannot read a header that its contract does not declare', () => {
    type Input = RouteInput<{
      summary: string
      permission: 'public'
      headers: { 'x-license-key': string }
      status: 204
    }>
    expectTypeOf<keyof Input>().toEqualTypeOf<'params' | 'query' | 'body' | 'headers'>()
    expectTypeOf<keyof Input['headers']>().toEqualTypeOf<'x-license-key'>()
  })
})
