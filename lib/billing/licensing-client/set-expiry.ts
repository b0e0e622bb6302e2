import { type IssuedLicense, toIssuedLicense } from './license.ts'
import { send } from './send.ts'

/**
 * Sets when a license expires: an absolute value, so that a repetition changes nothing. An operator's renewal by hand is
 * never shortened.
 * @throws {LicensingError}
 */
export async function setExpiry(id: string, expiresAt: Date): Promise<IssuedLicense> {
  const body = { expiresAt: expiresAt.toISOString(), cause: 'billing' }
  return toIssuedLicense(await send({ method: 'PATCH', path: `/licenses/${id}/expires-at`, body }))
}
