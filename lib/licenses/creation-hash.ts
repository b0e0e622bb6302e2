import type { CreateLicenseInput } from './license-input.ts'
import { keyLookUp, keyLookUps } from './license-key.ts'

/** What a creation asked for, as a keyed hash: it may hold a license key, so nobody may be able to guess at it. */
export function creationHash(input: CreateLicenseInput): string {
  return keyLookUp(canonical(input))
}

/** Whether the stored hash is that of this request, whichever of the installation's secrets made it. */
export function isSameCreation(stored: string | null, input: CreateLicenseInput): boolean {
  return stored !== null && keyLookUps(canonical(input)).includes(stored)
}

function canonical(input: CreateLicenseInput): string {
  const members = Object.entries(input).filter(([, value]) => value !== undefined)
  return `creation ${JSON.stringify(members.sort(([a], [b]) => (a < b ? -1 : 1)))}`
}
