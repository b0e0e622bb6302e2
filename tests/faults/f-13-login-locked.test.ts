import { eq } from 'drizzle-orm'
import { generateSync } from 'otplib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { accessTokens } from '#db/schema/users.ts'
import { newId } from '#lib/core/ids.ts'
import { STATUS } from '#lib/web/http/status.ts'
import { startVendorApi, type VendorApi } from '#tests/helpers/vendor-api.ts'

let api: VendorApi

beforeAll(async () => {
  api = await startVendorApi()
})
afterAll(() => api.close())

const PASSWORD = 'correct horse battery staple'

const login = (email: string, fields: object = {}, ip = '203.0.113.250') =>
  api.call('/v3/accounts/login', {
    body: { accountId: api.accountId, email, password: PASSWORD, ...fields },
    ip,
  })

/** Tries until something else than the usual refusal comes; gives that answer. */
async function tryUntilStopped(email: string, fields: object, usual: string) {
  for (let tries = 0; tries < 30; tries += 1) {
    const answer = await login(email, fields, '203.0.113.251')
    if (answer.code !== usual) return answer
  }
  throw new Error('nothing stops the guessing')
}
const tokensOf = (id: string) => db().$count(accessTokens, eq(accessTokens.userId, id))

describe('F-13: signing in over the API after too many failures', () => {
  test.each([
    ['a user', async () => (await api.customer()).email],
    ['nobody', async () => `nobody-${newId()}@example.com`],
  ])('of %s answers 409 ACCOUNT_LOGIN_TEMPORARILY_LOCKED with the time to wait', async (_who, make) => {
    const email = await make()
    const stopped = await tryUntilStopped(email, { password: 'wrong wrong wrong' }, 'AUTHENTICATION_FAILED')
    expect([stopped.status, stopped.code]).toEqual([409, 'ACCOUNT_LOGIN_TEMPORARILY_LOCKED'])
    expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  test('the right password gets the same answer from where the failures came, and no token', async () => {
    const { id, email } = await api.customer()
    await tryUntilStopped(email, { password: 'wrong wrong wrong' }, 'AUTHENTICATION_FAILED')
    const before = await tokensOf(id)
    const right = await login(email, {}, '203.0.113.251')
    expect([right.status, right.code]).toEqual([409, 'ACCOUNT_LOGIN_TEMPORARILY_LOCKED'])
    expect(right.body).not.toHaveProperty('accessToken')
    expect(await tokensOf(id)).toEqual(before)
  })

  test('wrong codes of a second factor end in the same answer', async () => {
    const { email, token } = await api.customer()
    const secretAnswer = await api.call('/v3/me/2fa-secret', { method: 'POST', token })
    const { url } = z.object({ url: z.url() }).parse(secretAnswer.body)
    const secret = new URL(url).searchParams.get('secret') ?? ''
    const on = await api.call('/v3/me', {
      method: 'PATCH',
      token,
      body: { twoFactorEnabled: true, twoFactorCode: generateSync({ secret }) },
    })
    expect(on.status).toBe(200)
    const stopped = await tryUntilStopped(email, { twoFactorCode: '000000' }, 'INVALID_TWO_FACTOR_CODE')
    expect([stopped.status, stopped.code]).toEqual([409, 'ACCOUNT_LOGIN_TEMPORARILY_LOCKED'])
  })

  test('a repetition under the same Idempotency-Key is looked at anew: it was locked for a while, not for a day', async () => {
    const { email } = await api.customer()
    const machine = await api.tokenOf('license:read')
    const keyed = (password: string, key: string) =>
      api.call('/v3/accounts/login', {
        body: { accountId: api.accountId, email, password },
        token: machine,
        headers: { 'idempotency-key': key },
        ip: '203.0.113.252',
      })
    for (let tries = 0; (await keyed('wrong wrong wrong', `try-${tries}`)).status !== 409; tries += 1) {
      expect(tries).toBeLessThan(30)
    }
    const first = await keyed(PASSWORD, 'mine')
    const second = await keyed(PASSWORD, 'mine')
    expect([first.status, second.status]).toEqual([409, 409])
    expect(second.headers.get('idempotent-replayed')).toBeNull()
  })

  test('many users tried from one address are stopped with it, too', async () => {
    const codes = new Set<string>()
    for (let at = 0; at < 70 && !codes.has('ACCOUNT_LOGIN_TEMPORARILY_LOCKED'); at += 1) {
      const email = `nobody-${at}@example.com`
      codes.add((await login(email, { password: 'wrong wrong wrong' }, '198.51.99.1')).code)
    }
    expect([...codes]).toEqual(['AUTHENTICATION_FAILED', 'ACCOUNT_LOGIN_TEMPORARILY_LOCKED'])
  })
})

describe('F-13: codes that the contract’s clients branch on', () => {
  test('an activation’s id that is none is an activation that is not found, wherever one is named', async () => {
    const named = api.routes.filter(
      ({ path, contract }) =>
        contract.params &&
        contract.errors?.includes('ACTIVATION_NOT_FOUND') &&
        path.includes('/activations/{id}'),
    )
    expect(named.map(({ method, path }) => `${method} ${path}`)).toEqual(
      expect.arrayContaining(['PATCH /v3/activations/{id}', 'POST /v3/activations/{id}/deactivate']),
    )
    const { token } = await api.customer()
    for (const { path, method, contract } of named) {
      const answer = await api.call(path.replace('{id}', 'not-an-id'), {
        method,
        token: contract.permission.startsWith('me:') ? token : api.token,
        ...(contract.body && { body: {} }),
      })
      expect([path, answer.status, answer.code]).toEqual([path, 404, 'ACTIVATION_NOT_FOUND'])
    }
    const other = await api.call('/v3/licenses/not-an-id', { token: api.token })
    expect([other.status, other.code]).toEqual([404, 'NOT_FOUND'])
  })

  test('refusals of an activation are 400, what is locked 409, what is asked too often 429', () => {
    const statuses: Partial<Record<keyof typeof STATUS, number>> = {
      INVALID_PRODUCT_ID: 400,
      INVALID_LICENSE_KEY: 400,
      INVALID_LICENSE_TYPE: 400,
      REVOKED_LICENSE: 400,
      ACTIVATION_LIMIT_REACHED: 400,
      INVALID_ACTIVATION_FINGERPRINT: 400,
      AUTHENTICATION_FAILED: 400,
      METER_ATTRIBUTE_USES_LIMIT_REACHED: 400,
      RELEASE_VERSION_NOT_ALLOWED: 400,
      INVALID_RELEASE_VERSION_FORMAT: 400,
      VM_ACTIVATION_NOT_ALLOWED: 400,
      CONTAINER_ACTIVATION_NOT_ALLOWED: 400,
      COUNTRY_NOT_ALLOWED: 400,
      IP_ADDRESS_NOT_ALLOWED: 400,
      INVALID_ACCOUNT_ID: 400,
      LICENSE_NOT_EFFECTIVE: 400,
      TRIAL_NOT_ALLOWED: 400,
      TRIAL_ACTIVATION_LIMIT_REACHED: 400,
      MISSING_TWO_FACTOR_CODE: 400,
      INVALID_TWO_FACTOR_CODE: 400,
      ACCOUNT_LOGIN_TEMPORARILY_LOCKED: 409,
      DEACTIVATION_LIMIT_REACHED: 409,
      ACTIVATION_NOT_FOUND: 404,
      RATE_LIMITED: 429,
    }
    expect(STATUS).toMatchObject(statuses)
  })
})
