import { administeredBy } from '#lib/access/calling-customer.ts'
import type { Ctx } from '#lib/core/context.ts'
import { fieldError } from '#lib/core/errors.ts'
import type { ListInput } from '#lib/core/list/filter.ts'

/** What only the vendor sees of users, licenses and organizations. */
const HIDDEN: ReadonlySet<string> = new Set(['metadata.key', 'metadata.value', 'tag', 'tags'])

/**
 * Refuses administrators who filter by what they cannot see: it could be guessed from what is found.
 * @throws INVALID_INPUT naming the filter
 */
export function refuseHiddenFilters(ctx: Ctx, input: Pick<ListInput, 'filters'>): void {
  if (!administeredBy(ctx)) return
  const hidden = input.filters.find(({ field }) => HIDDEN.has(field))
  if (hidden) throw fieldError(hidden.field, 'only the vendor can filter by this')
}
