import { AppError } from '#lib/core/errors.ts'
import { parseVersion } from '#lib/core/version.ts'
import { isVersionWithin } from '../releases/release-refusal.ts'

/**
 * Checks how a release's version is written: `1.2`, `1.2.3` or `1.2.3.4`.
 * @throws INVALID_RELEASE_VERSION_FORMAT
 */
export function assertReleaseVersion(version: string): void {
  if (parseVersion(version)) return
  throw new AppError(
    'INVALID_RELEASE_VERSION_FORMAT',
    'A release version like 1.2, 1.2.3 or 1.2.3.4 is expected.',
  )
}

/** Whether the version is within the highest allowed one: 1.2 allows every 1.2.x. An empty limit allows all. */
export function isVersionAllowed(version: string, highest: string): boolean {
  if (highest === '') return true
  const parts = parseVersion(version)
  return parts !== undefined && isVersionWithin(parts, highest)
}

/** Whether the first is the higher one; missing parts count as 0, and every version is higher than none. */
export function isHigherVersion(version: string, than: string): boolean {
  const parts = parseVersion(version)
  return parts !== undefined && compare(parts, parseVersion(than) ?? []) > 0
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
