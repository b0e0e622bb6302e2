import { randomBytes } from 'node:crypto'

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

export type NewId = (prefix: string, length?: number) => string

/** A random id in Stripe's manner: `prefix_` and `length` letters and digits. */
export const randomId: NewId = (prefix, length = 24) => {
  let id = `${prefix}_`
  while (id.length < prefix.length + 1 + length) {
    const byte = randomBytes(1)[0] ?? 255
    // 248 is the largest multiple of 62 in a byte: larger values would favor the first letters.
    if (byte < 248) id += ALPHABET[byte % 62]
  }
  return id
}
