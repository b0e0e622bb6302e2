import { z } from 'zod'
import { LicensingError } from './licensing-error.ts'

const date = z.iso
  .datetime()
  .nullable()
  .transform((value) => (value ? new Date(value) : null))

const IssuedLicense = z.object({
  id: z.uuid(),
  key: z.string(),
  suspendedBy: z.array(z.string()),
  revokedBy: z.array(z.string()),
  expiresAt: date,
  /** Billing never shortens the expiry below this. */
  expiryHeldUntil: date,
  metadata: z.array(
    z.object({ key: z.string(), value: z.string(), viewPermissions: z.array(z.string()).default([]) }),
  ),
})

/** What the payment path reads of a license. */
export type IssuedLicense = z.infer<typeof IssuedLicense>

/** Takes an answer of the licensing API apart. @throws {LicensingError} when it is no license */
export function toIssuedLicense(answer: unknown): IssuedLicense {
  const parsed = IssuedLicense.safeParse(answer)
  if (parsed.success) return parsed.data
  throw new LicensingError('The licensing API answered something that is no license.', {
    retryable: true,
    status: null,
    code: null,
    cause: parsed.error,
  })
}
