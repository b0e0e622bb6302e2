import { z } from 'zod'
import { isBlank, normalize } from '../normalize.ts'

/** Building blocks of bodies that take what real clients send: numbers and booleans as text, loosely written dates. */

/** The longest name of a person, a company or a thing, characters. */
export const NAME_LENGTH = 256

const MAX_INT = 2_147_483_647

/** A whole number, also as text. */
export const int = (range: { min?: number; max?: number } = {}) =>
  z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d{1,15}$/.test(value.trim()) ? Number(value) : value),
    z
      .int('a whole number is expected')
      .min(range.min ?? -MAX_INT, `must be at least ${range.min ?? -MAX_INT}`)
      .max(range.max ?? MAX_INT, `must be at most ${range.max ?? MAX_INT}`),
  )

/** A boolean, also as text in any case: some languages write `True`. */
export const bool = () =>
  z.preprocess((value) => {
    const plain = typeof value === 'string' ? value.trim().toLowerCase() : value
    if (plain === 'true' || plain === 1) return true
    if (plain === 'false' || plain === 0) return false
    return value
  }, z.boolean('true or false is expected'))

const INSTANT =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?) ?(Z|[+-]\d{2}:?\d{2})?)?$/i

/**
 * Reads a point in time: ISO 8601, also `2015-05-01 11:16:16` or a date alone; without a zone it is UTC. Undefined for what
 * is none, for days that no calendar has, and outside the years 1 to 9999, which databases and clients share.
 */
export function parseInstant(text: string): Date | undefined {
  const [, year, month, day, time = '00:00', zone = 'Z'] = INSTANT.exec(text.trim()) ?? []
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()
  if (!year || Number(day) > lastDay) return undefined
  const date = new Date(
    `${year}-${month}-${day}T${time}${zone.toUpperCase().replace(/^(.\d\d)(\d\d)$/, '$1:$2')}`,
  )
  const inYear = date.getUTCFullYear()
  return inYear >= 1 && inYear <= 9999 ? date : undefined
}

/** A point in time, as `parseInstant` reads it. */
export const instantInput = () =>
  z.preprocess(
    (value) => (typeof value === 'string' ? (parseInstant(value) ?? value) : value),
    z.date('a date like 2027-01-31T12:00:00Z is expected, of the years 1 to 9999'),
  )

/** The usual form, which is unambiguous. */
const PRINTABLE_ASCII = /^[ -~]*$/

/** A name, a note or a search term in the one form that texts are stored and compared in (NFC), however it was written. */
export function composed(value: string): string {
  return PRINTABLE_ASCII.test(value) ? value : normalize(value, 'NFC')
}

/**
 * Text that people write, such as names and notes: composed, without control characters. One that must not be empty shows
 * something. What is compared byte by byte is `exactText`.
 */
export const text = (max: number, min = 0) =>
  bounded(z.string('text is expected').overwrite(composed), max, min).refine(
    (value) => min === 0 || !isBlank(value),
    'must not be empty',
  )

/**
 * Text that stays as it was sent: secrets, fingerprints, ids of other systems, values and templates. Without control
 * characters; NUL and halves of surrogate pairs cannot be stored at all.
 */
export const exactText = (max: number, min = 0) => bounded(z.string('text is expected'), max, min)

const bounded = (schema: z.ZodString, max: number, min: number) =>
  schema
    .min(min, min === 1 ? 'must not be empty' : `must have at least ${min} characters`)
    .max(max, `must have at most ${max} characters`)
    .refine(
      (value) => value.isWellFormed() && !/[^\P{Cc}\t\n\r]/u.test(value),
      'must not hold control characters or broken ones',
    )

/**
 * An id in a path or body, in lower case: what is sealed is tied to its row by the id as the database writes it. A malformed
 * one in a path answers 404 like any other unknown one.
 */
export const id = () => z.uuid('an id (UUID) is expected').toLowerCase()

/** An instant in an answer. */
export const isoDate = () => z.iso.datetime()
