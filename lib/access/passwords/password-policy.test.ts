import { expect, test } from 'vitest'
import { checkNewPassword, passwordInput } from './password-policy.ts'

const check =
  (password: string, rules = {}) =>
  () =>
    checkNewPassword(password, {
      context: ['jane.roe@example.com', 'Jane', 'Roe', 'Acme Software'],
      ...rules,
    })

test.each([
  ['a phrase', 'walnut bridge harbor copper'],
  ['eight characters nobody would guess', 'qzjxk7wV'],
  ['128 characters', `${'walnut bridge harbor copper '.repeat(4)}0123456789abcdef`],
  ['emoji, one character each', '🦊🌋🛶🎻🧲🪁🧭🫖'],
  ['letters of another script', 'подсолнух молоток'],
])('%s is taken', (_what, password) => {
  expect(check(password)).not.toThrow()
})

test.each([
  ['seven characters', 'qzjxk7w', /at least 8/],
  ['seven emoji, although they are 14 code units', '🦊🌋🛶🎻🧲🪁🧭', /at least 8/],
  ['129 characters', 'walnut bridge harbor copper '.repeat(5).slice(0, 129), /at most 128/],
  ['a NUL', 'walnut\0bridge harbor', /NUL/],
  ['only spaces', '          ', /easy to guess/],
  ['a common one', 'password123', /easy to guess/],
  ['a common one with the usual swaps', 'P@ssw0rd!', /easy to guess/],
  ['a row of keys', 'qwertyuiop', /easy to guess/],
  ['a repeated letter', 'aaaaaaaaaaaa', /easy to guess/],
  ["the person's address", 'jane.roe@example.com', /easy to guess/],
  ["the vendor's name", 'acmesoftware1', /easy to guess/],
])('%s is refused, naming the field', (_what, password, reason) => {
  expect(check(password)).toThrow(
    expect.objectContaining({ code: 'INVALID_INPUT', message: expect.stringMatching(reason) }),
  )
  expect(check(password)).toThrow(expect.objectContaining({ fields: { password: expect.any(String) } }))
})

test('an account may ask for more than eight characters', () => {
  expect(check('qzjxk7wVbn', { minLength: 15 })).toThrow(/at least 15/)
  expect(check('walnut bridge harbor', { minLength: 15 })).not.toThrow()
})

test.each([
  ['a megabyte', 'x'.repeat(1_000_000)],
  ['a list instead of text', ['walnut bridge harbor copper']],
  ['a number', 12345678],
  ['nothing', undefined],
])('%s is refused before anything is hashed', (_what, value) => {
  expect(passwordInput().safeParse(value).success).toBe(false)
})
