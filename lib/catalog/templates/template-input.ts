import { z } from 'zod'
import { exactText, id, text } from '#lib/core/input/fields.ts'
import { clearableField, optionalField } from '#lib/core/input/optional-field.ts'
import { METADATA_LIMITS } from '#lib/core/metadata/metadata.ts'
import { compileKeyPattern, KeyPatternError } from './key-pattern.ts'
import { METER_LIMIT } from './parts-input.ts'
import { ruleFields } from './rules.ts'

const keyPattern = z.string('text is expected').superRefine((pattern, refinement) => {
  try {
    compileKeyPattern(pattern)
  } catch (error) {
    if (!(error instanceof KeyPatternError)) throw error
    refinement.addIssue({ code: 'custom', message: error.message })
  }
})

const shared = {
  ...ruleFields,
  keyPattern: optionalField(keyPattern).meta({
    description:
      'Regular expression that keys are generated from: characters, sets, groups, alternatives, bounded repetition.',
  }),
  requiredMetadataKeys: optionalField(
    z.array(exactText(METADATA_LIMITS.key, 1)).max(METADATA_LIMITS.entries, 'too many keys'),
  ).meta({
    description: 'What licenses made from it by hand or by program must be given.',
  }),
  requiredMeterAttributes: optionalField(
    z.array(text(256, 1)).max(METER_LIMIT, 'too many meter attributes'),
  ).meta({
    description: 'The same of meter attributes.',
  }),
  entitlementSetId: clearableField(id()).meta({ description: 'What its licenses allow; null: nothing.' }),
  maintenancePolicyId: clearableField(id()).meta({
    description: 'For how long its licenses get releases; null: always.',
  }),
}

/** Body of `POST /v3/license-templates`. Only the name is needed. */
export const CreateTemplateInput = z.object({ ...shared, name: text(256, 1) })
export type CreateTemplateInput = z.output<typeof CreateTemplateInput>

/** Body of `PATCH /v3/license-templates/{id}`. */
export const UpdateTemplateInput = z.object({ ...shared, name: optionalField(text(256, 1)) })
export type UpdateTemplateInput = z.output<typeof UpdateTemplateInput>
