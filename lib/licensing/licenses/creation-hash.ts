import { lastingHash, lastingHashes } from '#lib/core/key-store/lasting-keys.ts'
import type { CreateLicenseInput } from './license-input.ts'

/** A keyed hash of the request that created a license. The request may hold a license key, so a plain hash could be guessed. */
export function creationHash(input: CreateLicenseInput): Promise<string> {
  return lastingHash('license-creation', canonical(input))
}

/** Whether the stored hash is that of this request. */
export async function isSameCreation(stored: string | null, input: CreateLicenseInput): Promise<boolean> {
  return stored !== null && (await lastingHashes('license-creation', canonical(input))).includes(stored)
}

function canonical(input: CreateLicenseInput): string {
  const members = Object.entries(input).filter(([, value]) => value !== undefined)
  return `creation ${JSON.stringify(members.sort(([a], [b]) => (a < b ? -1 : 1)))}`
}
