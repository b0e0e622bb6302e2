import { createHash, timingSafeEqual } from 'node:crypto'

/** Compared as digests, so that neither length nor content shows in the time taken. */
export function sameText(left: string, right: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(left), digest(right))
}
