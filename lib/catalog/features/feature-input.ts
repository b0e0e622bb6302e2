import { z } from 'zod'
import { text } from '#lib/core/input/fields.ts'
import { optionalField, optionalText } from '#lib/core/input/optional-field.ts'

/** Body of `POST /v3/features`. */
export const CreateFeatureInput = z.object({
  name: text(256, 1).meta({ description: 'What applications ask for; unique in the account.' }),
  displayName: optionalField(text(256, 1)).meta({ description: 'What people read; default: the name.' }),
  description: optionalText(1_000),
})
export type CreateFeatureInput = z.output<typeof CreateFeatureInput>

/** Body of `PATCH /v3/features/{id}`. */
export const UpdateFeatureInput = z.object({
  name: optionalField(text(256, 1)),
  displayName: optionalField(text(256, 1)),
  description: optionalText(1_000),
})
export type UpdateFeatureInput = z.output<typeof UpdateFeatureInput>
