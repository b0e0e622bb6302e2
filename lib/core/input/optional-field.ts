import { z } from 'zod'
import { text } from './fields.ts'

/** A field that may be left out. Clients also send null or "" for fields that a form left blank: both say nothing. */
export const optionalField = <S extends z.ZodType>(schema: S) =>
  z.preprocess((value) => (value === null || value === '' ? undefined : value), schema.optional())

/** A field that null or "" clears; left out, it stays. */
export const clearableField = <S extends z.ZodType>(schema: S) =>
  z.preprocess((value) => (value === '' ? null : value), schema.nullish())

/** Text that may be left out or null; "" is a value like any other, and empties it. */
export const optionalText = (max: number) =>
  z.preprocess((value) => (value === null ? undefined : value), text(max).optional())

/** A field of a part that Latchkey does not have. A blank is accepted; a value is refused, not ignored. */
export const unsupported = () =>
  z
    .unknown()
    .refine(isBlank, 'is not supported')
    .optional()
    .meta({ description: 'Not supported: only null, "" or [] are taken.' })

function isBlank(value: unknown): boolean {
  return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
}
