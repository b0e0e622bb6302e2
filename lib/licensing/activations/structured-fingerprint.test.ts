import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  isOwnFingerprint,
  isSameComputer,
  type MatchingStrategy,
  MEMBERS,
  memberHashes,
  parseStructured,
} from './structured-fingerprint.ts'

const encode = (members: object) => Buffer.from(JSON.stringify(members)).toString('base64')
const parse = (members: object) => parseStructured(encode(members)) ?? new Map()
const same = (left: object, right: object, strategy: MatchingStrategy) =>
  isSameComputer(parse(left), parse(right), strategy)

const COMPUTER = {
  base: 'PF1A2B3C',
  lc: '54:e1:ad:00:11:22',
  wc: '98:3b:8f:aa:bb:cc',
  ltc: 'disk-771',
  pn: '20L5CTO1WW',
  ps: 'PC0X1234',
  bv: 'N24ET59W',
  puuid: '4c4c4544-0042-3510-8053-b4c04f4e3332',
}
const without = (...names: (keyof typeof COMPUTER)[]) =>
  Object.fromEntries(Object.entries(COMPUTER).filter(([name]) => !names.some((other) => other === name)))
const changed = (...names: (keyof typeof COMPUTER)[]) => ({
  ...COMPUTER,
  ...Object.fromEntries(names.map((name) => [name, `another ${name}`])),
})
const STRATEGIES = ['exact', 'fuzzy', 'loose'] as const
const PLACEHOLDERS = [
  '',
  '  ',
  '0',
  '00000000-0000-0000-0000-000000000000',
  'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
  'To be filled by O.E.M.',
  'TO BE FILLED BY O.E.M.',
  'Default string',
  'None',
  'Not Specified',
  'System Serial Number',
  '03000200-0400-0500-0006-000700080009',
]

describe('F-10: a structured fingerprint', () => {
  test.each([
    ['the very same', {}, [true, true, true]],
    ['a new disk', changed('ltc'), [false, true, true]],
    ['a part that is gone', without('wc'), [false, true, true]],
    ['half of its parts changed', changed('lc', 'wc', 'ltc', 'pn'), [false, false, true]],
    ['all but board, UUID and BIOS changed', changed('lc', 'wc', 'ltc', 'pn', 'ps'), [false, false, true]],
    ['a new board with its UUID and BIOS', changed('base', 'puuid', 'bv'), [false, true, false]],
    ['everything changed', changed(...MEMBERS), [false, false, false]],
  ])(
    'F-10: of a computer with %s is judged as the table of decision 0026 says',
    (_title, other, expected) => {
      const right = { ...(Object.keys(other).length > 0 ? other : COMPUTER) }
      expect(STRATEGIES.map((strategy) => same(COMPUTER, right, strategy))).toEqual(expected)
    },
  )

  test.each(PLACEHOLDERS)('F-10: whose members say "%s" names no computer', (value) => {
    const empty = Object.fromEntries(MEMBERS.map((member) => [member, value]))
    expect(parse(empty).size).toBe(0)
    for (const strategy of STRATEGIES) expect(same(empty, empty, strategy)).toBe(false)
    // A placeholder is no part, so a real one in its place is no contradiction.
    expect(same({ ...COMPUTER, puuid: value }, COMPUTER, 'fuzzy')).toBe(true)
  })

  test('F-10: is known whatever its order, spelling of hexadecimal digits and alphabet of base64', () => {
    const shuffled = Object.fromEntries(Object.entries(COMPUTER).toReversed())
    const spelled = { ...shuffled, puuid: COMPUTER.puuid.toUpperCase(), extra: 'x' }
    const url = Buffer.from(JSON.stringify(spelled)).toString('base64url')
    expect(isOwnFingerprint(encode(COMPUTER), url, 'exact')).toBe(true)
  })

  test.each([
    'ab'.repeat(32),
    'eyJ',
    encode(['base']),
    encode({ name: 'x' }),
    encode({ base: 'x' }).replace('e', '!'),
    Buffer.from('{"base":').toString('base64'),
    '',
  ])('F-10: any other text is compared as text (%s)', (text) => {
    expect(parseStructured(text)).toBeNull()
    expect(isOwnFingerprint(text, text, 'loose')).toBe(true)
    expect(isOwnFingerprint(text, `${text}x`, 'loose')).toBe(false)
  })
})

describe('F-10: for all structured fingerprints', () => {
  const value = fc.oneof(fc.constantFrom(...PLACEHOLDERS), fc.constantFrom('A1', 'B2', 'C3'), fc.string())
  const members = fc.dictionary(fc.constantFrom(...MEMBERS), value, { minKeys: 1 })
  const strategy = fc.constantFrom(...STRATEGIES)

  test('F-10: comparing is symmetric', () => {
    fc.assert(
      fc.property(members, members, strategy, (left, right, how) => {
        expect(same(left, right, how)).toBe(same(right, left, how))
      }),
    )
  })

  test('F-10: what is the same exactly is the same under the fuzzy strategy, and under the loose one with a strong member', () => {
    fc.assert(
      fc.property(members, members, (left, right) => {
        if (!same(left, right, 'exact')) return
        expect(same(left, right, 'fuzzy')).toBe(true)
        const present = parse(left)
        if (['base', 'puuid', 'bv'].some((name) => [...present.keys()].includes(name as 'base'))) {
          expect(same(left, right, 'loose')).toBe(true)
        }
      }),
    )
  })

  test('F-10: two strangers that have only placeholders in common never match', () => {
    const stranger = (own: string) =>
      fc.dictionary(
        fc.constantFrom(...MEMBERS),
        fc.oneof(fc.constantFrom(...PLACEHOLDERS), fc.constant(own)),
        { minKeys: 1 },
      )
    fc.assert(
      fc.property(stranger('mine'), stranger('theirs'), strategy, (left, right, how) => {
        expect(same(left, right, how)).toBe(false)
      }),
    )
  })

  test('F-10: absent members never decide: taking one away from both never makes strangers one computer', () => {
    fc.assert(
      fc.property(members, members, fc.constantFrom(...MEMBERS), (left, right, member) => {
        const [l, r] = [
          { ...left, [member]: '' },
          { ...right, [member]: 'None' },
        ]
        if (same(l, r, 'loose'))
          expect(same(left, right, 'loose') || left[member] !== right[member]).toBe(true)
        expect(parse(l).has(member) || parse(r).has(member)).toBe(false)
      }),
    )
  })

  test('F-10: two of one computer share an indexed member', () => {
    fc.assert(
      fc.property(members, members, strategy, (left, right, how) => {
        if (!same(left, right, how)) return
        const hashes = new Set(memberHashes(encode(left)))
        expect(memberHashes(encode(right)).some((hash) => hashes.has(hash))).toBe(true)
      }),
    )
  })
})
