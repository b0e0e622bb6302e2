import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { webhookDeliveries, webhooks } from '#db/schema/webhooks.ts'
import { DeliveryDto } from '#lib/announce/webhooks/delivery-dto.ts'
import { WebhookEventDto } from '#lib/announce/webhooks/event-catalogue.ts'
import { resourceOf, WEBHOOK_EVENTS } from '#lib/announce/webhooks/event-names.ts'
import { RESOURCE_SCHEMAS } from '#lib/announce/webhooks/resource-schemas.ts'
import { NewWebhookDto, WebhookDto } from '#lib/announce/webhooks/webhook-dto.ts'
import { open } from '#lib/core/crypto/seal.ts'
import { newId } from '#lib/core/ids.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeLicenseOf, makeMachineToken, makeSignedProduct } from '#tests/factories/licensed.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

let accountId: string
let token: string

setUpTestDatabase({ env: { BILLING_MODE: 'off' } })
beforeEach(async () => {
  accountId = (await makeAccount()).id
  token = await makeMachineToken(accountId, 'webhook:read', 'webhook:write', 'license:write')
})

const BODY = {
  name: 'Shop',
  url: 'https://shop.example.com/hooks?key=1',
  token: 'the-shared-secret',
  active: true,
  events: ['license.created', 'license.updated'],
}
const create = async (fields: Record<string, unknown> = {}) =>
  bodyOf(await v3('/v3/webhooks', { token, body: { ...BODY, ...fields } }), NewWebhookDto, 201)
const patch = (id: string, body: unknown) => v3(`/v3/webhooks/${id}`, { method: 'PATCH', token, body })
const secretOf = async (id: string) => {
  const [row] = await db().select().from(webhooks).where(eq(webhooks.id, id))
  return open('webhook-token', row?.sealedToken ?? '', id)
}
const log = async (query = '') =>
  bodyOf(await v3(`/v3/webhook-event-logs${query}`, { token }), z.array(DeliveryDto))

describe('the secret', () => {
  test('of the caller stands in no answer at all, of none of the routes, and not in the audit trail', async () => {
    const { id } = await create()
    const license = await makeLicenseOf(accountId, await makeSignedProduct(accountId))
    await v3(`/v3/licenses/${license.id}`, { method: 'PATCH', token, body: { notes: 'x' } })
    const answers = [
      await v3('/v3/webhooks', { token }),
      await v3(`/v3/webhooks/${id}`, { token }),
      await patch(id, { name: 'Another' }),
      await patch(id, { token: 'the-next-shared-secret' }),
      await v3('/v3/webhook-event-logs', { token }),
      await v3('/v3/webhooks', { token, body: { ...BODY, name: 'Second' } }),
    ]
    const trail = await db().select().from(eventLogs).where(eq(eventLogs.accountId, accountId))
    const said = JSON.stringify([answers.map(({ body }) => body), trail])
    expect(said).not.toContain('shared-secret')
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 201])
    expect(await secretOf(id)).toBe('the-next-shared-secret')
  })

  test('is made where the caller sends none, and answered that once', async () => {
    const made = await create({ token: '' })
    expect(made.token).toMatch(/^whsec_/)
    expect(await secretOf(made.id)).toBe(made.token)
    const { body } = await v3(`/v3/webhooks/${made.id}`, { token })
    expect(body).toMatchObject({ token: '' })
  })

  test('a fresh one is not answered a second time by repeating the request', async () => {
    const headers = { 'idempotency-key': newId() }
    const { token: _token, ...body } = BODY
    expect((await v3('/v3/webhooks', { token, body, headers })).status).toBe(201)
    expect((await v3('/v3/webhooks', { token, body, headers })).status).toBe(409)
    expect(await db().$count(webhooks, eq(webhooks.accountId, accountId))).toBe(1)
  })

  test('stays what it is when a client changes something else, or sends back the empty one it was answered', async () => {
    const { id } = await create()
    await patch(id, { name: 'Renamed' })
    expect(await secretOf(id)).toBe('the-shared-secret')
    const { body } = await v3(`/v3/webhooks/${id}`, { token })
    const again = bodyOf(await patch(id, { ...(body as object), active: false }), WebhookDto)
    expect(again).toMatchObject({ name: 'Renamed', active: false, token: '' })
    expect(await secretOf(id)).toBe('the-shared-secret')
  })

  test.each(['whsec_', 'whsec_c2hvcnQ=', 'whsec_not base64!', 'with space'])(
    'cannot be "%s"',
    async (secret) => {
      const { status, body } = await v3('/v3/webhooks', { token, body: { ...BODY, token: secret } })
      expect([status, body]).toMatchObject([
        400,
        { code: 'INVALID_INPUT', fields: { token: expect.any(String) } },
      ])
      expect(await db().$count(webhooks, eq(webhooks.accountId, accountId))).toBe(0)
    },
  )
})

describe('webhooks', () => {
  test('are made, read, listed, changed and deleted as the contract says', async () => {
    const made = await create({ active: 'true' })
    expect(made).toMatchObject({ ...BODY, token: '', suspended: false, suspendedAt: null })
    expect(bodyOf(await v3(`/v3/webhooks/${made.id}`, { token }), WebhookDto)).toEqual(made)
    const listed = bodyOf(
      await v3('/v3/webhooks?name[cn]=sho&event=license.created', { token }),
      z.array(WebhookDto),
    )
    expect(listed).toEqual([made])
    expect((await v3('/v3/webhooks?event[in]=', { token })).body).toEqual([])
    expect((await v3('/v3/webhooks?event[ne]=license.created', { token })).body).toEqual([])
    expect(
      bodyOf(await patch(made.id, { events: ['trialActivation.created', 'user.created'] }), WebhookDto)
        .events,
    ).toEqual(['trial-activation.created', 'user.created'])
    expect((await v3(`/v3/webhooks/${made.id}`, { method: 'DELETE', token })).status).toBe(204)
    expect((await v3(`/v3/webhooks/${made.id}`, { token })).status).toBe(404)
  })

  test('a name is taken once; an event that does not exist or none at all is refused by field', async () => {
    const { id } = await create()
    const other = await create({ name: 'Other' })
    expect((await v3('/v3/webhooks', { token, body: BODY })).body).toMatchObject({ code: 'CONFLICT' })
    expect((await patch(other.id, { name: 'Shop' })).body).toMatchObject({ code: 'CONFLICT' })
    for (const events of [['license.created', 'session.revoked'], [], 'license.created', [7]]) {
      const { status, body } = await patch(id, { events })
      expect([status, body]).toMatchObject([400, { code: 'INVALID_INPUT' }])
    }
    const { body } = await patch(id, { events: ['session.revoked'] })
    expect(body).toMatchObject({ fields: { events: expect.stringContaining('"session.revoked"') } })
    expect(bodyOf(await v3(`/v3/webhooks/${id}`, { token }), WebhookDto).events).toEqual(BODY.events)
  })

  test('of another account are not there: neither to read nor to change, delete, test or replay', async () => {
    const { id } = await create()
    await v3(`/v3/licenses/${(await makeLicenseOf(accountId, await makeSignedProduct(accountId))).id}`, {
      method: 'PATCH',
      token,
      body: { notes: 'x' },
    })
    const [delivery] = await log()
    const foreign = (await makeAccount()).id
    const stranger = await makeMachineToken(foreign, 'webhook:read', 'webhook:write')
    const tries = [
      await v3(`/v3/webhooks/${id}`, { token: stranger }),
      await v3(`/v3/webhooks/${id}`, { method: 'PATCH', token: stranger, body: { active: false } }),
      await v3(`/v3/webhooks/${id}`, { method: 'DELETE', token: stranger }),
      await v3(`/v3/webhooks/${id}/test`, { method: 'POST', token: stranger }),
      await v3(`/v3/webhook-event-logs/${delivery?.id}`, { token: stranger }),
      await v3(`/v3/webhook-event-logs/${delivery?.id}/replay`, { method: 'POST', token: stranger }),
    ]
    expect(tries.map(({ status }) => status)).toEqual([404, 404, 404, 404, 404, 404])
    expect((await v3('/v3/webhooks', { token: stranger })).body).toEqual([])
    expect((await v3('/v3/webhook-event-logs', { token: stranger })).body).toEqual([])
    expect(bodyOf(await v3(`/v3/webhooks/${id}`, { token }), WebhookDto).active).toBe(true)
    expect(await log()).toEqual([delivery])
  })

  test('need their scope: reading does not make, writing does not read', async () => {
    const reader = await makeMachineToken(accountId, 'webhook:read')
    const writer = await makeMachineToken(accountId, 'webhook:write')
    expect((await v3('/v3/webhooks', { token: reader, body: BODY })).status).toBe(403)
    expect((await v3('/v3/webhooks', { token: writer })).status).toBe(403)
    expect(await db().$count(webhooks, eq(webhooks.accountId, accountId))).toBe(0)
  })
})

describe('the delivery log', () => {
  test('says what was owed to whom and when, and filters by webhook, event, state and time', async () => {
    const { id } = await create({ events: ['license.updated'] })
    const license = await makeLicenseOf(accountId, await makeSignedProduct(accountId))
    await v3(`/v3/licenses/${license.id}`, { method: 'PATCH', token, body: { notes: 'x' } })
    const [line] = await log()
    expect(line).toMatchObject({
      webhookId: id,
      event: 'license.updated',
      resourceId: license.id,
      status: 'pending',
      attempts: 0,
      requestedAt: null,
      responseStatus: null,
      error: null,
    })
    expect(JSON.stringify(line)).not.toContain(license.key)
    const found = async (query: string) => (await log(query)).length
    expect(await found(`?webhookId=${id}&event=license.updated&status=pending`)).toBe(1)
    expect(await found(`?webhookId=${newId()}`)).toBe(0)
    expect(await found('?event[ne]=license.updated')).toBe(0)
    expect(await found('?status[in]=dead,held')).toBe(0)
    expect(await found('?status[nin]=dead,held')).toBe(1)
    expect(await found('?status[in]=')).toBe(0)
    expect(await found(`?createdAt[gte]=${line?.createdAt}`)).toBe(1)
    expect(await found(`?createdAt[gt]=${line?.createdAt}`)).toBe(0)
    const { body } = await v3('/v3/webhook-event-logs?status=lost', { token })
    expect(body).toMatchObject({ code: 'INVALID_INPUT', fields: { status: expect.any(String) } })
    expect((await v3(`/v3/webhook-event-logs/${line?.id}/replay`, { method: 'POST', token })).status).toBe(
      409,
    )
    expect((await v3('/v3/webhook-event-logs/none/replay', { method: 'POST', token })).status).toBe(404)
  })

  test('a test send says why it did not arrive, and stands in the log', async () => {
    const { id } = await create({ url: 'https://nobody.invalid/hook' })
    const { status, body } = await v3(`/v3/webhooks/${id}/test`, { method: 'POST', token })
    expect([status, body]).toMatchObject([200, { test: true, status: 'dead', error: expect.any(String) }])
    expect(await log('?test=true')).toHaveLength(1)
    const unknown = await v3(`/v3/webhooks/${id}/test`, { token, body: { event: 'session.revoked' } })
    expect(unknown.status).toBe(400)
    expect(await db().$count(webhookDeliveries, eq(webhookDeliveries.accountId, accountId))).toBe(1)
  })
})

test('every event that is offered is recorded somewhere: none is a promise', () => {
  const lib = join(import.meta.dirname, '../../../lib')
  const sources = readdirSync(lib, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/^webhooks\/|\.test\.ts$/.test(file))
    .map((file) => readFileSync(join(lib, file), 'utf8'))
    .join('\n')
  expect(WEBHOOK_EVENTS.filter((name) => !sources.includes(`'${name}'`))).toEqual([])
})

test('every event is listed with a sentence, a JSON schema and a sample that fits it and the answer of a GET', async () => {
  const events = bodyOf(await v3('/v3/webhooks/events', { token }), z.array(WebhookEventDto))
  expect(events.map(({ name }) => name)).toEqual([...WEBHOOK_EVENTS])
  expect(events.some(({ name }) => name.startsWith('session.'))).toBe(false)
  const ajv = new Ajv2020({ strict: false, validateFormats: false })
  for (const { name, description, schema, sample } of events) {
    expect(description).toMatch(/^[A-Z].*\.$/)
    const fits = ajv.compile(schema)
    expect([name, fits(sample), fits.errors]).toEqual([name, true, null])
    expect(fits({ ...sample, event: 'another' })).toBe(false)
    const event = WEBHOOK_EVENTS.find((known) => known === name)
    expect(event && RESOURCE_SCHEMAS[resourceOf(event)].safeParse(sample.data).success).toBe(true)
  }
})
