import { generateSync } from 'otplib'
import { expect, test } from 'vitest'
import { hashRecoveryCode, newRecoveryCodes } from './recovery-code.ts'
import { matchTotpStep, newTotpSecret, totpUrl } from './totp.ts'

const AT = new Date('2027-01-31T12:00:15Z')
const STEP = Math.floor(AT.getTime() / 30_000)

test('RFC 6238: the codes of its appendix, six digits of them, are the codes of their steps', () => {
  // "12345678901234567890" in base32.
  const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
  for (const [seconds, code] of [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
  ] as const) {
    expect(matchTotpStep(secret, code, new Date(seconds * 1000))).toBe(Math.floor(seconds / 30))
  }
})

test('a code counts in its step, the one before and the one after, as the step that it belongs to', () => {
  const secret = newTotpSecret()
  for (const [distance, expected] of [
    [-2, undefined],
    [-1, STEP - 1],
    [0, STEP],
    [1, STEP + 1],
    [2, undefined],
  ] as const) {
    const code = generateSync({ secret, epoch: (STEP + distance) * 30 })
    // By chance, once in a million, two steps share a code.
    if (expected === undefined)
      expect([undefined, STEP - 1, STEP, STEP + 1]).toContain(matchTotpStep(secret, code, AT))
    else expect(matchTotpStep(secret, code, AT)).toBe(expected)
  }
})

test.each([
  '',
  ' ',
  '12345',
  '1234567',
  '12345x',
  '１２３４５６',
  '-12345',
  '1e5',
  '0x1234',
  'null',
  '\u0000',
])('what is no six digits (%j) is wrong, never an error', (typed) => {
  expect(matchTotpStep(newTotpSecret(), typed, AT)).toBe(undefined)
})

test('spaces between the digits do not matter', () => {
  const secret = newTotpSecret()
  const code = generateSync({ secret, epoch: STEP * 30 })
  expect(matchTotpStep(secret, ` ${code.slice(0, 3)} ${code.slice(3)}\n`, AT)).toBe(STEP)
})

test('secrets have 160 bits and are unlike each other; the address names vendor and person', () => {
  const secrets = new Set(Array.from({ length: 50 }, newTotpSecret))
  expect(secrets.size).toBe(50)
  for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/)
  const url = new URL(
    totpUrl({ issuer: 'Acme: & Co', label: 'jane+x@example.com', secret: [...secrets][0] ?? '' }),
  )
  expect(url.protocol).toBe('otpauth:')
  expect(url.searchParams.get('issuer')).toBe('Acme: & Co')
  expect(decodeURIComponent(url.pathname)).toContain('jane+x@example.com')
})

test('recovery codes are ten of 80 bits, tied to their user, and typed in any case and grouping', () => {
  const codes = newRecoveryCodes()
  expect(new Set(codes).size).toBe(10)
  const [code = ''] = codes
  expect(code.replaceAll('-', '')).toMatch(/^[2-9A-HJ-NP-Z]{16}$/)
  const hash = hashRecoveryCode('user-1', code)
  expect(hashRecoveryCode('user-1', ` ${code.toLowerCase().replaceAll('-', ' ')}`)).toBe(hash)
  expect(hashRecoveryCode('user-2', code)).not.toBe(hash)
  expect(hashRecoveryCode('user-1', codes[1] ?? '')).not.toBe(hash)
})
