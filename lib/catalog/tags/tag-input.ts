import { z } from 'zod'
import { NAME_LENGTH, text } from '#lib/core/input/fields.ts'
import { optionalField, optionalText } from '#lib/core/input/optional-field.ts'

/** Longest tag, as on licenses and users. */
const name = text(NAME_LENGTH, 1)

/** Body of `POST /v3/tags`. */
export const CreateTagInput = z.object({ name, description: optionalText(1_000) })
export type CreateTagInput = z.output<typeof CreateTagInput>

/** Body of `PATCH /v3/tags/{id}`. */
export const UpdateTagInput = z.object({ name: optionalField(name), description: optionalText(1_000) })
export type UpdateTagInput = z.output<typeof UpdateTagInput>
