import { z } from 'zod'
import { text } from '#lib/core/input/fields.ts'
import { optionalText, sent } from '#lib/core/input/sent.ts'

/** Body of `POST /v3/features`. */
export const CreateFeatureInput = z.object({
  name: text(256, 1).meta({ description: 'What applications ask for; unique in the account.' }),
  displayName: sent(text(256, 1)).meta({ description: 'What people read; default: the name.' }),
  description: optionalText(1_000),
})
export type CreateFeatureInput = z.output<typeof CreateFeatureInput>

/** Body of `PATCH /v3/features/{id}`. */
export const UpdateFeatureInput = z.object({
  name: sent(text(256, 1)),
  displayName: sent(text(256, 1)),
  description: optionalText(1_000),
})
export type UpdateFeatureInput = z.output<typeof UpdateFeatureInput>
