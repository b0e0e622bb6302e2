import { z } from 'zod'
import type { PostalAddress } from '#db/schema/organizations.ts'
import { emailInput } from '#lib/core/canonical-email.ts'
import { id, int, text } from '#lib/core/input/fields.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'
import { MetadataInput } from '#lib/core/metadata/metadata.ts'

const line = () => optionalField(text(256)).transform((value) => value ?? '')

/** A postal address; what is left out is empty. */
const Address = z.object({
  addressLine1: line(),
  addressLine2: line(),
  city: line(),
  state: line(),
  country: line(),
  postalCode: line(),
}) satisfies z.ZodType<PostalAddress>

/** Blank takes the address away, as forms send it. */
const mailAddress = () =>
  z.preprocess(
    (value) => (value === '' ? null : value),
    emailInput()
      .nullable()
      .transform((email) => email?.value ?? '')
      .optional(),
  )

/** The shared parts of organizations and resellers. */
export const contactFields = {
  email: mailAddress(),
  description: z.preprocess((value) => (value === null ? '' : value), text(1000).optional()),
  metadata: optionalField(MetadataInput),
}

const ofOrganization = {
  ...contactFields,
  address: Address.nullable().optional(),
  allowedUsers: optionalField(int({ min: -1, max: 1_000_000 })).meta({
    description: 'Seats: how many users it may have; -1 (default) = any number.',
  }),
  resellerId: z.preprocess((value) => (value === '' ? null : value), id().nullable().optional()),
}

/** Body of `POST /v3/organizations`. */
export const CreateOrganizationInput = z.object({ ...ofOrganization, name: text(256, 1) })
export type CreateOrganizationInput = z.output<typeof CreateOrganizationInput>

/** Body of `PATCH /v3/organizations/{id}`: any subset. */
export const UpdateOrganizationInput = z.object({ ...ofOrganization, name: optionalField(text(256, 1)) })
export type UpdateOrganizationInput = z.output<typeof UpdateOrganizationInput>
