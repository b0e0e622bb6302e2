import { type IssuedLicense, toIssuedLicense } from './license.ts'
import { send } from './send.ts'

export interface LicenseChange {
  suspended?: boolean
  revoked?: boolean
  /** Merged by key: other entries stay. */
  metadata?: { key: string; value: string; viewPermissions: string[] }[]
}

/**
 * Sets what is given. Suspension and revocation are billing's own: those that an operator set stay.
 * @throws {LicensingError}
 */
export async function changeLicense(id: string, change: LicenseChange): Promise<IssuedLicense> {
  const body = { ...change, cause: 'billing' }
  return toIssuedLicense(await send({ method: 'PATCH', path: `/licenses/${id}`, body }))
}
