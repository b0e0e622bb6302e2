import { type License, toLicense } from './license.ts'
import { LicensingError } from './licensing-error.ts'
import { send } from './send.ts'

/**
 * The license of that id; undefined when there is none.
 * @throws {LicensingError}
 */
export async function getLicense(id: string): Promise<License | undefined> {
  try {
    return toLicense(await send({ method: 'GET', path: `/licenses/${id}` }))
  } catch (error) {
    if (error instanceof LicensingError && error.status === 404) return undefined
    throw error
  }
}
