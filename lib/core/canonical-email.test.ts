import { expect, test } from 'vitest'
import { parseEmail } from './canonical-email.ts'

const canonical = (raw: string) => {
  const parsed = parseEmail(raw)
  return typeof parsed === 'string' ? undefined : parsed.canonical
}

test.each([
  ['as it is', 'jane@example.com', 'jane@example.com'],
  ['other case', 'Jane.DOE@Example.COM', 'jane.doe@example.com'],
  ['spaces around it', ' \t jane@example.com\n', 'jane@example.com'],
  ['full-width letters', 'ｊａｎｅ@example.com', 'jane@example.com'],
  ['an international domain', 'jane@Bücher.example', 'jane@xn--bcher-kva.example'],
  ['the same domain in ASCII', 'jane@XN--BCHER-KVA.example', 'jane@xn--bcher-kva.example'],
  ['the same domain, decomposed', 'jane@bu\u0308cher.example', 'jane@xn--bcher-kva.example'],
  ['an ideographic dot', 'jane@example。com', 'jane@example.com'],
])('SF-23: %s is one address', (_what, raw, expected) => {
  expect(canonical(raw)).toBe(expected)
})

test('a plus-address is another address', () => {
  expect(canonical('jane+a@example.com')).toBe('jane+a@example.com')
  expect(canonical('jane+a@example.com')).not.toBe(canonical('jane@example.com'))
})

test('what a person wrote is kept for sending', () => {
  expect(parseEmail(' Jane@Example.com ')).toMatchObject({ value: 'Jane@Example.com' })
})

test.each([
  ['nothing', ''],
  ['only spaces', '   '],
  [
    '255 characters',
    `${'a'.repeat(60)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.${'e'.repeat(11)}`,
  ],
  ['a megabyte', `${'a'.repeat(1_000_000)}@example.com`],
  ['a local part of 65 characters', `${'a'.repeat(65)}@example.com`],
  ['NUL', 'ja\0ne@example.com'],
  ['a right-to-left mark', 'jane\u200f@example.com'],
  ['a right-to-left override', 'jane\u202e@example.com'],
  ['a zero-width space', 'ja\u200bne@example.com'],
  ['a zero-width joiner in the domain', 'jane@exam\u200dple.com'],
  ['a soft hyphen', 'ja\u00adne@example.com'],
  ['a space inside', 'ja ne@example.com'],
  ['a Cyrillic look-alike', 'j\u0430ne@example.com'],
  ['two @', 'jane@doe@example.com'],
  ['a full-width second @', 'jane@doe＠example.com'],
  ['no @', 'jane.example.com'],
  ['nothing before the @', '@example.com'],
  ['nothing after the @', 'jane@'],
  ['a trailing dot', 'jane@example.com.'],
  ['a leading dot', '.jane@example.com'],
  ['two dots', 'ja..ne@example.com'],
  ['a host without a dot', 'jane@localhost'],
  ['a number for a host', 'jane@127.0.0.1'],
  ['a hexadecimal host', 'jane@0x7f.1'],
  ['a percent-encoded host', 'jane@ex%61mple.com'],
  ['a path', 'jane@example.com/x'],
  ['a quoted local part', '"jane doe"@example.com'],
  ['a header', 'jane@example.com\r\nBcc: all@example.com'],
])('%s is refused, with a reason', (_what, raw) => {
  expect(parseEmail(raw)).toMatch(/^(an email|must|the part)/)
})
