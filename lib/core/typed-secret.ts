import { normalize } from './normalize.ts'

/**
 * Characters that people add to a secret when they type, paste or dictate it: blanks, quotes, dashes of every kind, and
 * invisible characters. Some keyboards give the long vowel mark or the box line for a dash.
 */
const ADDED =
  /[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\p{Quotation_Mark}`\u00b4\u02b9-\u02bc\u2032-\u2037\p{Dash}\u00ad\u02d7\u2043\u2796\u30fc\uff70\u2500\u2501]/gu

/**
 * The form in which two spellings of one secret are the same: Unicode's compatibility form, without what people add, digits of
 * every script as `0` to `9`, in lower case. For looking up only: secrets are stored and answered as they were issued.
 */
export function canonicalSecret(typed: string): string {
  // Removed before and after normalization, because some lone accents become a blank and a combining mark.
  const plain = normalize(typed.replace(ADDED, ''), 'NFKC').replace(ADDED, '')
  return normalize(plain.replace(/\p{Nd}/gu, asciiDigit).toLowerCase(), 'NFKC')
}

/** The last characters that a secret is found by. */
export const TAIL_LENGTH = 4

/** The end of a secret in its canonical form. */
export function canonicalTail(typed: string): string {
  return canonicalSecret(typed).slice(-TAIL_LENGTH)
}

/** Unicode lists the ten digits of a script in a row, zero first. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0
  let zero = code
  while (/^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1
  return String((code - zero) % 10)
}
