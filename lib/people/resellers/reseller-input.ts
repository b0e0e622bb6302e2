import { z } from 'zod'
import { text } from '#lib/core/input/fields.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'
import { contactFields } from '../organizations/organization-input.ts'

/** Body of `POST /v3/resellers`. */
export const CreateResellerInput = z.object({ ...contactFields, name: text(256, 1) })
export type CreateResellerInput = z.output<typeof CreateResellerInput>

/** Body of `PATCH /v3/resellers/{id}`: any subset. */
export const UpdateResellerInput = z.object({ ...contactFields, name: optionalField(text(256, 1)) })
export type UpdateResellerInput = z.output<typeof UpdateResellerInput>
