import { and, eq, getTableColumns, type SQL, sql } from 'drizzle-orm'
import { activations, licenses } from '#db/schema/licenses.ts'
import type { Ctx } from '#lib/core/context.ts'
import { fieldError } from '#lib/core/errors.ts'
import type { Filter, ListFields, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { paginate } from '#lib/core/list/paginate.ts'
import { compare, filtersToSql, searchToSql } from '#lib/core/list/to-sql.ts'
import { metadataListFields, takeMetadataFilters } from '#lib/core/metadata/metadata-filter.ts'
import { hasAnyKey } from '../licenses/find-typed-key.ts'
import { activationMetersColumn } from '../meters/meter-columns.ts'
import { type ActivationDto, toActivationDto } from './activation-dto.ts'
import { holdsSeat } from './holds-seat.ts'

/** What lists of activations may be filtered and sorted by. */
export const activationListFields = {
  ...metadataListFields,
  id: { kind: 'id', column: activations.id },
  productId: { kind: 'id', column: activations.productId },
  licenseId: { kind: 'id', column: activations.licenseId },
  licenseKey: { kind: 'text', where: byLicenseKey },
  userId: { kind: 'id', where: (filter) => byLicense(compare(licenses.userId, filter)) },
  os: { kind: 'text', column: activations.os },
  osVersion: { kind: 'text', column: activations.osVersion },
  hostname: { kind: 'text', column: activations.hostname },
  name: { kind: 'text', column: activations.name },
  vmName: { kind: 'text', column: activations.vmName },
  container: { kind: 'boolean', column: activations.container },
  offline: { kind: 'boolean', column: activations.offline },
  appVersion: { kind: 'text', column: activations.appVersion },
  releaseVersion: { kind: 'text', column: activations.releaseVersion },
  countryCode: { kind: 'text', column: activations.countryCode },
  createdAt: { kind: 'date', column: activations.createdAt },
  updatedAt: { kind: 'date', column: activations.updatedAt },
  lastSyncedAt: { kind: 'date', column: activations.lastSyncedAt },
  expiresAt: { kind: 'date', column: activations.expiresAt },
  leaseExpiresAt: { kind: 'date', column: activations.leaseExpiresAt },
} as const satisfies ListFields

/** Keys are stored sealed: whole ones can be looked up, parts of them cannot. */
function byLicenseKey(filter: Filter): SQL {
  const isNegative = filter.operator === 'ne' || filter.operator === 'nin'
  if (!isNegative && filter.operator !== 'eq' && filter.operator !== 'in') {
    throw fieldError('licenseKey', 'whole keys only: use eq, ne, in or nin')
  }
  const holds = byLicense(hasAnyKey(filter.values.map(String)))
  return isNegative ? sql`not ${holds}` : holds
}

function byLicense(condition: SQL): SQL {
  return sql`exists (select 1 from ${licenses} where ${and(
    eq(licenses.accountId, activations.accountId),
    eq(licenses.id, activations.licenseId),
    condition,
  )})`
}

/** The condition of a list's filters and search, on `activations`. Devices whose lease ended are not listed. */
export function activationConditions(ctx: Ctx, input: Pick<ListInput, 'filters' | 'query'>): SQL | undefined {
  const { condition, others } = takeMetadataFilters(activations.metadata, input.filters)
  return and(
    eq(activations.accountId, ctx.accountId),
    holdsSeat(ctx.clock.now()),
    condition,
    filtersToSql(activationListFields, others),
    // What people call a device.
    searchToSql(input.query, [
      activations.hostname,
      activations.name,
      activations.osVersion,
      activations.appVersion,
    ]),
  )
}

/** The columns that an activation's answer is made of. */
export const answerColumns = { ...getTableColumns(activations), meters: activationMetersColumn }

/** A page of the account's devices among those in scope. */
export async function selectActivations(
  ctx: Ctx,
  input: ListInput,
  scope?: SQL,
): Promise<Page<ActivationDto>> {
  const where = and(activationConditions(ctx, input), scope)
  const page = await paginate(
    { fields: activationListFields, input, ties: activations, where },
    {
      count: () => ctx.db.$count(activations, where),
      rows: ({ where, orderBy, limit, offset, position }) =>
        ctx.db
          .select({ ...answerColumns, position })
          .from(activations)
          .where(where)
          .orderBy(...orderBy)
          .limit(limit)
          .offset(offset),
    },
  )
  return page.map((row) => toActivationDto(row, row.meters))
}
