import { z } from 'zod'
import { bool, id, instant, int, text } from '../http/fields.ts'
import { sent, unsupported } from '../http/sent.ts'
import { MetadataInput } from '../metadata/metadata.ts'
import { ruleFields } from '../templates/rules.ts'
import { KEY_LENGTH } from './key-pattern.ts'

/** Why a license is suspended, revoked or moved in time. A caller sets and lifts only its own. */
export const Cause = z.enum(['manual', 'billing']).meta({
  description: 'Whose suspension, revocation or expiry this is: a caller sets and lifts only its own.',
})
export type Cause = z.output<typeof Cause>

const key = z
  .string('text is expected')
  .min(KEY_LENGTH.min, `must have at least ${KEY_LENGTH.min} characters`)
  .max(KEY_LENGTH.max, `must have at most ${KEY_LENGTH.max} characters`)
  .regex(/^[\x21-\x7e]+$/, 'must hold printable ASCII characters only, no spaces')

const changeable = {
  suspended: sent(bool()),
  revoked: sent(bool()),
  cause: sent(Cause),
  notes: z
    .preprocess((value) => (value === null ? '' : value), text(10_000).optional())
    .meta({
      description: 'The owner sees them too.',
    }),
  tags: z.preprocess(
    (value) => (value === null ? undefined : value),
    z.array(text(100, 1)).max(5, 'at most 5 tags').optional(),
  ),
  metadata: sent(MetadataInput),
  organizationId: unsupported(),
  resellerId: unsupported(),
  additionalUserIds: unsupported(),
  externalUserIds: unsupported(),
  productVersionId: unsupported(),
  entitlementSetId: unsupported(),
  maintenancePolicyId: unsupported(),
  maxAllowedReleaseVersion: unsupported(),
  meterAttributes: unsupported(),
}

/** Body of `POST /v3/licenses`. Everything but the product is inherited from the template where it is not sent. */
export const CreateLicenseInput = z.object({
  ...ruleFields,
  ...changeable,
  id: sent(id()).meta({
    description:
      "The caller's own id: sending the same request again gives the license it made, another one 409.",
  }),
  productId: id(),
  licenseTemplateId: sent(id()).meta({ description: "Default: the product's template." }),
  licensePolicyId: sent(id()).meta({ description: 'Old name of licenseTemplateId.', deprecated: true }),
  userId: sent(id()),
  key: sent(key).meta({ description: "Default: a fresh one made from the template's key pattern." }),
  createdAt: sent(instant()).meta({ description: 'For imports; the first period counts from here.' }),
  effectiveAt: sent(instant()).meta({ description: 'Not valid before; default: at once.' }),
  expiresAt: z
    .preprocess((value) => (value === '' ? undefined : value), instant().nullish())
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
  userId: z
    .preprocess((value) => (value === '' ? null : value), id().nullish())
    .meta({
      description: 'Moves the license to this user; null takes it from its owner.',
    }),
})
export type UpdateLicenseInput = z.output<typeof UpdateLicenseInput>

/** Body of `PATCH /v3/licenses/{id}/expires-at`. */
export const LicenseExpiryInput = z.object({
  expiresAt: instant().nullable().meta({ description: 'Null: perpetual.' }),
  cause: sent(Cause),
})
export type LicenseExpiryInput = z.output<typeof LicenseExpiryInput>

/** Body of `POST /v3/licenses/{id}/renew`: may be empty. */
export const RenewLicenseInput = z.object({ cause: sent(Cause) })
export type RenewLicenseInput = z.output<typeof RenewLicenseInput>

/** Body of `POST /v3/licenses/{id}/extend`. */
export const ExtendLicenseInput = z.object({ extensionLength: int({ min: 1 }) })
export type ExtendLicenseInput = z.output<typeof ExtendLicenseInput>
