import { constants, createCipheriv, publicEncrypt, randomBytes } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { decodeJwt, decodeProtectedHeader, importSPKI, jwtVerify } from 'jose'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { products } from '#db/schema/products.ts'
import { trialPolicies } from '#db/schema/trial-policies.ts'
import { trialActivations } from '#db/schema/trials.ts'
import { authorize } from '#lib/core/authorize.ts'
import { setClockOffset } from '#lib/core/clock.ts'
import { ActivationTokenDto } from '#lib/licensing/activations/activation-dto.ts'
import { OfflineTrialDto } from '#lib/licensing/trials/begin-offline-trial.ts'
import { TrialPolicyDto } from '#lib/licensing/trials/policy-dto.ts'
import { recordTrialExpiry } from '#lib/licensing/trials/record-trial-expiry.ts'
import { TrialActivationDto } from '#lib/licensing/trials/trial-dto.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeLicenseOf, makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { contextFor, systemActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

const DAY = 86_400

let accountId: string
let token: string
let product: Awaited<ReturnType<typeof makeSignedProduct>>

setUpTestDatabase({ max: 20 })
beforeEach(async () => {
  setClockOffset(0)
  accountId = (await makeAccount()).id
  token = await makeMachineToken(
    accountId,
    'trialPolicy:read',
    'trialPolicy:write',
    'trialActivation:read',
    'trialActivation:write',
  )
  product = await makeSignedProduct(accountId)
})

const POLICY = { name: 'Two weeks', trialLength: 14 * DAY }
const createPolicy = async (fields: object = {}) =>
  bodyOf(await v3('/v3/trial-policies', { token, body: { ...POLICY, ...fields } }), TrialPolicyDto, 201)
const offerTrial = async (fields: object = {}) => {
  const policy = await createPolicy(fields)
  await db()
    .update(products)
    .set({ trialPolicyId: policy.id })
    .where(and(eq(products.accountId, accountId), eq(products.id, product.id)))
  return policy
}
/** The body as clients of the original send it: no key, blanks for what is not known. */
const device = (fields: object = {}) => ({
  accountId,
  os: 'linux',
  osVersion: 'Debian GNU/Linux 12 (bookworm)',
  fingerprint: 'f'.repeat(64),
  userHash: 'A'.repeat(64),
  productId: product.id,
  vmName: '',
  container: false,
  appVersion: '',
  hostname: 'workbench',
  metadata: [{ key: 'seat', value: 'window' }],
  ...fields,
})
const begin = (fields: object = {}, ip?: string) =>
  v3('/v3/trial-activations', { body: device(fields), ...(ip && { ip }) })
const claimsOf = async (answer: Awaited<ReturnType<typeof begin>>) => {
  const { activationToken } = bodyOf(answer, ActivationTokenDto, 201)
  const key = await importSPKI(product.publicPem, 'RS256')
  const { payload } = await jwtVerify(activationToken, key, { algorithms: ['RS256'] })
  expect(decodeProtectedHeader(activationToken).kid).toBe(product.kid)
  return payload
}
const list = async (query = '') =>
  bodyOf(await v3(`/v3/trial-activations?${query}`, { token }), z.array(TrialActivationDto))
const one = async () => {
  const [trial] = await list()
  if (!trial) throw new Error('there is no trial')
  return trial
}
const eventsOf = async (resource: string) =>
  (
    await db()
      .select()
      .from(eventLogs)
      .where(and(eq(eventLogs.accountId, accountId), eq(eventLogs.resource, resource)))
  )
    .sort((a, b) => a.seq - b.seq)
    .map(({ event }) => event)
const rowCount = () => db().$count(trialActivations, eq(trialActivations.accountId, accountId))
const codeOf = (answer: { body: unknown }) => z.object({ code: z.string() }).parse(answer.body).code

describe('a trial policy', () => {
  test('is created, read, listed, changed and deleted, and each of it is in the trail', async () => {
    const created = await createPolicy({
      allowedCountries: ['de'],
      allowVmActivation: 'false',
      allowedIpRange: '10.0.0.0/8',
    })
    expect(created).toMatchObject({
      ...POLICY,
      allowVmActivation: false,
      allowedCountries: ['DE'],
      allowedIpRanges: ['10.0.0.0/8'],
    })
    const path = `/v3/trial-policies/${created.id}`
    expect(bodyOf(await v3(path, { token }), TrialPolicyDto)).toEqual(created)
    expect(bodyOf(await v3('/v3/trial-policies?name[sw]=two', { token }), z.array(TrialPolicyDto))).toEqual([
      created,
    ])
    const changed = bodyOf(
      await v3(path, { token, method: 'PATCH', body: { trialLength: '60' } }),
      TrialPolicyDto,
    )
    expect(changed).toMatchObject({ name: POLICY.name, trialLength: 60, allowVmActivation: false })
    expect((await v3(path, { token, method: 'DELETE' })).status).toBe(204)
    expect((await v3(path, { token })).status).toBe(404)
    expect(await eventsOf('trial-policy')).toEqual([
      'trial-policy.created',
      'trial-policy.updated',
      'trial-policy.deleted',
    ])
  })
  test('has a name of its own and a length of at least a second', async () => {
    await createPolicy()
    for (const [body, status] of [
      [POLICY, 409],
      [{ ...POLICY, name: 'Other', trialLength: 0 }, 400],
      [{ name: 'Other' }, 400],
      [{ ...POLICY, name: '' }, 400],
    ] as const) {
      expect((await v3('/v3/trial-policies', { token, body })).status).toBe(status)
    }
    expect(await db().$count(trialPolicies, eq(trialPolicies.accountId, accountId))).toBe(1)
    expect(await eventsOf('trial-policy')).toHaveLength(1)
  })
  test('stays while a product has it', async () => {
    const policy = await offerTrial()
    const answer = await v3(`/v3/trial-policies/${policy.id}`, { token, method: 'DELETE' })
    expect([answer.status, codeOf(answer)]).toEqual([409, 'IN_USE'])
    expect(await db().$count(trialPolicies, eq(trialPolicies.id, policy.id))).toBe(1)
  })
})

describe('a device', () => {
  test('gets a trial with a token that the product’s key signs, and that no application takes for a license', async () => {
    await offerTrial()
    const claims = await claimsOf(await begin())
    const trial = await one()
    expect(claims).toMatchObject({
      aid: trial.id,
      pid: product.id,
      lid: '',
      key: '',
      type: 'trial',
      trial: true,
      suspended: false,
      fp: 'f'.repeat(64),
      fms: 'exact',
      uh: 'A'.repeat(64),
      os: 'linux',
      eat: Math.floor(Date.parse(trial.expiresAt) / 1000),
      amd: [{ key: 'seat', value: 'window' }],
    })
    for (const name of ['pmd', 'lmd', 'umd', 'lma', 'ama']) expect(claims[name]).toEqual([])
    expect(Date.parse(trial.expiresAt) - Date.parse(trial.createdAt)).toBe(14 * DAY * 1000)
    expect(trial).toMatchObject({ expired: false, offline: false, location: { ipAddress: '198.51.100.7' } })
    expect(await eventsOf('trial-activation')).toEqual(['trial-activation.created'])
  })
  test('gets the same trial again, also after its end, and never a second one', async () => {
    await offerTrial()
    const first = await claimsOf(await begin())
    setClockOffset(20 * DAY * 1000)
    const again = await claimsOf(await begin({ userHash: 'B'.repeat(64), appVersion: '2.0' }))
    expect([again.aid, again.eat]).toEqual([first.aid, first.eat])
    expect(Number(again.eat)).toBeLessThan(Number(again.iat))
    expect(await rowCount()).toBe(1)
    expect(await one()).toMatchObject({ appVersion: '2.0', expired: true })
    expect(await eventsOf('trial-activation')).toEqual([
      'trial-activation.created',
      'trial-activation.updated',
    ])
  })
  test('that asks twenty times at once has one trial', async () => {
    await offerTrial()
    const claims = await Promise.all(Array.from({ length: 20 }, async () => claimsOf(await begin())))
    expect(new Set(claims.map(({ aid }) => aid)).size).toBe(1)
    expect(new Set(claims.map(({ eat }) => eat)).size).toBe(1)
    expect(await rowCount()).toBe(1)
  })
  test('has one trial of each product, and every device its own', async () => {
    const policy = await offerTrial()
    const other = await makeSignedProduct(accountId, { trialPolicyId: policy.id })
    await begin()
    await begin({ productId: other.id })
    await begin({ fingerprint: 'e'.repeat(64) })
    expect(await rowCount()).toBe(3)
    expect(await list(`productId=${other.id}`)).toHaveLength(1)
  })
  test.each([
    ['of an unknown product', { productId: '00000000-0000-4000-8000-000000000000' }, 'INVALID_PRODUCT_ID'],
    ['of what is no product at all', { productId: 'x' }, 'INVALID_PRODUCT_ID'],
    ['in a virtual machine', { vmName: 'VirtualBox' }, 'VM_ACTIVATION_NOT_ALLOWED'],
    ['in a container', { container: true }, 'CONTAINER_ACTIVATION_NOT_ALLOWED'],
    ['without a fingerprint', { fingerprint: '' }, 'INVALID_INPUT'],
  ])('is refused a trial %s', async (_case, fields, code) => {
    await offerTrial({ allowVmActivation: false, allowContainerActivation: false })
    const answer = await begin(fields)
    expect([answer.status, codeOf(answer)]).toEqual([400, code])
    expect(await rowCount()).toBe(0)
    expect(await eventsOf('trial-activation')).toEqual([])
  })
  test('is refused where the product has no trial, and by address and country', async () => {
    expect(codeOf(await begin())).toBe('TRIAL_NOT_ALLOWED')
    await offerTrial({ disallowedIpAddresses: ['203.0.113.9'], allowedCountries: ['DE'] })
    expect(codeOf(await begin({}, '203.0.113.9'))).toBe('IP_ADDRESS_NOT_ALLOWED')
    expect(codeOf(await begin({}, '127.0.0.1'))).toBe('COUNTRY_NOT_ALLOWED')
    expect(await rowCount()).toBe(0)
  })
  test('whose trial belongs to another of its users is refused where trials are bound to them', async () => {
    await offerTrial({ userLocked: true })
    await claimsOf(await begin())
    const answer = await begin({ userHash: 'B'.repeat(64) })
    expect([answer.status, codeOf(answer)]).toEqual([400, 'TRIAL_ACTIVATION_LIMIT_REACHED'])
    expect(await rowCount()).toBe(1)
  })
  test('of another account’s product is of none', async () => {
    await offerTrial()
    const answer = await begin({ accountId: (await makeAccount()).id })
    expect(codeOf(answer)).toBe('INVALID_PRODUCT_ID')
    expect(await rowCount()).toBe(0)
  })
  test('says nothing of where it is when the policy asks not to keep it', async () => {
    await offerTrial({ disableGeoLocation: true })
    await begin()
    expect((await one()).location).toMatchObject({ ipAddress: '', countryCode: '' })
  })
})

/** A request as an application without a connection writes it (contract §6 "Offline files"). */
const sealed = (content: object, publicPem = product.publicPem) => {
  const key = randomBytes(32)
  const iv = randomBytes(16)
  const padding = constants.RSA_PKCS1_OAEP_PADDING
  const wrapped = publicEncrypt({ key: publicPem, padding, oaepHash: 'sha256' }, key)
  const cipher = createCipheriv('aes-256-gcm', key, iv)
  const data = [cipher.update(JSON.stringify(content)), cipher.final(), cipher.getAuthTag()]
  return [wrapped, Buffer.from(iv.toString('hex')), Buffer.concat(data)]
    .map((part) => part.toString('base64'))
    .join('.')
}
const REQUEST_ID = '0197a3c0-0000-7000-8000-0000000000aa'
const offline = (offlineRequest: string, fields: object = {}) =>
  v3('/v3/trial-activations/offline-activate', {
    body: { accountId, productId: product.id, offlineRequest, responseValidity: DAY, ...fields },
  })
const trialRequest = (fields: object = {}) =>
  sealed({ ...device(), type: 'trial', requestId: REQUEST_ID, ...fields })

describe('a device without a connection', () => {
  test('gets its trial by a request that is carried, the same one as often as it is brought', async () => {
    await offerTrial()
    const request = trialRequest()
    const answers = await Promise.all([offline(request), offline(request)])
    const key = await importSPKI(product.publicPem, 'RS256')
    const claims = await Promise.all(
      answers.map(async (answer) => {
        const { offlineResponse } = bodyOf(answer, OfflineTrialDto)
        return (await jwtVerify(offlineResponse, key, { algorithms: ['RS256'] })).payload
      }),
    )
    const trial = await one()
    for (const payload of claims) {
      expect(payload).toMatchObject({ aid: trial.id, type: 'trial', lid: '', key: '', rid: REQUEST_ID })
      expect(Number(payload.orv) - Number(payload.iat)).toBe(DAY)
    }
    expect(trial).toMatchObject({ offline: true, location: { ipAddress: '', countryCode: '' } })
    expect((await claimsOf(await begin())).aid).toBe(trial.id)
  })
  test('is told nothing that outlives its trial', async () => {
    await offerTrial()
    const { offlineResponse } = bodyOf(
      await offline(trialRequest(), { responseValidity: 900 * DAY }),
      OfflineTrialDto,
    )
    const payload = decodeJwt(offlineResponse)
    expect(payload.orv).toBe(payload.eat)
  })
  test.each([
    ['another product’s', async () => sealed(device(), (await makeSignedProduct(accountId)).publicPem)],
    ['one for a license', async () => trialRequest({ type: 'activate', key: 'A1B2C3-D4E5F6-A7B8C9' })],
    ['one that names another product', async () => trialRequest({ productId: REQUEST_ID })],
    ['garbage', async () => 'a.b.c'],
  ])('gets nothing for %s', async (_case, request) => {
    await offerTrial()
    const answer = await offline(await request())
    expect([answer.status, codeOf(answer)]).toEqual([400, 'INVALID_OFFLINE_REQUEST'])
    expect(await rowCount()).toBe(0)
  })
  test('cannot have a license’s activation by the request for a trial', async () => {
    await offerTrial()
    const license = await makeLicenseOf(accountId, product)
    const machine = await makeMachineToken(accountId, 'license:write')
    const body = { licenseId: license.id, offlineRequest: trialRequest(), responseValidity: 0 }
    const answer = await v3('/v3/activations/offline-activate', { token: machine, body })
    expect([answer.status, codeOf(answer)]).toEqual([400, 'INVALID_OFFLINE_REQUEST'])
  })
})

describe('an operator', () => {
  beforeEach(async () => {
    await offerTrial()
    await begin()
  })
  test('finds trials by what they are', async () => {
    const trial = await one()
    for (const query of [
      'expired=false',
      'metadata.key[eq]=seat&metadata.value[eq]=window',
      'query=workb',
      'os[in][]=linux&os[in][]=macos',
      `createdAt[gte]=${encodeURIComponent(trial.createdAt)}`,
    ]) {
      expect(await list(query), query).toHaveLength(1)
    }
    for (const query of [
      'expired=true',
      'os[in]=',
      'metadata.key=seat&metadata.value=aisle',
      'query=nobody',
    ]) {
      expect(await list(query), query).toEqual([])
    }
  })
  test('moves its end, and the device learns of it with its next token', async () => {
    const trial = await one()
    const extended = bodyOf(
      await v3(`/v3/trial-activations/${trial.id}/extend`, { token, body: { extensionLength: String(DAY) } }),
      TrialActivationDto,
    )
    expect(Date.parse(extended.expiresAt) - Date.parse(trial.expiresAt)).toBe(DAY * 1000)
    const set = bodyOf(
      await v3(`/v3/trial-activations/${trial.id}/expires-at`, {
        token,
        method: 'PATCH',
        body: { expiresAt: '2031-05-01 11:16:16' },
      }),
      TrialActivationDto,
    )
    expect(set.expiresAt).toBe('2031-05-01T11:16:16.000Z')
    expect((await claimsOf(await begin())).eat).toBe(Date.parse(set.expiresAt) / 1000)
    expect(await eventsOf('trial-activation')).toEqual([
      'trial-activation.created',
      'trial-activation.extended',
      'trial-activation.expiresAt.updated',
    ])
  })
  test.each([
    ['extend', 'POST', { extensionLength: 0 }],
    ['extend', 'POST', {}],
    ['expires-at', 'PATCH', { expiresAt: '10000-01-01T00:00:00Z' }],
    ['expires-at', 'PATCH', { expiresAt: null }],
  ] as const)('cannot %s it with %s %j', async (path, method, body) => {
    const trial = await one()
    const answer = await v3(`/v3/trial-activations/${trial.id}/${path}`, { token, method, body })
    expect(answer.status).toBe(400)
    expect(await one()).toEqual(trial)
    expect(await eventsOf('trial-activation')).toHaveLength(1)
  })
  test('cannot lengthen it beyond the last year that clients can read', async () => {
    const trial = await one()
    await db()
      .update(trialActivations)
      .set({ expiresAt: new Date('9999-12-31T00:00:00Z') })
    const answer = await v3(`/v3/trial-activations/${trial.id}/extend`, {
      token,
      body: { extensionLength: 2_000_000 },
    })
    expect([answer.status, codeOf(answer)]).toEqual([400, 'INVALID_INPUT'])
    expect((await one()).expiresAt).toBe('9999-12-31T00:00:00.000Z')
  })
  test('forgets it, and then the device may have another', async () => {
    const trial = await one()
    expect((await v3(`/v3/trial-activations/${trial.id}`, { token, method: 'DELETE' })).status).toBe(204)
    expect((await v3(`/v3/trial-activations/${trial.id}`, { token })).status).toBe(404)
    expect((await claimsOf(await begin())).aid).not.toBe(trial.id)
  })
  test('exports what the list would show, in one file', async () => {
    await begin({ fingerprint: 'e'.repeat(64), hostname: '=cmd()' })
    const { headers, body } = await v3('/v3/trial-activations/export?expired=false', { token })
    const lines = String(body).trimEnd().split('\r\n')
    expect(lines).toHaveLength(3)
    expect(lines[2]).toContain(",'=cmd(),")
    expect(headers.get('content-type')).toMatch(/^text\/csv; charset=utf-8/)
    expect(
      String((await v3('/v3/trial-activations/export?expired=true', { token })).body).trimEnd(),
    ).not.toContain('\n')
  })
})

describe('the end of a trial', () => {
  test('is told once, and once more when it was moved and has passed again', async () => {
    await offerTrial()
    await begin()
    const ctx = authorize(contextFor(systemActor(), { accountId }), 'system:work')
    expect(await recordTrialExpiry(ctx)).toBe(0)
    const later = contextFor(systemActor(), { accountId })
    later.clock.advance({ days: 15 })
    const past = authorize(later, 'system:work')
    const told = await Promise.all([recordTrialExpiry(past), recordTrialExpiry(past)])
    expect(told.sort()).toEqual([0, 1])
    expect(await recordTrialExpiry(past)).toBe(0)
    const trial = await one()
    await v3(`/v3/trial-activations/${trial.id}/extend`, { token, body: { extensionLength: 2 * DAY } })
    expect(await recordTrialExpiry(past)).toBe(0)
    later.clock.advance({ days: 2 })
    expect(await recordTrialExpiry(past)).toBe(1)
    expect(
      (await eventsOf('trial-activation')).filter((event) => event === 'trial-activation.expired'),
    ).toHaveLength(2)
  })
})
