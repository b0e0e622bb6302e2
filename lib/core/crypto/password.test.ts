import { expect, test } from 'vitest'
import { hashPassword, needsRehash, verifyPassword } from './password.ts'

test('a password fits its own hash alone, and passwords that differ after 72 bytes differ', async () => {
  const long = 'a'.repeat(72)
  const stored = await hashPassword(`${long}1`)
  expect(stored).toContain('$argon2id$v=19$m=19456,t=2,p=1$')
  expect(await verifyPassword(stored, `${long}1`)).toBe(true)
  expect(await verifyPassword(stored, `${long}2`)).toBe(false)
  expect(needsRehash(stored)).toBe(false)
})

test('two ways of typing one character are one password', async () => {
  const stored = await hashPassword('caf\u00e9 au lait')
  expect(await verifyPassword(stored, 'cafe\u0301 au lait')).toBe(true)
})

test('without a stored hash the answer is no, whatever the password', async () => {
  expect(await verifyPassword(null, 'no account has this password')).toBe(false)
})

test('a hash with older parameters asks to be remade', () => {
  expect(needsRehash('$argon2id$v=19$m=4096,t=3,p=1$c2FsdA$aGFzaA')).toBe(true)
})
