import fc from 'fast-check'
import { expect, test } from 'vitest'
import { refusalOf } from '#tests/helpers/refusal.ts'
import { assertReleaseVersion, isHigherVersion, isVersionAllowed } from './release-version.ts'

test.each([
  ['1.2.9', '1.2', true],
  ['1.3', '1.2', false],
  ['1.2', '1.2.3', true],
  ['1.2.3.9', '1.2.3', true],
  ['1.10', '1.9', false],
  ['2.0', '', true],
])('release %s with a license up to "%s": %s', (version, highest, allowed) => {
  expect(isVersionAllowed(version, highest)).toBe(allowed)
})

test.each([['1'], ['v1.2'], ['1.2-beta'], ['1.2.3.4.5'], ['1..2'], ['1.2 '], ['9999999999.1']])(
  '"%s" is no release version',
  async (version) => {
    const attempt = (async () => assertReleaseVersion(version))()
    expect((await refusalOf(attempt)).code).toBe('INVALID_RELEASE_VERSION_FORMAT')
  },
)

test('of two versions at most one is higher, and the order is that of their parts', () => {
  const version = fc.array(fc.nat(999), { minLength: 2, maxLength: 4 })
  fc.assert(
    fc.property(version, version, (a, b) => {
      const weight = (parts: number[]) => parts.reduce((sum, part, at) => sum + part * 1000 ** (3 - at), 0)
      expect(isHigherVersion(a.join('.'), b.join('.'))).toBe(weight(a) > weight(b))
    }),
  )
})
