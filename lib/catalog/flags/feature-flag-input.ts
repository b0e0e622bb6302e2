import { z } from 'zod'
import { id, text } from '#lib/core/input/fields.ts'
import { optionalField, optionalText } from '#lib/core/input/optional-field.ts'

/** Body of `POST /v3/feature-flags`. */
export const CreateFeatureFlagInput = z.object({
  name: text(256, 1),
  description: optionalText(1_000),
  productId: id(),
})
export type CreateFeatureFlagInput = z.output<typeof CreateFeatureFlagInput>

/** Body of `PATCH /v3/feature-flags/{id}`. The product stays. */
export const UpdateFeatureFlagInput = z.object({
  name: optionalField(text(256, 1)),
  description: optionalText(1_000),
})
export type UpdateFeatureFlagInput = z.output<typeof UpdateFeatureFlagInput>
