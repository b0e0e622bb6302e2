import { describe, expect, test } from 'vitest'
import { compileKeyPattern, KeyPatternError } from './key-pattern.ts'

describe('keys made from a pattern', () => {
  test.each([
    '^([A-F0-9]{6}-){5}[A-F0-9]{6}$',
    '\\w{20}',
    '.{24,32}',
    '(?:ACME|LK)-[A-Z\\d]{25}',
    '[^a-z]{30}',
    '([A-Z]{4}-?){5}',
    'KEY\\.[!-~]{20}',
  ])('match it: %s', (pattern) => {
    const { generate } = compileKeyPattern(pattern)
    const whole = new RegExp(`^(?:${pattern})$`)
    const keys = Array.from({ length: 200 }, generate)
    for (const key of keys) {
      expect(key).toMatch(whole)
      expect(key).toMatch(/^[\x21-\x7e]{16,256}$/)
    }
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('the default pattern leaves at least 128 bits to chance', () => {
    expect(compileKeyPattern('^([A-F0-9]{6}-){5}[A-F0-9]{6}$').bits).toBe(144)
  })

  test('every character of a set comes up about equally often', () => {
    const { generate } = compileKeyPattern('[ABCD]{200}')
    const counts = new Map<string, number>()
    for (const character of Array.from({ length: 50 }, generate).join('')) {
      counts.set(character, (counts.get(character) ?? 0) + 1)
    }
    for (const count of counts.values()) expect(Math.abs(count - 2500)).toBeLessThan(300)
  })

  test.each([
    ['[', 'regular expression'],
    ['A{20}', 'random bits'],
    ['[01]{60}', 'random bits'],
    ['(?:[A-Z]{20}|B{20})', 'random bits'],
    ['[A-Z]{15}', '16 to 256'],
    ['[A-Z]{257}', '16 to 256|repeat more'],
    ['[A-Z]{16,300}', 'repeat more'],
    ['[A-Z]+', 'without bound'],
    ['[A-Z]{20}.*', 'without bound'],
    ['(((()*)*)*)*', 'without bound'],
    ['((){256}){256}[A-Z]{20}', 'repeat nothing'],
    ['((([A-Z]{200}){200}){200}){200}', '16 to 256'],
    ['([A-Z])\\1{20}', 'refer back'],
    ['(?=[A-Z])[A-Z]{20}', 'look'],
    ['(?<=A)[A-Z]{20}', 'regular expression'],
    ['\\b[A-Z]{20}', 'boundaries'],
    ['[A-Z]{20} ', 'printable'],
    ['[äöü]{20}', 'printable'],
    ['\\s{20}', 'printable'],
    ['[A-Z]{20}'.padEnd(201, 'A'), '200 characters'],
  ])('%s is refused with the reason, at once', (pattern, reason) => {
    expect(() => compileKeyPattern(pattern)).toThrow(KeyPatternError)
    expect(() => compileKeyPattern(pattern)).toThrow(new RegExp(reason))
  })
})
