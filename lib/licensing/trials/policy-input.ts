import { z } from 'zod'
import type { trialPolicies } from '#db/schema/trial-policies.ts'
import { ruleFields } from '#lib/catalog/templates/rules.ts'
import { int, text } from '#lib/core/input/fields.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'

const rules = {
  fingerprintMatchingStrategy: ruleFields.fingerprintMatchingStrategy,
  allowVmActivation: ruleFields.allowVmActivation,
  allowContainerActivation: ruleFields.allowContainerActivation,
  userLocked: ruleFields.userLocked,
  disableGeoLocation: ruleFields.disableGeoLocation,
  allowedIpRange: ruleFields.allowedIpRange,
  allowedIpRanges: ruleFields.allowedIpRanges,
  allowedIpAddresses: ruleFields.allowedIpAddresses,
  disallowedIpAddresses: ruleFields.disallowedIpAddresses,
  allowedCountries: ruleFields.allowedCountries,
  disallowedCountries: ruleFields.disallowedCountries,
}

const trialLength = int({ min: 1 }).meta({ description: 'How long a trial lasts, seconds.' })

/** Body of `POST /v3/trial-policies`. */
export const CreateTrialPolicyInput = z.object({ ...rules, name: text(256, 1), trialLength })
export type CreateTrialPolicyInput = z.output<typeof CreateTrialPolicyInput>

/** Body of `PATCH /v3/trial-policies/{id}`. */
export const UpdateTrialPolicyInput = z.object({
  ...rules,
  name: optionalField(text(256, 1)),
  trialLength: optionalField(trialLength),
})
export type UpdateTrialPolicyInput = z.output<typeof UpdateTrialPolicyInput>

type Columns = Omit<typeof trialPolicies.$inferInsert, 'accountId' | 'id' | 'createdAt' | 'updatedAt'>

/** What a body names, as columns. The list of ranges wins over the old single one. */
export function policyColumns(input: UpdateTrialPolicyInput): Partial<Columns> {
  const { allowedIpRange, ...named } = input
  const columns = {
    ...named,
    allowedIpRanges: input.allowedIpRanges ?? (allowedIpRange ? [allowedIpRange] : undefined),
  }
  return Object.fromEntries(Object.entries(columns).filter(([, value]) => value !== undefined))
}
