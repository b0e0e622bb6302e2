import { z } from 'zod'
import { id, text } from '../http/fields.ts'
import { optionalText, sent } from '../http/sent.ts'

/** Body of `POST /v3/feature-flags`. */
export const CreateFeatureFlagInput = z.object({
  name: text(256, 1),
  description: optionalText(1_000),
  productId: id(),
})
export type CreateFeatureFlagInput = z.output<typeof CreateFeatureFlagInput>

/** Body of `PATCH /v3/feature-flags/{id}`. The product stays. */
export const UpdateFeatureFlagInput = z.object({
  name: sent(text(256, 1)),
  description: optionalText(1_000),
})
export type UpdateFeatureFlagInput = z.output<typeof UpdateFeatureFlagInput>
