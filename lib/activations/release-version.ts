import { AppError } from '../errors.ts'

/**
 * Checks how a release's version is written: `1.2`, `1.2.3` or `1.2.3.4`.
 * @throws INVALID_RELEASE_VERSION_FORMAT
 */
export function assertReleaseVersion(version: string): void {
  if (partsOf(version)) return
  throw new AppError(
    'INVALID_RELEASE_VERSION_FORMAT',
    'A release version like 1.2, 1.2.3 or 1.2.3.4 is expected.',
  )
}

/** Whether the version is within the highest allowed one: 1.2 allows every 1.2.x. An empty limit allows all. */
export function isReleaseAllowed(version: string, highest: string): boolean {
  const limit = partsOf(highest)
  const parts = partsOf(version)
  return !limit || (parts !== undefined && compare(parts.slice(0, limit.length), limit) <= 0)
}

/** Whether the first is the higher one; missing parts count as 0, and every version is higher than none. */
export function isHigherVersion(version: string, than: string): boolean {
  const parts = partsOf(version)
  return parts !== undefined && compare(parts, partsOf(than) ?? []) > 0
}

function partsOf(version: string): number[] | undefined {
  return /^\d{1,9}(\.\d{1,9}){1,3}$/.test(version) ? version.split('.').map(Number) : undefined
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
