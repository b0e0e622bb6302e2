import { z } from 'zod'
import { bool, exactText, id, text } from '#lib/core/input/fields.ts'
import { optionalField, optionalText } from '#lib/core/input/optional-field.ts'

/** Most flags of one version. */
const FLAG_LIMIT = 200

const flags = z
  .array(
    z.object({
      name: text(256, 1),
      enabled: bool(),
      data: z
        .preprocess((value) => value ?? '', exactText(4_096))
        .meta({ description: 'What goes with it.' }),
    }),
  )
  .max(FLAG_LIMIT, `at most ${FLAG_LIMIT} flags`)
  .superRefine((entries, refinement) => {
    for (const [index, { name }] of entries.entries()) {
      if (entries.findIndex((other) => other.name === name) === index) continue
      refinement.addIssue({
        code: 'custom',
        path: [index, 'name'],
        message: 'this flag is already in the list',
      })
    }
  })

const featureFlags = optionalField(flags).meta({
  description: 'The whole list. Each names a feature flag of the product.',
})

/** Body of `POST /v3/product-versions`. */
export const CreateProductVersionInput = z.object({
  name: text(256, 1),
  displayName: optionalField(text(256, 1)).meta({ description: 'What people read; default: the name.' }),
  description: optionalText(1_000),
  productId: id(),
  featureFlags,
})
export type CreateProductVersionInput = z.output<typeof CreateProductVersionInput>

/** Body of `PATCH /v3/product-versions/{id}`. The product stays. */
export const UpdateProductVersionInput = z.object({
  name: optionalField(text(256, 1)),
  displayName: optionalField(text(256, 1)),
  description: optionalText(1_000),
  featureFlags,
})
export type UpdateProductVersionInput = z.output<typeof UpdateProductVersionInput>
