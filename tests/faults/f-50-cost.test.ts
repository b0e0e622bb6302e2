import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkNewPassword } from '#lib/access/passwords/password-policy.ts'
import { compileKeyPattern, KeyPatternError } from '#lib/catalog/templates/key-pattern.ts'
import { canonicalEmail, parseEmail } from '#lib/core/canonical-email.ts'
import { originOf } from '#lib/core/http-origin.ts'
import { parseInstant } from '#lib/core/input/fields.ts'
import { canonicalAddress } from '#lib/core/ip-address.ts'
import { likeText } from '#lib/core/list/to-sql.ts'
import { normalize } from '#lib/core/normalize.ts'
import { parseVersion } from '#lib/core/version.ts'
import { isAddressAllowed } from '#lib/licensing/activations/address-rules.ts'

const root = join(import.meta.dirname, '../..')

/** Source of the product, without tests. */
function sources(): { file: string; text: string }[] {
  return ['app', 'lib', 'server', 'db', 'bin', 'emulator'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file))
      .map((file) => ({ file: `${folder}/${file}`, text: readFileSync(join(root, folder, file), 'utf8') })),
  )
}

test('F-50: no regular expression is made of text that comes from outside', () => {
  const made = sources().filter(({ text }) => /\bRegExp\((?![A-Z_]+\))/.test(text))
  expect(made.map(({ file }) => file)).toEqual([])
})

test('F-50: text is normalized in one place, which knows what a long row of marks costs', () => {
  const own = sources().filter(({ text }) => /\.normalize\('NF/.test(text))
  expect(own.map(({ file }) => file)).toEqual([])
})

test('F-50: Liquid is loaded by the thread that renders, and by nothing else', () => {
  const users = sources().filter(({ text }) => /from '(liquidjs|.*\/liquid\.ts)'/.test(text))
  expect(users.map(({ file }) => file).sort()).toEqual([
    'lib/mail/written/liquid.ts',
    'lib/mail/written/template-thread.ts',
  ])
})

test('F-50: a quarter of a megabyte of marks is no address, and is found out at once', () => {
  const marks = `a${'\u0315\u0300'.repeat(125_000)}`
  const before = process.cpuUsage()
  expect(normalize(marks, 'NFC')).toBe(marks)
  expect(canonicalEmail(marks)).toBe(marks.toLowerCase())
  expect(typeof parseEmail(marks)).toBe('string')
  // In processor time, of which it took more than ten seconds.
  expect(process.cpuUsage(before).user).toBeLessThan(3_000_000)
})

test('F-50: what people write is normalized as ever', () => {
  const mark = fc.constantFrom('\u0301', '\u0308', '\u0327', '\u0323')
  const written = fc.array(
    fc.tuple(fc.string({ unit: 'grapheme', maxLength: 3 }), fc.array(mark, { maxLength: 9 })),
    {
      maxLength: 20,
    },
  )
  fc.assert(
    fc.property(written, (parts) => {
      const text = parts.map(([word, marks]) => `${word}x${marks.join('')}`).join('')
      expect(normalize(text, 'NFC')).toBe(text.normalize('NFC'))
      expect(normalize(text, 'NFKC')).toBe(text.normalize('NFKC'))
    }),
  )
})

test('F-50: a long password counts as strong as its strongest part, and repetition does not make one', () => {
  const check = (password: string) => () => checkNewPassword(password, { context: [] })
  expect(check('p4$$w0rd'.repeat(16))).toThrow(/too easy to guess/)
  expect(check('a'.repeat(128))).toThrow(/too easy to guess/)
  expect(check(`${'a'.repeat(60)}trench ocelot 83 velvet`)).not.toThrow()
  expect(check(`trench ocelot 83 velvet${'a'.repeat(60)}`)).not.toThrow()
})

test('F-50: any key pattern is compiled or refused, and makes a key of bounded length', () => {
  const piece = fc.constantFrom('(', ')', 'a', '[A-Z]', '{0,256}', '{2}', '|', '.', '\\w', '^', '?', '{16}')
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
      try {
        expect(compileKeyPattern(pieces.join('')).generate().length).toBeLessThanOrEqual(256)
      } catch (error) {
        expect(error).toBeInstanceOf(KeyPatternError)
      }
    }),
  )
})

test('F-50: versions, addresses, origins, dates and search terms of any length are read in linear time', () => {
  const size = 256 * 1_024
  const before = process.cpuUsage()
  expect(parseVersion('1'.repeat(size))).toBeUndefined()
  expect(parseVersion('1.'.repeat(size / 2))).toBeUndefined()
  expect(canonicalAddress(':'.repeat(size))).toBeNull()
  expect(originOf(`${'a+'.repeat(size / 2)}://${'a'.repeat(size)}:`)).toBeUndefined()
  expect(parseInstant(`${' '.repeat(size)}x`)).toBeUndefined()
  expect(likeText('%'.repeat(size))).toHaveLength(2 * size)
  // In processor time: some milliseconds each.
  expect(process.cpuUsage(before).user).toBeLessThan(2_000_000)
})

test('F-50: as many address rules as a license may hold are gone through in linear time', () => {
  const addresses = Array.from({ length: 256 }, (_, at) => `2001:db8::${at.toString(16)}:1`)
  const ranges = Array.from({ length: 20 }, (_, at) => `2001:db8:${at}::1-2001:db8:${at}::ffff`)
  const rules = { allowedIpAddresses: addresses, allowedIpRanges: ranges, disallowedIpAddresses: addresses }
  const before = process.cpuUsage()
  for (let round = 0; round < 10; round += 1) expect(isAddressAllowed(rules, '2001:db9::1')).toBe(false)
  expect(process.cpuUsage(before).user).toBeLessThan(2_000_000)
})
