import { z } from 'zod'
import { int, text } from '#lib/core/input/fields.ts'
import { optionalField, optionalText } from '#lib/core/input/optional-field.ts'
import { intervalOfSeconds, normalizeInterval } from '../templates/interval.ts'

const interval = z.string('an ISO 8601 duration such as P1Y is expected').transform((value, refinement) => {
  const normal = normalizeInterval(value)
  if (normal) return normal
  refinement.addIssue({
    code: 'custom',
    message: 'an ISO 8601 duration such as P1Y is expected, at most 100 years',
  })
  return z.NEVER
})

const period = {
  interval: optionalField(interval).meta({ description: 'ISO 8601 duration of one period, such as P1Y.' }),
  validity: optionalField(int({ min: 1 })).meta({
    description: 'The same in seconds, kept as the interval PT<n>S.',
  }),
}

/** Body of `POST /v3/maintenance-policies`. */
export const CreateMaintenancePolicyInput = z
  .object({ ...period, name: text(256, 1), description: optionalText(1_000) })
  .refine((input) => input.interval ?? input.validity, {
    path: ['interval'],
    error: 'an ISO 8601 duration such as P1Y is expected',
  })
export type CreateMaintenancePolicyInput = z.output<typeof CreateMaintenancePolicyInput>

/** Body of `PATCH /v3/maintenance-policies/{id}`. */
export const UpdateMaintenancePolicyInput = z.object({
  ...period,
  name: optionalField(text(256, 1)),
  description: optionalText(1_000),
})
export type UpdateMaintenancePolicyInput = z.output<typeof UpdateMaintenancePolicyInput>

/** The period that a body names, under either name; undefined when it names none. */
export function intervalOf(input: UpdateMaintenancePolicyInput): string | undefined {
  return input.interval ?? (input.validity === undefined ? undefined : intervalOfSeconds(input.validity))
}
