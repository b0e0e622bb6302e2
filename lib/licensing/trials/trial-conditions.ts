import { and, gt, lte, type SQL } from 'drizzle-orm'
import { trialActivations } from '#db/schema/trials.ts'
import type { Filter, ListFields, ListInput } from '#lib/core/list/filter.ts'
import { filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { metadataListFields, takeMetadataFilters } from '#lib/core/metadata/metadata-filter.ts'

/** What lists of trial activations can be filtered and sorted by. */
export const trialListFields = {
  ...metadataListFields,
  id: { kind: 'id', column: trialActivations.id },
  productId: { kind: 'id', column: trialActivations.productId },
  os: { kind: 'text', column: trialActivations.os },
  osVersion: { kind: 'text', column: trialActivations.osVersion },
  hostname: { kind: 'text', column: trialActivations.hostname },
  vmName: { kind: 'text', column: trialActivations.vmName },
  container: { kind: 'boolean', column: trialActivations.container },
  offline: { kind: 'boolean', column: trialActivations.offline },
  appVersion: { kind: 'text', column: trialActivations.appVersion },
  releaseVersion: { kind: 'text', column: trialActivations.releaseVersion },
  fingerprint: { kind: 'text', column: trialActivations.fingerprint },
  countryCode: { kind: 'text', column: trialActivations.countryCode },
  expiresAt: { kind: 'date', column: trialActivations.expiresAt },
  createdAt: { kind: 'date', column: trialActivations.createdAt },
  updatedAt: { kind: 'date', column: trialActivations.updatedAt },
  // Answered by `trial-conditions.ts`, because it depends on the time.
  expired: { kind: 'boolean' },
} as const satisfies ListFields

/** The condition of the list. */
export function trialConditions(input: Pick<ListInput, 'filters' | 'query'>, now: Date): SQL | undefined {
  const { condition, others } = takeMetadataFilters(trialActivations.metadata, input.filters)
  return and(
    condition,
    filtersToSql(
      trialListFields,
      others.filter(({ field }) => field !== 'expired'),
    ),
    ...others.filter(({ field }) => field === 'expired').map((filter) => isExpired(filter, now)),
    // What people call a device.
    searchToSql(input.query, [
      trialActivations.hostname,
      trialActivations.osVersion,
      trialActivations.appVersion,
    ]),
  )
}

function isExpired({ operator, values }: Filter, now: Date): SQL {
  const wanted = operator === 'eq' ? values[0] === true : values[0] === false
  return wanted ? lte(trialActivations.expiresAt, now) : gt(trialActivations.expiresAt, now)
}
