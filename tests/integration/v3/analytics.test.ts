import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { db } from '#db/client.ts'
import { activations } from '#db/schema/licenses.ts'
import { trialActivations } from '#db/schema/trials.ts'
import { setClockOffset } from '#lib/core/clock.ts'
import { newId } from '#lib/core/ids.ts'
import { AccountStatsDto } from '#lib/insight/analytics/account-stats.ts'
import { DayCountsDto } from '#lib/insight/analytics/count-by-day.ts'
import { NameCountsDto } from '#lib/insight/analytics/count-by-name.ts'
import { makeAccount } from '#tests/factories/account.ts'
import {
  makeCustomer,
  makeLicenseOf,
  makeMachineToken,
  makeSignedProduct,
} from '#tests/factories/licensed.ts'
import { setUpTestDatabase } from '#tests/helpers/database.ts'
import { bodyOf, v3 } from '#tests/helpers/v3-call.ts'

const NOW = new Date('2031-03-10T09:00:00Z')

let accountId: string
let token: string
let product: Awaited<ReturnType<typeof makeSignedProduct>>
let license: Awaited<ReturnType<typeof makeLicenseOf>>

setUpTestDatabase()
afterAll(async () => {
  setClockOffset(0)
})
beforeEach(async () => {
  setClockOffset(NOW.getTime() - Date.now())
  accountId = (await makeAccount()).id
  token = await makeMachineToken(accountId, 'analytics:read')
  product = await makeSignedProduct(accountId)
  license = await makeLicenseOf(accountId, product, { createdAt: new Date('2031-03-01T23:59:59Z') })
})

const device = (day: string, more: Partial<typeof activations.$inferInsert> = {}) => {
  const at = new Date(day)
  const times = { createdAt: at, updatedAt: at, lastSyncedAt: at }
  return db()
    .insert(activations)
    .values({
      accountId,
      id: newId(),
      licenseId: license.id,
      productId: product.id,
      fingerprint: newId(),
      os: 'linux',
      hostname: 'h',
      ...times,
      ...more,
    })
}
const trial = (day: string, os: string) => {
  const at = new Date(day)
  const ids = { accountId, id: newId(), productId: product.id, fingerprint: newId() }
  return db()
    .insert(trialActivations)
    .values({ ...ids, os, hostname: 'h', expiresAt: at, createdAt: at, updatedAt: at })
}
const days = async (path: string) => {
  const counts = bodyOf(await v3(`/v3/analytics/${path}`, { token }), DayCountsDto)
  return {
    all: counts,
    some: counts.filter(({ count }) => count > 0).map(({ date, count }) => `${date} ${count}`),
  }
}
const names = async (path: string) =>
  bodyOf(await v3(`/v3/analytics/${path}`, { token }), NameCountsDto).map(
    ({ name, count }) => `${name} ${count}`,
  )

describe('per day', () => {
  test('every day of the range is told, in UTC, also those without any', async () => {
    await device('2031-03-02T00:00:00Z')
    await device('2031-03-02T23:59:59.999Z')
    await device('2031-03-10T08:00:00Z')
    await device('2030-01-01T00:00:00Z')
    const { all, some } = await days('activations')
    expect(some).toEqual(['2031-03-02 2', '2031-03-10 1'])
    expect([all.length, all[0]?.date, all.at(-1)?.date]).toEqual([30, '2031-02-09', '2031-03-10'])
  })
  test('a range is asked for in days that both count, or as of any list', async () => {
    await device('2031-03-02T12:00:00Z')
    await device('2031-03-04T12:00:00Z')
    for (const range of [
      'from=2031-03-02&to=2031-03-04',
      'createdAt[gte]=2031-03-02&createdAt[lt]=2031-03-04T13:00:00Z',
    ]) {
      const { all, some } = await days(`activations?${range}`)
      expect(all.map(({ date }) => date)).toEqual(['2031-03-02', '2031-03-03', '2031-03-04'])
      expect(some).toEqual(['2031-03-02 1', '2031-03-04 1'])
    }
    expect((await days('activations?from=2031-03-05&to=2031-03-01')).all).toEqual([])
  })
  test('licenses and trials likewise, of one product where one is named', async () => {
    const other = await makeSignedProduct(accountId)
    await makeLicenseOf(accountId, other, { createdAt: new Date('2031-03-03T00:00:00Z') })
    await trial('2031-03-05T10:00:00Z', 'macos')
    expect((await days('licenses')).some).toEqual(['2031-03-01 1', '2031-03-03 1'])
    expect((await days(`licenses?productId=${product.id}`)).some).toEqual(['2031-03-01 1'])
    expect((await days('trial-activations')).some).toEqual(['2031-03-05 1'])
  })
  test.each(['from=nonsense', 'from=2001-01-01', 'productId=1', 'from=2031-03-01&os[gt]=a'])(
    'refuses %s, naming the field',
    async (query) => {
      const { status, body } = await v3(`/v3/analytics/activations?${query}`, { token })
      expect(status).toBe(400)
      expect(body).toMatchObject({ code: 'INVALID_INPUT' })
    },
  )
})

describe('by name', () => {
  test('most first; what is not known has no name; ended leases are not counted', async () => {
    await device('2031-03-02', {
      os: 'windows',
      osVersion: '11',
      countryCode: 'DE',
      appVersion: '2.0',
      vmName: 'KVM',
    })
    await device('2031-03-03', { os: 'windows', osVersion: '10', countryCode: 'DE' })
    await device('2031-03-04', { os: 'macos' })
    await device('2031-03-05', { os: 'android', leaseExpiresAt: new Date('2031-03-06') })
    expect(await names('activations/os')).toEqual(['windows 2', 'macos 1'])
    expect(await names('activations/os-version?os=windows')).toEqual(['10 1', '11 1'])
    expect(await names('activations/geo-location')).toEqual(['DE 2', ' 1'])
    expect(await names('activations/app-version')).toEqual([' 2', '2.0 1'])
    expect(await names('activations/vm-name?to=2031-03-02')).toEqual(['KVM 1'])
    await trial('2031-03-05', 'linux')
    expect(await names('trial-activations/os')).toEqual(['linux 1'])
    for (const path of ['geo-location', 'os-version', 'vm-name']) {
      expect(await names(`trial-activations/${path}`)).toEqual([' 1'])
    }
  })
})

describe('in all', () => {
  test('counts everything of the account and of no other', async () => {
    await makeCustomer(accountId)
    await device('2031-03-02')
    await trial('2031-03-05', 'linux')
    const stats = bodyOf(await v3('/v3/analytics/stats', { token }), AccountStatsDto)
    expect(stats).toEqual({
      products: 1,
      licenses: 1,
      activations: 1,
      trialActivations: 1,
      releases: 0,
      users: 1,
      admins: 0,
      automatedEmails: 0,
      emailTemplates: 0,
    })
    const stranger = await makeMachineToken((await makeAccount()).id, 'analytics:read')
    const theirs = bodyOf(await v3('/v3/analytics/stats', { token: stranger }), AccountStatsDto)
    expect(z.record(z.string(), z.literal(0)).safeParse(theirs).success).toBe(true)
    expect((await v3('/v3/analytics/activations/os', { token: stranger })).body).toEqual([])
  })
})
