import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { and, count, eq } from 'drizzle-orm'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { eventLogs } from '#db/schema/audit.ts'
import { activationMeterAttributes } from '#db/schema/license-parts.ts'
import { activations, licenses } from '#db/schema/licenses.ts'
import { authorize } from '#lib/core/authorize.ts'
import { clock, setClockOffset } from '#lib/core/clock.ts'
import { releaseInactive } from '#lib/licensing/activations/release-inactive.ts'
import { fixUrl, openFixLink } from '#lib/licensing/validation/fix-link.ts'
import { ValidationDto } from '#lib/licensing/validation/validation-dto.ts'
import { makeCustomer, makeMachineToken } from '#tests/factories/licensed.ts'
import { activate, call, claimsOf, fingerprint, idOf, sync } from '#tests/helpers/activation-routes.ts'
import { contextFor, systemActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'
import { devicesOf, logOf, makeMeter, makeRuntimeWorld, meterOf, written } from './runtime/world.ts'

/** The traps of the licensing requirements that others fell into, by their names there; those tried elsewhere stand at the end. */

let world: Awaited<ReturnType<typeof makeRuntimeWorld>>
setUpTestDatabase()
beforeAll(async () => {
  world = await makeRuntimeWorld()
})
afterEach(() => setClockOffset(0))

const DAY = 86_400_000

const validate = async (body: Record<string, unknown>) =>
  bodyOf(await v3('/v3/licenses/validate', { method: 'POST', body }), ValidationDto)

describe('trap: an expired key counts as valid anywhere', () => {
  test('a year, a day and a second late: validation, status, token and lists say that it expired', async () => {
    const token = await makeMachineToken(world.accountId, 'license:read')
    const owner = await makeCustomer(world.accountId)
    for (const late of [365 * DAY, DAY, 1000]) {
      const expiresAt = new Date(Date.now() - late)
      const { licenseId, of } = await world.make({ userId: owner.id, expiresAt })
      expect(await validate(of)).toMatchObject({
        valid: false,
        code: 'EXPIRED',
        license: { status: 'EXPIRED' },
      })
      const answer = await activate(of)
      expect(Number(claimsOf(answer).eat)).toBe(Math.floor(expiresAt.getTime() / 1000))
      expect(Number(claimsOf(await sync(idOf(answer), of)).eat) * 1000).toBeLessThan(Date.now())
      const Status = z.object({ status: z.string() })
      for (const [path, bearer] of [
        [`/v3/licenses/${licenseId}`, token],
        [`/v3/me/licenses/${licenseId}`, owner.token],
      ] as const) {
        expect(bodyOf(await v3(path, { token: bearer }), Status).status).toBe('EXPIRED')
      }
    }
  })
})

describe('trap: two activations race past the limit', () => {
  test('1,000 devices at once on a license for 7: exactly 7 have it, every other one is told ACTIVATION_LIMIT_REACHED', async () => {
    const { licenseId, of } = await world.make({ allowedActivations: 7 })
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, n) => activate(of, { fingerprint: fingerprint(n) })),
    )
    const accepted = answers.filter(({ status }) => status === 201)
    expect(accepted).toHaveLength(7)
    const refused = answers.filter(({ status }) => status !== 201)
    for (const answer of refused) {
      expect(answer).toMatchObject({ status: 400, body: { code: 'ACTIVATION_LIMIT_REACHED' } })
    }
    expect((await devicesOf(licenseId)).sort()).toEqual(accepted.map(idOf).sort())
    expect(await logOf(licenseId)).toHaveLength(7)
  }, 240_000)

  test('a pool of 3 whose leases end while 60 devices ask is never above 3', async () => {
    const { licenseId, of } = await world.make({
      type: 'hosted-floating',
      allowedFloatingClients: 3,
      leaseDuration: 60,
    })
    const holding = async () => {
      const rows = await db().select().from(activations).where(eq(activations.licenseId, licenseId))
      return rows.filter(({ leaseExpiresAt }) => leaseExpiresAt && leaseExpiresAt > clock.now()).length
    }
    for (let round = 0; round < 3; round += 1) {
      setClockOffset(round * 61_000)
      const ask = (n: number) => activate(of, { fingerprint: fingerprint(round * 10 + n) })
      const answers = await Promise.all(Array.from({ length: 20 }, (_, n) => ask(n)))
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(3)
      expect(await holding()).toBe(3)
    }
  }, 60_000)
})

describe('trap: the same device twice takes two slots', () => {
  test('50 times at once, with another user and another system in between: one place, one id', async () => {
    const { licenseId, of } = await world.make({ allowedActivations: 2 })
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        activate(of, { userHash: n % 2 ? 'AA' : 'BB', osVersion: `v${n % 3}` }),
      ),
    )
    expect(new Set(answers.map(idOf)).size).toBe(1)
    expect(await devicesOf(licenseId)).toHaveLength(1)
    expect((await activate(of, { fingerprint: fingerprint(2) })).status).toBe(201)
  })
})

describe('trap: counters lose concurrent updates', () => {
  test('60 activations and increments at once: the license’s sum is the devices’ sum', async () => {
    const { licenseId, of } = await world.make({ allowedActivations: 0 })
    const meter = await makeMeter(world.accountId, licenseId, { allowedUses: -1 })
    const meterAttributes = [{ name: 'exports', usesIncrement: 2 }]
    const answers = await Promise.all(
      Array.from({ length: 30 }, (_, n) => activate(of, { fingerprint: fingerprint(n), meterAttributes })),
    )
    await Promise.all(
      answers.map((answer) =>
        call(`/v3/activations/${idOf(answer)}`, {
          method: 'PATCH',
          body: deviceOf(of, answer, [{ name: 'exports', usesIncrement: 1 }]),
        }),
      ),
    )
    expect(await meterOf(meter)).toEqual({ total: 90, gross: 90 })
    const rows = await db()
      .select({ uses: activationMeterAttributes.uses })
      .from(activationMeterAttributes)
      .innerJoin(activations, eq(activations.id, activationMeterAttributes.activationId))
      .where(eq(activations.licenseId, licenseId))
    expect(rows.reduce((sum, { uses }) => sum + uses, 0)).toBe(90)
  }, 60_000)
})

describe('trap: negative, zero or huge increments', () => {
  test.each([
    [-1, 201, 0],
    [0, 201, 0],
    [11, 400, 0],
    [4_294_967_296, 400, 0],
    [10, 201, 10],
  ])(
    'an increment of %i with an activation is answered %i and counts %i',
    async (usesIncrement, status, total) => {
      const { licenseId, of } = await world.make()
      const meter = await makeMeter(world.accountId, licenseId)
      const answer = await activate(of, { meterAttributes: [{ name: 'exports', usesIncrement }] })
      expect(answer.status).toBe(status)
      expect(await meterOf(meter)).toEqual({ total, gross: total })
      expect(await devicesOf(licenseId)).toHaveLength(status === 201 ? 1 : 0)
    },
  )
})

describe('trap: several limits: the earlier ones charged though the request is rejected', () => {
  test('the second counter is full: the first is not charged, no place is taken, nothing is written', async () => {
    const { licenseId, of } = await world.make()
    const free = await makeMeter(world.accountId, licenseId)
    const full = await makeMeter(world.accountId, licenseId, { name: 'imports', allowedUses: 1 })
    const before = await written(world.accountId)
    const answer = await activate(of, {
      meterAttributes: [
        { name: 'exports', usesIncrement: 5 },
        { name: 'imports', usesIncrement: 2 },
      ],
    })
    expect(answer).toMatchObject({ status: 400, body: { code: 'METER_ATTRIBUTE_USES_LIMIT_REACHED' } })
    expect(await meterOf(free)).toEqual({ total: 0, gross: 0 })
    expect(await meterOf(full)).toEqual({ total: 0, gross: 0 })
    expect(await devicesOf(licenseId)).toEqual([])
    const [license] = await db().select().from(licenses).where(eq(licenses.id, licenseId))
    expect(license?.firstActivatedAt).toBeNull()
    expect(await written(world.accountId)).toEqual(before)
  })

  test('a full counter refuses a swap, too: the device that had to go keeps its place', async () => {
    const { licenseId, of } = await world.make({ allowedActivations: 1 })
    await makeMeter(world.accountId, licenseId, { allowedUses: 0 })
    const first = idOf(await activate(of))
    const answer = await activate(of, {
      fingerprint: fingerprint(2),
      replace: 'oldest',
      meterAttributes: [{ name: 'exports', usesIncrement: 1 }],
    })
    expect(answer.body).toMatchObject({ code: 'METER_ATTRIBUTE_USES_LIMIT_REACHED' })
    expect(await devicesOf(licenseId)).toEqual([first])
  })

  test('a full license charges no counter', async () => {
    const { licenseId, of } = await world.make({ allowedActivations: 1 })
    const meter = await makeMeter(world.accountId, licenseId)
    await activate(of)
    await activate(of, {
      fingerprint: fingerprint(2),
      meterAttributes: [{ name: 'exports', usesIncrement: 1 }],
    })
    expect(await meterOf(meter)).toEqual({ total: 0, gross: 0 })
  })
})

describe('trap: dates beyond year 9999', () => {
  test('the last moment there is goes through activation, sync and validation as it is', async () => {
    const expiresAt = new Date('9999-12-31T23:59:59.000Z')
    const { of } = await world.make({ expiresAt, expiryGracePeriod: 0 })
    const answer = await activate(of)
    expect(claimsOf(answer).eat).toBe(253_402_300_799)
    expect((await sync(idOf(answer), of)).status).toBe(200)
    expect(await validate(of)).toMatchObject({ valid: true, license: { expiresAt: expiresAt.toISOString() } })
  })
})

describe('trap: a freed device still listed', () => {
  test('freed by the device, the vendor or in bulk, it is in no list, no count and no validation', async () => {
    const reader = await makeMachineToken(world.accountId, 'activation:read', 'license:read')
    const writer = await makeMachineToken(world.accountId, 'license:write')
    const owner = await makeCustomer(world.accountId)
    const { licenseId, of } = await world.make({ userId: owner.id })
    const free = [
      (id: string) => v3(`/v3/activations/${id}/deactivate`, { method: 'POST', body: { key: of.key } }),
      (id: string) => v3(`/v3/activations/${id}`, { method: 'DELETE', token: writer }),
      () => v3(`/v3/activations?licenseId=${licenseId}`, { method: 'DELETE', token: writer }),
    ]
    for (const how of free) {
      const id = idOf(await activate(of))
      expect((await how(id)).status).toBe(204)
      expect((await v3(`/v3/activations?licenseId=${licenseId}`, { token: reader })).body).toEqual([])
      expect((await v3(`/v3/me/activations?licenseId=${licenseId}`, { token: owner.token })).body).toEqual([])
      expect((await v3(`/v3/activations/${id}`, { token: reader })).status).toBe(404)
      expect((await v3(`/v3/licenses/${licenseId}`, { token: reader })).body).toMatchObject({
        totalActivations: 0,
      })
      expect((await validate({ ...of, fingerprint: fingerprint(1) })).code).toBe('NO_ACTIVATION')
    }
  })
})

describe('trap: heartbeat enforced though the template says off', () => {
  test('a device that was silent for ten years keeps its place where the window is 0', async () => {
    const { licenseId, of } = await world.make({ heartbeatWindow: 0 })
    const id = idOf(await activate(of))
    setClockOffset(3650 * DAY)
    const ctx = contextFor(systemActor('due-work'), { accountId: world.accountId })
    await releaseInactive(authorize({ ...ctx, clock }, 'system:work'))
    expect(await devicesOf(licenseId)).toEqual([id])
    expect((await sync(id, of)).status).toBe(200)
  })
})

describe('trap: a revoked key served from a cache', () => {
  test('whoever wrote the revocation: the very next validation, sync and activation know it', async () => {
    const { licenseId, of } = await world.make()
    const id = idOf(await activate(of))
    for (let n = 0; n < 5; n += 1) expect((await validate(of)).valid).toBe(true)
    const revoke = (revokedManualAt: Date | null) =>
      db().update(licenses).set({ revokedManualAt }).where(eq(licenses.id, licenseId))
    await revoke(new Date())
    expect((await validate(of)).code).toBe('REVOKED')
    expect((await sync(id, of)).body).toMatchObject({ code: 'REVOKED_LICENSE' })
    expect((await activate(of)).body).toMatchObject({ code: 'REVOKED_LICENSE' })
    await revoke(null)
    expect((await validate(of)).valid).toBe(true)
    expect((await sync(id, of)).status).toBe(200)
  })
})

describe('trap: a mail link showing keys to a shared browser', () => {
  test('a fix link holds ids and a purpose, sealed: neither a key nor a right to see one', async () => {
    const owner = await makeCustomer(world.accountId)
    const { licenseId, of } = await world.make({ userId: owner.id })
    const license = { accountId: world.accountId, id: licenseId, userId: owner.id }
    const token = fixUrl(license, 'renew', new Date()).fixUrl?.split('/fix/')[1] ?? ''
    expect(Buffer.from(token, 'base64url').toString('latin1')).not.toContain(of.key)
    expect(token).not.toContain(licenseId)
    expect(Object.keys(openFixLink(token, new Date()) ?? {}).sort()).toEqual([
      'accountId',
      'licenseId',
      'purpose',
      'until',
    ])
  })
})

describe('trap: an empty filter matching everything', () => {
  test('neither a list nor a bulk deletion takes an empty filter for all', async () => {
    const reader = await makeMachineToken(world.accountId, 'activation:read')
    const writer = await makeMachineToken(world.accountId, 'license:write')
    const { licenseId, of } = await world.make()
    await activate(of)
    for (const query of ['licenseId[in]=', 'licenseKey[in]=', 'id[in]=']) {
      expect((await v3(`/v3/activations?${query}`, { token: reader })).body, query).toEqual([])
    }
    expect((await v3('/v3/activation-logs?licenseId[in]=', { token: reader })).body).toEqual([])
    expect((await v3('/v3/activations?licenseId=', { method: 'DELETE', token: writer })).status).toBe(400)
    expect(await devicesOf(licenseId)).toHaveLength(1)
  })
})

/** Each is tried by the test of that title (or a part of it) in that file. */
const ELSEWHERE: readonly [trap: string, file: string, title: string][] = [
  [
    'editing a template resets license state',
    'tests/integration/v3/products-and-templates.test.ts',
    'changing a template never touches the licenses made from it',
  ],
  [
    'revoke then grant again loses the key',
    'tests/integration/v3/licenses.test.ts',
    'revoking and granting again keeps the key',
  ],
  ['dates beyond year 9999', 'tests/integration/v3/licenses.test.ts', 'no expiry beyond the year 9999'],
  [
    'a refund leaves the key alive',
    'lib/billing/reconcile/desired-state.test.ts',
    'an open dispute, a lost one and a refund never leave a usable license',
  ],
  [
    'a second license for one purchase (webhook and success page)',
    'tests/integration/billing/convergence.test.ts',
    'the same event 100 times at once, among its siblings, makes one license and one mail',
  ],
  [
    'an offline file of another product accepted',
    'tests/integration/offline/files.test.ts',
    'by an application of another product of the same vendor',
  ],
  [
    'a token signed by a key that is not bound accepted',
    'sdk/verify-token.test.ts',
    'a key that is bound to a name counts for nothing else',
  ],
  ['the audit hash leaving out actor and IP', 'tests/integration/event-log.test.ts', "'another actor'"],
  ['the audit hash leaving out actor and IP', 'tests/integration/event-log.test.ts', "'another address'"],
  [
    'TOTP check-then-use race',
    'tests/integration/v3/second-factor.test.ts',
    'of 20 sign-ins at once with one code exactly one comes in',
  ],
  [
    'privilege escalation by odd permission names',
    'tests/integration/v3/roles.test.ts',
    'privilege escalation by odd permission names',
  ],
  ['webhook secret in an answer', 'tests/integration/webhooks/api.test.ts', 'stands in no answer at all'],
  ['SSRF by webhook URL', 'tests/integration/webhooks/guard.test.ts', 'webhooks reach public hosts alone'],
  ['SSRF by webhook URL', 'tests/integration/webhooks/guard.test.ts', 'DNS rebinding'],
  ['CSV formula injection', 'lib/core/input/csv.test.ts', 'no cell starts a formula'],
  [
    'an empty filter matching everything',
    'tests/integration/review/list-filters.test.ts',
    'an empty in matches nothing',
  ],
]

describe('traps that are tried where they belong', () => {
  test.each(ELSEWHERE)('%s: %s', (_trap, file, title) => {
    expect(readFileSync(join(import.meta.dirname, '../..', file), 'utf8')).toContain(title)
  })
})

function deviceOf(
  of: { productId: string; key: string },
  answer: Awaited<ReturnType<typeof activate>>,
  meterAttributes: unknown[],
) {
  return { ...of, os: 'linux', fingerprint: claimsOf(answer).fp, hostname: 'workstation', meterAttributes }
}

test('what a crowd at a full license leaves behind is one event', async () => {
  const { licenseId, of } = await world.make({ allowedActivations: 1 })
  await activate(of)
  await Promise.all(Array.from({ length: 40 }, (_, n) => activate(of, { fingerprint: fingerprint(n + 2) })))
  const [row] = await db()
    .select({ events: count() })
    .from(eventLogs)
    .where(and(eq(eventLogs.resourceId, licenseId), eq(eventLogs.event, 'license.activation.limit-reached')))
  expect(row?.events).toBe(1)
})
