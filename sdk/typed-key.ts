import { sameText } from './same-text.ts'

/** What people add when they type or paste a key: blanks, quotes, dashes of every kind, and characters that nobody sees. */
const ADDED =
  /[\p{White_Space}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800\p{Quotation_Mark}`\u00b4\u02b9-\u02bc\u2032-\u2037\p{Dash}\u00ad\u02d7\u2043\u2796\u30fc\uff70\u2500\u2501]/gu

/** The form in which two spellings of one key are the same, as the license server has it. */
export function canonicalKey(typed: string): string {
  const cleaned = typed
    .replace(ADDED, '')
    .normalize('NFKC')
    .replace(ADDED, '')
    .replace(/\p{Nd}/gu, asciiDigit)
  return cleaned.toLowerCase().normalize('NFKC')
}

/** Whether two spellings mean the same key. */
export function sameKey(left: string, right: string): boolean {
  return sameText(canonicalKey(left), canonicalKey(right))
}

/** Lengths of the groups that keys are usually written in. */
const GROUPS = [3, 4, 5, 6, 7, 8, 9, 10, 12]

/**
 * The spellings that a key may have been issued in, to be tried where only the issued one opens something: as typed; in either
 * case, with the dashes that were typed, with none, and in even groups.
 */
export function spellingsOf(typed: string): string[] {
  const dashed = typed
    .replace(/[\p{Dash}\u00ad\u2043\u30fc\uff70\u2500\u2501]/gu, '-')
    .split('-')
    .map(canonicalKey)
    .filter((part) => part !== '')
    .join('-')
  const plain = canonicalKey(typed)
  const grouped = GROUPS.filter((length) => plain.length > length && plain.length % length === 0).map(
    (length) => plain.match(new RegExp(`.{${length}}`, 'gu'))?.join('-') ?? plain,
  )
  const lower = [dashed, plain, ...grouped]
  return [...new Set([typed, typed.trim(), ...lower.map((key) => key.toUpperCase()), ...lower])]
}

/** The digits of a script stand in a row, zero first. */
function asciiDigit(digit: string): string {
  const code = digit.codePointAt(0) ?? 0
  let zero = code
  while (/^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero -= 1
  return String((code - zero) % 10)
}
