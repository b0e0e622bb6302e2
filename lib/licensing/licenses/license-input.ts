import { z } from 'zod'
import { KEY_LENGTH } from '#lib/catalog/templates/key-pattern.ts'
import { EntitlementsInput, MetersInput, releaseVersion } from '#lib/catalog/templates/parts-input.ts'
import { ruleFields } from '#lib/catalog/templates/rules.ts'
import { bool, exactText, id, instantInput, int, NAME_LENGTH, text } from '#lib/core/input/fields.ts'
import { clearableField, optionalField } from '#lib/core/input/optional-field.ts'
import { MetadataInput } from '#lib/core/metadata/metadata.ts'
import { canonicalSecret } from '#lib/core/typed-secret.ts'

/** The cause of a suspension, revocation or expiry. A caller sets and lifts only its own. */
export const Cause = z.enum(['manual', 'billing']).meta({
  description: 'Whose suspension, revocation or expiry this is: a caller sets and lifts only its own.',
})
export type Cause = z.output<typeof Cause>

/** The letters and digits that 64 random bits need. Dashes do not count, because people leave them out. */
const LEAST_CANONICAL = 13

const key = z
  .string('text is expected')
  .min(KEY_LENGTH.min, `must have at least ${KEY_LENGTH.min} characters`)
  .max(KEY_LENGTH.max, `must have at most ${KEY_LENGTH.max} characters`)
  .regex(/^[\x21-\x7e]+$/, 'must hold printable ASCII characters only, no spaces')
  .refine(
    (value) => canonicalSecret(value).length >= LEAST_CANONICAL,
    `must have at least ${LEAST_CANONICAL} characters besides dashes and quotes`,
  )

/** Most users, and most groups, that one license names. */
const PEOPLE_LIMIT = 1_000

const changeable = {
  suspended: optionalField(bool()),
  revoked: optionalField(bool()),
  cause: optionalField(Cause),
  notes: z
    .preprocess((value) => (value === null ? '' : value), text(10_000).optional())
    .meta({
      description: 'The owner sees them too.',
    }),
  tags: z.preprocess(
    (value) => (value === null ? undefined : value),
    z.array(text(NAME_LENGTH, 1)).max(5, 'at most 5 tags').optional(),
  ),
  metadata: optionalField(MetadataInput),
  meterAttributes: optionalField(MetersInput),
  entitlements: optionalField(EntitlementsInput),
  additionalUserIds: optionalField(z.array(id()).max(PEOPLE_LIMIT, `at most ${PEOPLE_LIMIT} users`)).meta({
    description: 'The whole list of users who may use it besides its owner.',
  }),
  externalUserIds: optionalField(
    z.array(exactText(256, 1)).max(PEOPLE_LIMIT, `at most ${PEOPLE_LIMIT} users`),
  ).meta({
    description: 'The whole list of users as another system names them.',
  }),
  userGroupIds: optionalField(z.array(id()).max(PEOPLE_LIMIT, `at most ${PEOPLE_LIMIT} groups`)).meta({
    description: "The whole list of the organization's user groups whose users see it.",
  }),
}

/** Body of `POST /v3/licenses`. Everything but the product is inherited from the template where it is not sent. */
export const CreateLicenseInput = z.object({
  ...ruleFields,
  ...changeable,
  id: optionalField(id()).meta({
    description:
      "The caller's own id: sending the same request again gives the license it made, another one 409.",
  }),
  productId: id(),
  licenseTemplateId: optionalField(id()).meta({ description: "Default: the product's template." }),
  licensePolicyId: optionalField(id()).meta({
    description: 'Old name of licenseTemplateId.',
    deprecated: true,
  }),
  userId: optionalField(id()),
  organizationId: optionalField(id()),
  resellerId: optionalField(id()),
  productVersionId: optionalField(id()).meta({ description: 'A version of the same product.' }),
  entitlementSetId: optionalField(id()).meta({ description: "Default: the template's." }),
  maintenancePolicyId: optionalField(id()).meta({ description: "Default: the template's." }),
  maintenanceExpiresAt: optionalField(instantInput()).meta({
    description: "Default: creation plus the maintenance policy's interval.",
  }),
  maxAllowedReleaseVersion: optionalField(releaseVersion()).meta({ description: 'Default: any.' }),
  key: optionalField(key).meta({ description: "Default: a fresh one made from the template's key pattern." }),
  createdAt: optionalField(instantInput()).meta({
    description: 'For imports; the first period counts from here.',
  }),
  effectiveAt: optionalField(instantInput()).meta({ description: 'Not valid before; default: at once.' }),
  expiresAt: z
    .preprocess((value) => (value === '' ? undefined : value), instantInput().nullish())
    .meta({
      description: 'Default: by interval and start trigger. Null: perpetual.',
    }),
})
export type CreateLicenseInput = z.output<typeof CreateLicenseInput>

const {
  type: _type,
  userLocked: _locked,
  validity: _validity,
  expirationStrategy: _strategy,
  ...rules
} = ruleFields

/** Body of `PATCH /v3/licenses/{id}`. Expiry has its own address. */
export const UpdateLicenseInput = z.object({
  ...rules,
  ...changeable,
  userId: clearableField(id()).meta({
    description: 'Moves the license to this user; null takes it from its owner.',
  }),
  organizationId: clearableField(id()).meta({
    description: 'Null takes it from its organization, whose user groups then see it no longer.',
  }),
  resellerId: clearableField(id()),
  productVersionId: clearableField(id()),
  entitlementSetId: clearableField(id()),
  maintenancePolicyId: clearableField(id()).meta({
    description: 'A license without maintenance gets one period of the policy from now.',
  }),
  maintenanceExpiresAt: clearableField(instantInput()).meta({ description: 'Null: every release.' }),
  maxAllowedReleaseVersion: clearableField(releaseVersion()).meta({ description: 'Null: any.' }),
})
export type UpdateLicenseInput = z.output<typeof UpdateLicenseInput>

/** Body of `PATCH /v3/licenses/{id}/expires-at`. */
export const LicenseExpiryInput = z.object({
  expiresAt: instantInput().nullable().meta({ description: 'Null: perpetual.' }),
  cause: optionalField(Cause),
})
export type LicenseExpiryInput = z.output<typeof LicenseExpiryInput>

/** Body of `POST /v3/licenses/{id}/renew`: may be empty. */
export const RenewLicenseInput = z.object({ cause: optionalField(Cause) })
export type RenewLicenseInput = z.output<typeof RenewLicenseInput>

/** Body of `POST /v3/licenses/{id}/extend`. */
export const ExtendLicenseInput = z.object({ extensionLength: int({ min: 1 }) })
export type ExtendLicenseInput = z.output<typeof ExtendLicenseInput>
