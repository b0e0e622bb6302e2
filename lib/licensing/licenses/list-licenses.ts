import { and, not, or, type SQL, sql } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { userIdentifiers, users } from '#db/schema/users.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import type { Ctx } from '#lib/core/context.ts'
import { fieldError } from '#lib/core/errors.ts'
import type { Filter, ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { compare, filtersToSql, likeText } from '#lib/core/list/to-sql.ts'
import { takeMetadataFilters } from '#lib/core/metadata/metadata-filter.ts'
import { countedActivations } from '../activations/holds-seat.ts'
import { findLicensePage } from './find-license-page.ts'
import { keyMatches, keyPartFilter } from './key-search.ts'
import { type LicenseDto, toLicenseDto } from './license-dto.ts'
import { licenseListFields } from './list-fields.ts'
import { loadLicensesById } from './load-licenses.ts'
import { LICENSE_STATUSES } from './status.ts'
import { expiredSql, expiringSoonSql, statusSql } from './status-sql.ts'

/** The search of licenses. `key`: a key as people type it, its beginning, or at least its last four characters. */
export type LicenseSearch = Pick<ListInput, 'filters' | 'query'> & { key?: string | undefined }

/**
 * Licenses, oldest first unless sorted otherwise.
 * @throws INVALID_INPUT for a filter that cannot be answered, with the reason
 */
export async function listLicenses(
  ctx: Authorized<'license:read'>,
  input: ListInput & LicenseSearch,
): Promise<Page<LicenseDto>> {
  const now = ctx.clock.now()
  const where = await licenseConditions(ctx, input, now)
  const load = async (ids: string[]) => {
    const loaded = await loadLicensesById(ctx.db, ctx.accountId, ids, now)
    return loaded.map((license) => toLicenseDto(license, now))
  }
  const { page, found } = await findLicensePage(ctx.db, ctx.accountId, where, { ...input, load })
  return page.holding(found)
}

const TIMED: ReadonlySet<string> = new Set(['status', 'expired', 'expiringSoon', 'totalActivations'])

/**
 * The condition of the list, on `licenses` alone.
 * @throws INVALID_INPUT for a filter that cannot be answered, with the reason
 */
export async function licenseConditions(ctx: Ctx, input: LicenseSearch, now: Date): Promise<SQL | undefined> {
  const scope = { db: ctx.db, accountId: ctx.accountId }
  const isKeyPart = ({ field, operator }: Filter) =>
    field === 'key' && (operator === 'sw' || operator === 'ew')
  const keyParts = await Promise.all(
    input.filters.filter(isKeyPart).map((filter) => keyPartFilter(scope, filter)),
  )
  const metadata = takeMetadataFilters(
    licenses.metadata,
    input.filters.filter((filter) => !isKeyPart(filter)),
  )
  const timed = metadata.others.filter(isTimed)
  return and(
    filtersToSql(
      licenseListFields,
      metadata.others.filter((filter) => !isTimed(filter)),
    ),
    ...timed.map((filter) => timedCondition(filter, now)),
    metadata.condition,
    ...keyParts,
    input.key ? ((await keyMatches(scope, input.key)) ?? sql`false`) : undefined,
    input.query ? matches(input.query, await keyMatches(scope, input.query)) : undefined,
  )
}

function isTimed(filter: Filter): boolean {
  return TIMED.has(filter.field)
}

function timedCondition(filter: Filter, now: Date): SQL {
  if (filter.field === 'status') {
    const values = filter.values.map((value) => String(value).toUpperCase())
    const unknown = values.find((value) => !(LICENSE_STATUSES as readonly string[]).includes(value))
    if (unknown !== undefined) throw fieldError('status', `one of ${LICENSE_STATUSES.join(', ')} is expected`)
    return compare(statusSql(now), { ...filter, values })
  }
  if (filter.field === 'totalActivations') return compare(countedActivations(now), filter)
  const condition = filter.field === 'expired' ? expiredSql(now) : expiringSoonSql(now)
  const wanted = filter.operator === 'eq' ? filter.values[0] === true : filter.values[0] === false
  return wanted ? condition : not(condition)
}

/** Free search: a key, its beginning or its end, or part of the notes or of the owner's name, company or address. */
function matches(query: string, byKey: SQL | undefined): SQL | undefined {
  const part = `%${likeText(query)}%`
  return or(
    byKey,
    sql`${licenses.notes} ilike ${part}`,
    sql`exists (
      select 1 from ${users}
      where ${users.accountId} = ${licenses.accountId} and ${users.id} = ${licenses.userId}
        and ((${users.firstName} || ' ' || ${users.lastName}) ilike ${part} or ${users.company} ilike ${part}))`,
    sql`exists (
      select 1 from ${userIdentifiers}
      where ${userIdentifiers.accountId} = ${licenses.accountId} and ${userIdentifiers.userId} = ${licenses.userId}
        and ${userIdentifiers.value} ilike ${part})`,
  )
}
