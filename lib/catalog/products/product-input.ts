import { z } from 'zod'
import { id, text } from '#lib/core/input/fields.ts'
import { clearableField, optionalField, unsupported } from '#lib/core/input/optional-field.ts'
import { MetadataInput } from '#lib/core/metadata/metadata.ts'

const shared = {
  licenseTemplateId: optionalField(id()).meta({ description: 'What licenses of the product inherit from.' }),
  licensePolicyId: optionalField(id()).meta({
    description: 'Old name of licenseTemplateId.',
    deprecated: true,
  }),
  trialPolicyId: clearableField(id()).meta({ description: 'How it may be tried; null: not at all.' }),
  automatedEmails: unsupported(),
  emailTemplates: unsupported(),
  metadata: optionalField(MetadataInput),
}

/** Body of `POST /v3/products`. */
export const CreateProductInput = z
  .object({
    ...shared,
    name: text(256, 1),
    displayName: optionalField(text(256, 1)).meta({ description: 'What customers read; default: the name.' }),
    description: z.preprocess((value) => (value === null ? undefined : value), text(256).optional()),
  })
  .refine((input) => input.licenseTemplateId ?? input.licensePolicyId, {
    path: ['licenseTemplateId'],
    error: 'an id (UUID) is expected',
  })
export type CreateProductInput = z.output<typeof CreateProductInput>

/** Body of `PATCH /v3/products/{id}`. */
export const UpdateProductInput = z.object({
  ...shared,
  name: optionalField(text(256, 1)),
  displayName: optionalField(text(256, 1)),
  description: z.preprocess((value) => (value === null ? undefined : value), text(256).optional()),
})
export type UpdateProductInput = z.output<typeof UpdateProductInput>
