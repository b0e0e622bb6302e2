import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { db } from '#db/client.ts'
import { accounts } from '#db/schema/accounts.ts'
import { eventLogs } from '#db/schema/audit.ts'
import type { Method } from '#lib/web/http/methods.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeMachineToken } from '#tests/factories/licensed.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { v3 } from '#tests/helpers/v3-call.ts'

let accountId: string
let token: string

setUpTestDatabase()
beforeEach(async () => {
  accountId = (await makeAccount()).id
  token = await makeMachineToken(accountId, 'account:read', 'account:write')
})

const send = (method: Method, path: string, body?: object, as = token) =>
  v3(path, { method, token: as, ...(body && { body }) })
const path = () => `/v3/accounts/${accountId}`
const rowOf = async (id = accountId) => (await db().select().from(accounts).where(eq(accounts.id, id)))[0]

test('the own account is read and changed, audited; null and blank take a setting back', async () => {
  const read = await send('GET', path())
  expect(read).toMatchObject({
    status: 200,
    body: { id: accountId, company: 'Acme Software', status: 'active', plan: null, allowedOrigins: [] },
  })
  const changes = {
    company: 'Acme & Co',
    email: 'Office@acme.example',
    website: 'https://acme.example/about',
    logoUrl: 'https://acme.example/logo.svg',
    faviconUrl: 'https://acme.example/favicon.ico',
    googleClientId: '17.apps.example',
    allowedOrigins: ['https://App.example.com/', 'http://localhost:5173', 'https://app.example.com'],
    sessionDurationSeconds: '3600',
    passwordMinLength: 15,
    termsVersion: '2',
    privacyVersion: '3',
    activationLogDays: 30,
  }
  const kept = {
    ...changes,
    allowedOrigins: ['https://app.example.com', 'http://localhost:5173'],
    sessionDurationSeconds: 3600,
  }
  expect(await send('PATCH', path(), changes)).toMatchObject({ status: 200, body: kept })
  const back = await send('PATCH', path(), { website: null, email: '', allowedOrigins: null })
  expect(back).toMatchObject({
    status: 200,
    body: { ...kept, website: null, email: null, allowedOrigins: [] },
  })
  expect((await rowOf())?.settings).not.toHaveProperty('website')
  const events = await db()
    .select({ event: eventLogs.event })
    .from(eventLogs)
    .where(eq(eventLogs.resourceId, accountId))
  expect(events.map(({ event }) => event)).toEqual(['account.updated', 'account.updated'])
})

test('every other account is 404, and stays as it is', async () => {
  const other = (await makeAccount({ name: 'Other' })).id
  const before = await rowOf(other)
  for (const answer of [
    await send('GET', `/v3/accounts/${other}`),
    await send('PATCH', `/v3/accounts/${other}`, { company: 'Taken over' }),
    await send('PUT', `/v3/accounts/${other}/status`, { status: 'inactive' }),
    await send('PUT', `/v3/accounts/${other}/plan`, {}),
  ]) {
    expect(answer).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
  }
  expect(await rowOf(other)).toEqual(before)
})

test.each([
  ['a pattern', 'https://*.example.com'],
  ['everything', '*'],
  ['null, as sandboxed pages send it', 'null'],
  ['a path', 'https://app.example.com/path'],
  ['a query', 'https://app.example.com?x=1'],
  ['credentials', 'https://user:pw@app.example.com'],
  ['no encryption', 'http://app.example.com'],
  ['another scheme', 'file:///etc/passwd'],
  ['a script', 'javascript:alert(1)'],
  ['a host alone', 'app.example.com'],
  ['nothing', ''],
])('%s is no origin: 400, nothing is written', async (_what, origin) => {
  const before = await rowOf()
  expect(await send('PATCH', path(), { allowedOrigins: ['https://ok.example.com', origin] })).toMatchObject({
    status: 400,
    body: { code: 'INVALID_INPUT', fields: { 'allowedOrigins[1]': expect.any(String) } },
  })
  expect(await rowOf()).toEqual(before)
})

test.each([
  ['website', 'javascript:alert(1)'],
  ['website', 'java\nscript:alert(1)'],
  ['website', 'https://portal.test@evil.example/'],
  ['logoUrl', '//evil.example/logo.svg'],
  ['logoUrl', 'data:image/png;base64,AAAA'],
  ['email', 'nobody'],
  ['companyId', 'another-alias'],
  ['customDomain', 'portal.other.example'],
  ['sessionDurationSeconds', 59],
  ['passwordMinLength', 7],
])('%s = %j is 400 naming the field, nothing is written', async (field, value) => {
  const before = await rowOf()
  expect(await send('PATCH', path(), { company: 'Changed', [field]: value })).toMatchObject({
    status: 400,
    body: { fields: { [field]: expect.any(String) } },
  })
  expect(await rowOf()).toEqual(before)
})

test('alias and domain as they are may be sent along', async () => {
  const account = await rowOf()
  const body = { companyId: account?.alias, company: 'Acme' }
  expect((await send('PATCH', path(), body)).status).toBe(200)
})

describe('closed doors', () => {
  test('nobody registers a vendor over the API: 403, and there is no account more', async () => {
    const before = await db().$count(accounts)
    const body = { company: 'Mine', companyId: 'mine', email: 'me@example.com', password: 'x'.repeat(20) }
    expect(await v3('/v3/accounts', { body })).toMatchObject({
      status: 403,
      body: { code: 'ACCOUNT_MANAGED_BY_INSTALLATION' },
    })
    expect(await db().$count(accounts)).toBe(before)
  })

  test('status and plan are the installation’s: 403, nothing changes', async () => {
    const before = await rowOf()
    for (const part of ['status', 'plan']) {
      expect(await send('PUT', `${path()}/${part}`, { status: 'inactive' })).toMatchObject({
        status: 403,
        body: { code: 'ACCOUNT_MANAGED_BY_INSTALLATION' },
      })
    }
    expect(await rowOf()).toEqual(before)
  })

  test('single sign-on says in its clients’ words that it is not enabled', async () => {
    const body = { accountId, email: 'jane@example.com', idToken: 'a.b.c' }
    const oidc = await v3('/v3/accounts/login-oidc', { body })
    expect(oidc).toMatchObject({ status: 400, body: { code: 'OIDC_SSO_NOT_ENABLED' } })
    const google = await v3('/v3/accounts/login-google', { body })
    expect(google).toMatchObject({ status: 400, body: { code: 'GOOGLE_SSO_NOT_ENABLED' } })
    const verify = await v3('/v3/accounts/login/saml/verify', { body })
    expect(verify).toMatchObject({ status: 200, body: { enabled: false } })
    for (const answer of [
      await v3('/v3/accounts/login/saml/main?returnUrl=https://evil.example'),
      await v3('/v3/accounts/login/saml/main/acs', { method: 'POST', body: 'SAMLResponse=x' }),
      await send('POST', `${path()}/saml-configuration`, {}),
    ]) {
      expect(answer).toMatchObject({ status: 400, body: { code: 'SAML_SSO_NOT_ENABLED' } })
      expect(answer.headers.get('location')).toBe(null)
    }
  })
})
