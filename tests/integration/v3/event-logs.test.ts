import { eq } from 'drizzle-orm'
import { beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { userKeys } from '#db/schema/users.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import { ERASED } from '#lib/insight/audit-trail/event-dto.ts'
import { EventLogDto } from '#lib/insight/audit-trail/event-log-dto.ts'
import { makeAccount } from '#tests/factories/account.ts'
import { makeCustomer, makeMachineToken } from '#tests/factories/licensed.ts'
import { contextFor, customerActor, operatorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

let accountId: string
let token: string
let customer: Awaited<ReturnType<typeof makeCustomer>>

setUpTestDatabase()
beforeEach(async () => {
  accountId = (await makeAccount()).id
  token = await makeMachineToken(accountId, 'eventLog:read')
  customer = await makeCustomer(accountId)
  await inTransaction(contextFor(customerActor(customer.id), { accountId }), async (tx) => {
    recordEvent(tx, {
      event: 'user.updated',
      resource: 'user',
      resourceId: customer.id,
      userId: customer.id,
      changes: { twoFactorEnabled: true },
      personal: { email: 'new@example.com' },
    })
  })
  await inTransaction(contextFor(operatorActor(), { accountId }), async (tx) => {
    recordEvent(tx, { event: 'license.activation.limit-reached', resource: 'license', resourceId: 'l-1' })
  })
})

const list = async (query = '') =>
  bodyOf(await v3(`/v3/event-logs?${query}`, { token }), z.array(EventLogDto))

describe('the audit trail over the Web API', () => {
  test('says who did what to what, from where, oldest first', async () => {
    const [first, second] = await list()
    expect(first).toMatchObject({
      seq: 1,
      event: 'user.updated',
      resource: 'user',
      action: 'updated',
      resourceId: customer.id,
      ipAddress: '198.51.100.7',
      actor: `user:${customer.id}`,
      user: { id: customer.id, email: customer.email },
      userId: customer.id,
    })
    expect(first?.changes).toEqual(
      expect.arrayContaining([
        { field: 'twoFactorEnabled', value: true },
        { field: 'email', value: 'new@example.com' },
      ]),
    )
    expect(second).toMatchObject({ action: 'activation.limit-reached', user: null, userId: null })
    expect(bodyOf(await v3(`/v3/event-logs/${first?.id}`, { token }), EventLogDto)).toEqual(first)
  })
  test('is filtered by what happened, to what, when and to whom', async () => {
    for (const [query, events] of [
      ['action=updated', ['user.updated']],
      ['action[sw]=activation', ['license.activation.limit-reached']],
      ['event[in]=user.updated,x', ['user.updated']],
      ['resource=license', ['license.activation.limit-reached']],
      ['resourceId=l-1', ['license.activation.limit-reached']],
      [`userId=${customer.id}`, ['user.updated']],
      ['createdAt[lt]=2020-01-01', []],
      ['event[in]=', []],
      ['query=limit', ['license.activation.limit-reached']],
      ['sort=-seq', ['license.activation.limit-reached', 'user.updated']],
    ] as const) {
      expect([query, (await list(query)).map(({ event }) => event)]).toEqual([query, events])
    }
  })
  test('tells nothing of a user whose key was destroyed', async () => {
    await db().delete(userKeys).where(eq(userKeys.userId, customer.id))
    const [first] = await list('action=updated')
    expect(first?.ipAddress).toBe(ERASED)
    expect(first?.changes).toContainEqual({ field: 'email', value: ERASED })
    expect(JSON.stringify(first)).not.toContain('new@example.com')
  })
  test('is each account’s own, and read only', async () => {
    const [first] = await list()
    const stranger = await makeMachineToken((await makeAccount()).id, 'eventLog:read')
    expect((await v3('/v3/event-logs', { token: stranger })).body).toEqual([])
    expect((await v3(`/v3/event-logs/${first?.id}`, { token: stranger })).status).toBe(404)
    for (const method of ['PATCH', 'PUT', 'DELETE', 'POST'] as const) {
      expect((await v3(`/v3/event-logs/${first?.id}`, { token, method })).status).toBe(405)
    }
    expect(await list()).toHaveLength(2)
  })
})
