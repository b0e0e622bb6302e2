import { type IssuedLicense, toIssuedLicense } from './license.ts'
import { LicensingError } from './licensing-error.ts'
import { send } from './send.ts'

/**
 * The license of that id; undefined when there is none.
 * @throws {LicensingError}
 */
export async function fetchLicense(id: string): Promise<IssuedLicense | undefined> {
  try {
    return toIssuedLicense(await send({ method: 'GET', path: `/licenses/${id}` }))
  } catch (error) {
    if (error instanceof LicensingError && error.status === 404) return undefined
    throw error
  }
}
