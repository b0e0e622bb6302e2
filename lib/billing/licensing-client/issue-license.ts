import { newId } from '#lib/core/ids.ts'
import { type IssuedLicense, toIssuedLicense } from './license.ts'
import { send } from './send.ts'

export interface NewLicense {
  /** A derived id: repeating the call finds the license that the first one made. */
  id: string
  productId: string
  /** Null = the product's default. */
  licenseTemplateId: string | null
  userId: string
  /** Absent = the template's. */
  allowedActivations?: number
  /** ISO 8601; absent = the template's. */
  subscriptionInterval?: string
  /** Absent = by the template's interval. */
  expiresAt?: Date
  metadata: { key: string; value: string }[]
}

/**
 * Makes a license.
 * @throws {LicensingError}
 */
export async function issueLicense(license: NewLicense): Promise<IssuedLicense> {
  const { licenseTemplateId, metadata, expiresAt, ...rest } = license
  const body = {
    ...rest,
    cause: 'billing',
    ...(licenseTemplateId && { licenseTemplateId }),
    ...(expiresAt && { expiresAt: expiresAt.toISOString() }),
    metadata: metadata.map((entry) => ({ ...entry, viewPermissions: [] })),
  }
  // A key per intent, not per license: a license deleted by hand can be made again.
  const idempotencyKey = `license:${license.id}:${newId()}`
  return toIssuedLicense(await send({ method: 'POST', path: '/licenses', body, idempotencyKey }))
}
