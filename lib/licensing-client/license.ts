import { z } from 'zod'
import { LicensingError } from './licensing-error.ts'

const License = z.object({
  id: z.uuid(),
  key: z.string(),
  suspended: z.boolean(),
  revoked: z.boolean(),
  expiresAt: z.iso
    .datetime()
    .nullish()
    .transform((value) => (value ? new Date(value) : null)),
  metadata: z.array(
    z.object({ key: z.string(), value: z.string(), viewPermissions: z.array(z.string()).default([]) }),
  ),
})

/** What the payment path reads of a license. */
export type License = z.infer<typeof License>

/** Takes an answer of the licensing API apart. @throws {LicensingError} when it is no license */
export function toLicense(answer: unknown): License {
  const parsed = License.safeParse(answer)
  if (parsed.success) return parsed.data
  throw new LicensingError('The licensing API answered something that is no license.', {
    retryable: true,
    status: null,
    code: null,
    cause: parsed.error,
  })
}
