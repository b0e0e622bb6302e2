import { z } from 'zod'
import { exactText, id, text } from '#lib/core/input/fields.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'
import { FEATURE_LIMIT } from './create-feature.ts'

/** What names a feature in bodies: its id or its name. */
export const featureRef = {
  featureId: optionalField(id()),
  name: optionalField(text(256, 1)).meta({ description: 'In place of featureId.' }),
}

/** The value that goes with a feature. Real clients also write numbers and booleans. */
export const featureValue = z.preprocess((value) => {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return value ?? ''
}, exactText(4_096))

const features = z
  .array(z.object({ ...featureRef, value: featureValue }))
  .max(FEATURE_LIMIT, `at most ${FEATURE_LIMIT} features`)
  .meta({ description: 'The whole list.' })

/** Body of `POST /v3/entitlement-sets`. */
export const CreateEntitlementSetInput = z.object({
  name: text(256, 1),
  displayName: optionalField(text(256, 1)).meta({ description: 'What people read; default: the name.' }),
  features: optionalField(features),
})
export type CreateEntitlementSetInput = z.output<typeof CreateEntitlementSetInput>

/** Body of `PATCH /v3/entitlement-sets/{id}`. */
export const UpdateEntitlementSetInput = z.object({
  name: optionalField(text(256, 1)),
  displayName: optionalField(text(256, 1)),
  features: optionalField(features),
})
export type UpdateEntitlementSetInput = z.output<typeof UpdateEntitlementSetInput>
