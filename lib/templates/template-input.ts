import { z } from 'zod'
import { text } from '../http/fields.ts'
import { sent, unsupported } from '../http/sent.ts'
import { compileKeyPattern, KeyPatternError } from '../licenses/key-pattern.ts'
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
  keyPattern: sent(keyPattern).meta({
    description:
      'Regular expression that keys are generated from: characters, sets, groups, alternatives, bounded repetition.',
  }),
  requiredMetadataKeys: unsupported(),
  requiredMeterAttributes: unsupported(),
}

/** Body of `POST /v3/license-templates`. Only the name is needed. */
export const CreateTemplateInput = z.object({ ...shared, name: text(256, 1) })
export type CreateTemplateInput = z.output<typeof CreateTemplateInput>

/** Body of `PATCH /v3/license-templates/{id}`. */
export const UpdateTemplateInput = z.object({ ...shared, name: sent(text(256, 1)) })
export type UpdateTemplateInput = z.output<typeof UpdateTemplateInput>
