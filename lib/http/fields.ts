import { z } from 'zod'

/** Building blocks of bodies that take what real clients send: numbers and booleans as text, loosely written dates. */

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

/** A boolean, also as text. */
export const bool = () =>
  z.preprocess((value) => {
    if (value === 'true' || value === 1) return true
    if (value === 'false' || value === 0) return false
    return value
  }, z.boolean('true or false is expected'))

/** A point in time: ISO 8601, or `2015-05-01 11:16:16` (read as UTC). Years 1 to 9999. */
export const instant = () =>
  z.preprocess(
    (value) => {
      if (typeof value !== 'string') return value
      const text = value.trim()
      const iso = /^\d{4}-\d{2}-\d{2} \d{2}:\d{2}(:\d{2})?$/.test(text) ? `${text.replace(' ', 'T')}Z` : text
      return /^\d{4}-\d{2}-\d{2}/.test(iso) ? new Date(iso) : text
    },
    z
      .date('a date like 2027-01-31T12:00:00Z is expected')
      .refine(
        (date) => date.getUTCFullYear() <= 9999 && date.getUTCFullYear() >= 1,
        'the year must be at most 9999',
      ),
  )

/** Text without control characters; NUL cannot be stored at all. */
export const text = (max: number, min = 0) =>
  z
    .string('text is expected')
    .min(min, min === 1 ? 'must not be empty' : `must have at least ${min} characters`)
    .max(max, `must have at most ${max} characters`)
    .refine((value) => !/[^\P{Cc}\t\n\r]/u.test(value), 'must not hold control characters')

/** An id in a path or body. A malformed one in a path answers 404 like any other unknown one. */
export const id = () => z.uuid('an id (UUID) is expected')

/** An instant in an answer. */
export const isoDate = () => z.iso.datetime()
