import { and, gt, ilike, lte, or, type SQL } from 'drizzle-orm'
import { trialActivations } from '#db/schema/trials.ts'
import type { Filter, ListInput } from '#lib/core/list/filter.ts'
import { filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { takeMetadataFilters } from '#lib/core/metadata/metadata-filter.ts'
import { trialListFields } from './trial-list-fields.ts'

/** What a trial must meet to be in the list. */
export function trialConditions(input: Pick<ListInput, 'filters' | 'query'>, now: Date): SQL | undefined {
  const { condition, others } = takeMetadataFilters(trialActivations.metadata, input.filters)
  return and(
    condition,
    filtersToSql(
      trialListFields,
      others.filter(({ field }) => field !== 'expired'),
    ),
    ...others.filter(({ field }) => field === 'expired').map((filter) => isExpired(filter, now)),
    matches(input.query),
  )
}

function isExpired({ operator, values }: Filter, now: Date): SQL {
  const wanted = operator === 'eq' ? values[0] === true : values[0] === false
  return wanted ? lte(trialActivations.expiresAt, now) : gt(trialActivations.expiresAt, now)
}

/** Free search: what people call a device. */
function matches(query: string | undefined): SQL | undefined {
  if (!query) return undefined
  const pattern = `%${likeText(query)}%`
  return or(
    ilike(trialActivations.hostname, pattern),
    ilike(trialActivations.osVersion, pattern),
    ilike(trialActivations.appVersion, pattern),
  )
}
