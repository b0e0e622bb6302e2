import { expect, test } from 'vitest'
import { readCookie } from './read-cookie.ts'

test.each([
  ['alone', 'a=1', '1'],
  ['among others', 'b=2; a=1; c=3', '1'],
  ['without spaces between them', 'b=2;a=1', '1'],
  ['in a Set-Cookie line', 'a=1; Path=/; HttpOnly; SameSite=Lax', '1'],
  ['holding more of the signs', 'a=1=2==', '1=2=='],
  ['encoded', 'a=%C3%A4%3B%20b', 'ä; b'],
  ['empty', 'a=; b=2', ''],
])('a cookie %s is read', (_how, line, value) => {
  expect(readCookie(line, 'a')).toBe(value)
})

test.each([
  ['there twice', 'a=1; b=2; a=3'],
  ['there twice, the same', 'a=1; a=1'],
  ['there twice, once empty', 'a=; a=1'],
  ['that only starts alike', 'aa=1; a.0=1'],
  ['of the name in other case', 'A=1'],
  ['without a value', 'a'],
  ['in another’s value', 'b=a=1'],
  ['badly encoded', 'a=%E4%'],
  ['not there', ''],
])('a cookie %s is none', (_how, line) => {
  expect(readCookie(line, 'a')).toBeUndefined()
})
