import { isId } from '#lib/core/ids.ts'
import type { Filter } from '#lib/core/list/filter.ts'
import { LICENSE_STATUSES } from '#lib/licensing/licenses/status.ts'
import { equals } from './page-input.ts'

/** The parameters by which the licenses' page is filtered. */
export const LICENSE_FILTERS = ['key', 'email', 'productId', 'status'] as const

/** The filters that they stand for, for the page and its export. An impossible value is ignored. */
export function licenseSearch(values: Record<(typeof LICENSE_FILTERS)[number], string>): {
  filters: Filter[]
  key: string | undefined
} {
  const { key, email, productId, status } = values
  const filters = [
    email ? { field: 'email', operator: 'cn' as const, values: [email] } : undefined,
    isId(productId) ? equals('productId', productId) : undefined,
    LICENSE_STATUSES.some((known) => known === status) ? equals('status', status) : undefined,
  ]
  return { filters: filters.filter((filter) => filter !== undefined), key: key || undefined }
}
