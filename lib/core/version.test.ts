import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { LICENSE_STATUSES, type LicenseStatus } from '#lib/licensing/licenses/status.ts'
import {
  isVersionWithin,
  type LicenseForReleases,
  releaseRefusal,
} from '#lib/licensing/releases/release-refusal.ts'
import { comparePartially, orderVersions, parseVersion } from './version.ts'

const parts = fc.array(fc.nat({ max: 4 }), { minLength: 2, maxLength: 4 })

describe('versions', () => {
  test('two to four numbers are a version, and nothing else is', () => {
    expect(parseVersion('1.2')).toEqual([1, 2])
    expect(parseVersion('10.0.3.2147483647')).toEqual([10, 0, 3, 2147483647])
    expect(parseVersion('1.02')).toEqual([1, 2])
    for (const text of [
      '',
      '1',
      '1.2.3.4.5',
      ' 1.2',
      '1.2\n',
      'v1.2',
      '1.2-beta',
      '1..2',
      '1.2.',
      '-1.2',
      '1.2147483648',
    ]) {
      expect(parseVersion(text)).toBeUndefined()
    }
  })

  test('what is written is read again', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(), { minLength: 2, maxLength: 4 }),
        (version) => orderVersions(parseVersion(version.join('.')) ?? [], version) === 0,
      ),
    )
  })

  test('the order is total: it turns around, goes on, and only equals are equal', () => {
    fc.assert(
      fc.property(parts, parts, parts, (a, b, c) => {
        expect(Math.sign(orderVersions(a, b))).toBe(0 - Math.sign(orderVersions(b, a)))
        if (orderVersions(a, b) <= 0 && orderVersions(b, c) <= 0)
          expect(orderVersions(a, c)).toBeLessThanOrEqual(0)
        expect(orderVersions(a, b) === 0).toBe(a.join('.') === b.join('.'))
      }),
    )
  })

  test('a partial comparison ignores the parts that only one has', () => {
    expect(comparePartially([1, 2, 3], [1, 2, 3, 4])).toBe(0)
    expect(comparePartially([1, 2], [1, 2, 9])).toBe(0)
    fc.assert(
      fc.property(parts, parts, (a, b) => {
        const both = Math.min(a.length, b.length)
        expect(Math.sign(comparePartially(a, b))).toBe(
          Math.sign(orderVersions(a.slice(0, both), b.slice(0, both))),
        )
        expect(Math.sign(comparePartially(a, b))).toBe(0 - Math.sign(comparePartially(b, a)))
      }),
    )
  })

  test('where any release is newer than the installed one, the last of them is', () => {
    fc.assert(
      fc.property(fc.array(parts, { minLength: 1, maxLength: 8 }), parts, (versions, installed) => {
        const last = versions.toSorted(orderVersions).at(-1) ?? []
        const someIsNewer = versions.some((version) => comparePartially(version, installed) > 0)
        expect(comparePartially(last, installed) > 0).toBe(someIsNewer)
      }),
    )
  })
})

describe('which releases a license may get', () => {
  const productId = '0190a0a0-0000-7000-8000-000000000001'
  const publishedAt = new Date('2027-03-01T00:00:00Z')
  const license: LicenseForReleases = {
    productId,
    status: 'ACTIVE',
    maintenanceExpiresAt: null,
    maxAllowedReleaseVersion: '',
  }
  const release = { productId, publishedAt, versionParts: [2, 1, 5] }

  test('a good license gets every published release of its product', () => {
    expect(releaseRefusal(license, release)).toBeNull()
    expect(releaseRefusal(license, { ...release, publishedAt: null })).toBe('NOT_PUBLISHED')
    const other = { ...release, productId: '0190a0a0-0000-7000-8000-000000000002' }
    expect(releaseRefusal(license, other)).toBe('OTHER_PRODUCT')
  })

  test('a license that no application may run on gets none', () => {
    const good: LicenseStatus[] = ['ACTIVE', 'EXPIRING_SOON', 'GRACE']
    for (const status of LICENSE_STATUSES) {
      const expected = good.includes(status) ? null : 'LICENSE_NOT_USABLE'
      expect(releaseRefusal({ ...license, status }, release)).toBe(expected)
    }
  })

  test('maintenance covers what was published up to its end, and later releases not', () => {
    const until = (maintenanceExpiresAt: Date) =>
      releaseRefusal({ ...license, maintenanceExpiresAt }, release)
    expect(until(publishedAt)).toBeNull()
    expect(until(new Date(publishedAt.getTime() + 1))).toBeNull()
    expect(until(new Date(publishedAt.getTime() - 1))).toBe('MAINTENANCE_EXPIRED')
  })

  test('the highest allowed version holds its own patches, and nothing above', () => {
    const within = (max: string) => releaseRefusal({ ...license, maxAllowedReleaseVersion: max }, release)
    expect(['2.1', '2.1.5', '2.1.5.1', '2.2', '3.0'].map(within)).toEqual(Array(5).fill(null))
    expect(['2.0', '2.1.4', '1.9.9.9'].map(within)).toEqual(Array(3).fill('VERSION_NOT_ALLOWED'))
    expect(isVersionWithin([1, 0], 'rubbish')).toBe(false)
  })

  test('a higher limit or a longer maintenance never takes a release away', () => {
    const instant = fc.date({
      min: new Date('2026-01-01T00:00:00Z'),
      max: new Date('2028-01-01T00:00:00Z'),
      noInvalidDate: true,
    })
    fc.assert(
      fc.property(parts, parts, parts, instant, instant, (version, a, b, early, late) => {
        const [low = a, high = b] = [a, b].toSorted(orderVersions)
        const [first = early, last = late] = [early, late].toSorted((x, y) => x.getTime() - y.getTime())
        const candidate = { ...release, versionParts: version }
        const less = { ...license, maxAllowedReleaseVersion: low.join('.'), maintenanceExpiresAt: first }
        const more = { ...license, maxAllowedReleaseVersion: high.join('.'), maintenanceExpiresAt: last }
        // A longer limit of the same beginning says more: only those of one length are compared.
        if (low.length === high.length && releaseRefusal(less, candidate) === null) {
          expect(releaseRefusal(more, candidate)).toBeNull()
        }
      }),
    )
  })
})
