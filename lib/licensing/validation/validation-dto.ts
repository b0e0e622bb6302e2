import { z } from 'zod'
import { exactText, isoDate, text } from '#lib/core/input/fields.ts'
import { FINGERPRINT_LENGTH } from '../activations/activation-input.ts'
import { LICENSE_STATUSES } from '../licenses/status.ts'

/** Why a license is not good, in the order in which it is judged: the first that fails is the answer's code. */
export const FAILURES = [
  'NOT_FOUND',
  'REVOKED',
  'BANNED',
  'SUSPENDED',
  'NOT_EFFECTIVE',
  'EXPIRED',
  'PRODUCT_MISMATCH',
  'ENTITLEMENT_MISSING',
  'VERSION_NOT_ALLOWED',
  'NO_ACTIVATION',
  'FINGERPRINT_MISMATCH',
  'LEASE_EXPIRED',
  'TOO_MANY_ACTIVATIONS',
] as const
export type Failure = (typeof FAILURES)[number]

const blankable = (max: number) =>
  z.preprocess((value) => (value === null || value === undefined ? '' : value), exactText(max))

export const ValidationInput = z.object({
  productId: blankable(256),
  key: blankable(1024).transform((key) => key.trim()),
  /** Judges the device as well; empty = the license alone. */
  fingerprint: blankable(FINGERPRINT_LENGTH.max),
  userHash: blankable(256),
  releaseVersion: blankable(256),
  /** Names of features that the license must allow. */
  entitlements: z.array(text(256, 1)).max(100, 'at most 100 names are judged').nullish(),
  /** Repeated in the signed answer, so that an old answer cannot be replayed. */
  nonce: blankable(256),
})
export type ValidationInput = z.output<typeof ValidationInput>

const ValidatedLicense = z.object({
  id: z.uuid(),
  productId: z.uuid(),
  status: z.enum(LICENSE_STATUSES),
  type: z.string(),
  expiresAt: isoDate().nullable(),
  /** The last moment at which it counts, grace included. */
  validUntil: isoDate().nullable(),
  maintenanceExpiresAt: isoDate().nullable(),
  maxAllowedReleaseVersion: z.string(),
  entitlements: z.array(
    z.object({
      featureName: z.string(),
      featureDisplayName: z.string(),
      value: z.string(),
      expiresAt: isoDate().nullable(),
    }),
  ),
  metadata: z.array(z.object({ key: z.string(), value: z.string() })),
})

export const ValidationDto = z
  .object({
    valid: z.boolean(),
    code: z.enum([...FAILURES, 'VALID']),
    message: z.string(),
    license: ValidatedLicense.optional(),
    checks: z.array(z.object({ name: z.enum(FAILURES), passed: z.boolean(), detail: z.string() })),
    /** `allowed` is -1 for any number. */
    usage: z.object({ activations: z.object({ used: z.int(), allowed: z.int() }) }),
    fixUrl: z.url().optional(),
    nonce: z.string().optional(),
    issuedAt: isoDate(),
  })
  .meta({ id: 'Validation' })
export type ValidationDto = z.output<typeof ValidationDto>
