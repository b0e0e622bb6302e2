import { z } from 'zod'
import { id, text } from '#lib/core/input/fields.ts'
import { cleared, sent, unsupported } from '#lib/core/input/sent.ts'
import { MetadataInput } from '#lib/core/metadata/metadata.ts'

const shared = {
  licenseTemplateId: sent(id()).meta({ description: 'What licenses of the product inherit from.' }),
  licensePolicyId: sent(id()).meta({ description: 'Old name of licenseTemplateId.', deprecated: true }),
  trialPolicyId: cleared(id()).meta({ description: 'How it may be tried; null: not at all.' }),
  automatedEmails: unsupported(),
  emailTemplates: unsupported(),
  metadata: sent(MetadataInput),
}

/** Body of `POST /v3/products`. */
export const CreateProductInput = z
  .object({
    ...shared,
    name: text(256, 1),
    displayName: sent(text(256, 1)).meta({ description: 'What customers read; default: the name.' }),
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
  name: sent(text(256, 1)),
  displayName: sent(text(256, 1)),
  description: z.preprocess((value) => (value === null ? undefined : value), text(256).optional()),
})
export type UpdateProductInput = z.output<typeof UpdateProductInput>
