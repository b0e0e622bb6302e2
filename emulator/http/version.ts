import { contract } from '../contract/load.ts'
import { invalidParam } from './errors.ts'

/**
 * The API version of a request: the pinned one unless the header asks for another release of the same major version.
 * @throws ApiError 400 for another major version, whose objects the emulator doesn't have.
 */
export function readVersion(header: string | string[] | undefined): string {
  const pinned = contract().info.version
  const asked = Array.isArray(header) ? header[0] : header
  if (!asked) return pinned
  if (majorOf(asked) !== majorOf(pinned)) {
    throw invalidParam(`Invalid Stripe API version: ${asked}. This server speaks ${pinned}.`)
  }
  return asked
}

function majorOf(version: string): string {
  return version.split('.')[1] ?? version
}
