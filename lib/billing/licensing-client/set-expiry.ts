import { type License, toLicense } from './license.ts'
import { send } from './send.ts'

/**
 * Sets when a license expires: an absolute value, so that a repetition changes nothing. An operator's renewal by hand is
 * never shortened.
 * @throws {LicensingError}
 */
export async function setExpiry(id: string, expiresAt: Date): Promise<License> {
  const body = { expiresAt: expiresAt.toISOString(), cause: 'billing' }
  return toLicense(await send({ method: 'PATCH', path: `/licenses/${id}/expires-at`, body }))
}
