/** The largest part of a version: what an integer column holds. */
const MAX_PART = 2_147_483_647

/**
 * Reads a version: two to four whole numbers between dots (contract §4.3). Undefined for anything else.
 * `1.02` is the same version as `1.2`.
 */
export function parseVersion(text: string): number[] | undefined {
  if (!/^\d{1,10}(\.\d{1,10}){1,3}$/.test(text)) return undefined
  const parts = text.split('.').map(Number)
  return parts.every((part) => part <= MAX_PART) ? parts : undefined
}

/**
 * The order in which releases are listed: part by part; if all common parts agree, the longer version is the later one.
 * PostgreSQL orders integer arrays in the same way, so SQL and this function agree. Negative = the first is older.
 */
export function orderVersions(a: readonly number[], b: readonly number[]): number {
  return comparePartially(a, b) || a.length - b.length
}

/**
 * Compares only the parts that both versions have, as update checks do: `1.2.3` is as new as `1.2.3.4`, and every
 * `2.1.x` is within `2.1`. Negative = the first is older, 0 = neither is newer.
 */
export function comparePartially(a: readonly number[], b: readonly number[]): number {
  for (let at = 0; at < Math.min(a.length, b.length); at += 1) {
    const difference = (a[at] ?? 0) - (b[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
