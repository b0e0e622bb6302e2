import { z } from 'zod'
import { passwordInput } from '#lib/access/passwords/password-policy.ts'
import { emailInput } from '#lib/core/canonical-email.ts'
import { bool, id, NAME_LENGTH, text } from '#lib/core/input/fields.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'
import { MetadataInput } from '#lib/core/metadata/metadata.ts'

/** Empty means none: clients send that for a blank field. */
const company = () =>
  text(256)
    .nullable()
    .transform((value) => value ?? '')

/** Role names that a caller gives, in today's form or the older list. */
const role = z.string().max(100).nullable()
const roles = z.array(z.string().max(100)).max(10).nullable()

/** A blank one means none, as forms send it. */
const belongsTo = () => z.preprocess((value) => (value === '' ? null : value), id().nullable().optional())

const tags = z
  .array(text(NAME_LENGTH, 1))
  .max(10, 'at most 10 tags')
  .transform((list) => [...new Set(list)])

/** Body of `POST /v3/users` (contract §4.1). */
export const UserInput = z.object({
  firstName: text(NAME_LENGTH, 1),
  lastName: text(NAME_LENGTH)
    .nullable()
    .transform((value) => value ?? '')
    .optional(),
  email: emailInput(),
  password: passwordInput(),
  company: company().optional(),
  role: role.optional().meta({
    description: 'user, organization-admin (with organizationId) or reseller-admin (with resellerId).',
  }),
  roles: roles.optional().meta({ description: 'Old form of role.', deprecated: true }),
  organizationId: belongsTo(),
  resellerId: belongsTo(),
  allowCustomerPortalAccess: optionalField(bool()),
  metadata: MetadataInput.nullable()
    .transform((value) => value ?? [])
    .optional(),
  tags: tags
    .nullable()
    .transform((value) => value ?? [])
    .optional(),
})

/** Body of `PATCH /v3/users/{id}`: any subset. */
export const UserPatch = UserInput.partial()
