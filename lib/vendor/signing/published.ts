import { gt, isNull, or, type SQL } from 'drizzle-orm'
import { signingKeys } from '#db/schema/products.ts'

/** Keys that still count: those that may sign, and retired ones until the last thing they signed has expired. */
export function isPublished(at: Date): SQL | undefined {
  return or(isNull(signingKeys.retiredAt), gt(signingKeys.publishedUntil, at))
}
