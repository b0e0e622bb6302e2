import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { authorize } from '#lib/core/authorize.ts'
import { setClockOffset } from '#lib/core/clock.ts'
import { getLicense } from '#lib/licensing/licenses/get-license.ts'
import { LICENSE_STATUSES, type LicenseStatus } from '#lib/licensing/licenses/status.ts'
import { ValidationDto } from '#lib/licensing/validation/validation-dto.ts'
import { makeCustomer, makeMachineToken } from '#tests/factories/licensed.ts'
import { activate, claimsOf, idOf, sync } from '#tests/helpers/activation-routes.ts'
import { contextFor, operatorActor } from '#tests/helpers/context.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'
import { makeRuntimeWorld } from './world.ts'

let world: Awaited<ReturnType<typeof makeRuntimeWorld>>
setUpTestDatabase()
beforeAll(async () => {
  world = await makeRuntimeWorld()
})
afterEach(() => setClockOffset(0))

const DAY = 86_400_000
const inDays = (days: number) => new Date(Date.now() + days * DAY)
const Shown = z.object({ status: z.enum(LICENSE_STATUSES) })

type Columns = NonNullable<Parameters<typeof world.make>[0]>
interface State {
  columns: () => Columns
  banned?: boolean
  /** What a device's token says. */
  suspended: boolean
  isOver: boolean
  valid: boolean
}

/** Each state with the ones that come after it in the order true as well, where that is possible. */
const STATES: Record<Exclude<LicenseStatus, 'NOT_EFFECTIVE' | 'REVOKED'>, State> = {
  BANNED: {
    columns: () => ({ suspendedManualAt: new Date(), expiresAt: inDays(-1) }),
    banned: true,
    suspended: true,
    isOver: true,
    valid: false,
  },
  SUSPENDED: {
    columns: () => ({ suspendedBillingAt: new Date(), expiresAt: inDays(-1) }),
    suspended: true,
    isOver: true,
    valid: false,
  },
  EXPIRED: {
    columns: () => ({ expiresAt: inDays(-3), expiryGracePeriod: 2 * 86_400 }),
    suspended: false,
    isOver: true,
    valid: false,
  },
  GRACE: {
    columns: () => ({ expiresAt: inDays(-1), expiryGracePeriod: 2 * 86_400 }),
    suspended: false,
    isOver: false,
    valid: true,
  },
  EXPIRING_SOON: {
    columns: () => ({ expiresAt: inDays(1), expiringSoonEventOffset: 2 * 86_400 }),
    suspended: false,
    isOver: false,
    valid: true,
  },
  ACTIVE: {
    columns: () => ({ expiresAt: inDays(10), expiringSoonEventOffset: 2 * 86_400 }),
    suspended: false,
    isOver: false,
    valid: true,
  },
}

describe('customer, operator, machine, application and token say the same of a license that is', () => {
  test.each(Object.entries(STATES))('%s', async (status, { columns, banned, suspended, isOver, valid }) => {
    const owner = await makeCustomer(world.accountId, banned ? { bannedAt: new Date() } : {})
    const { licenseId, of } = await world.make({ userId: owner.id, ...columns() })
    const answer = await activate(of)
    for (const claims of [claimsOf(answer), claimsOf(await sync(idOf(answer), of))]) {
      expect(claims.suspended).toBe(suspended)
      expect(Number(claims.eat) !== 0 && Number(claims.eat) * 1000 <= Date.now()).toBe(isOver)
    }
    const validation = bodyOf(await v3('/v3/licenses/validate', { method: 'POST', body: of }), ValidationDto)
    expect(validation).toMatchObject({ valid, license: { status } })
    if (!valid) expect(validation.code).toBe(status)
    await expectShown(licenseId, status, banned ? undefined : owner.token)
  })

  test.each([
    ['REVOKED', { revokedBillingAt: new Date(), suspendedManualAt: new Date() }, 'REVOKED_LICENSE'],
    ['NOT_EFFECTIVE', { effectiveAt: new Date('2099-01-01T00:00:00Z') }, 'LICENSE_NOT_EFFECTIVE'],
  ])('%s, which no device can activate', async (status, columns, code) => {
    const owner = await makeCustomer(world.accountId)
    const { licenseId, of } = await world.make({ userId: owner.id, ...columns })
    expect(await activate(of)).toMatchObject({ status: 400, body: { code } })
    const validation = bodyOf(await v3('/v3/licenses/validate', { method: 'POST', body: of }), ValidationDto)
    expect(validation).toMatchObject({ valid: false, code: status, license: { status } })
    await expectShown(licenseId, status, owner.token)
  })
})

async function expectShown(licenseId: string, status: string, customerToken: string | undefined) {
  const token = await makeMachineToken(world.accountId, 'license:read')
  expect(bodyOf(await v3(`/v3/licenses/${licenseId}`, { token }), Shown).status).toBe(status)
  const ctx = contextFor(operatorActor(), { accountId: world.accountId })
  expect((await getLicense(authorize(ctx, 'license:read'), licenseId)).status).toBe(status)
  // A banned customer signs in nowhere.
  if (!customerToken) return
  expect(bodyOf(await v3(`/v3/me/licenses/${licenseId}`, { token: customerToken }), Shown).status).toBe(
    status,
  )
}
