import { and, type SQL } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import type { Administered } from '../auth/actor.ts'
import { metadataViewer } from '../auth/administered.ts'
import type { Ctx } from '../context.ts'
import { type LicenseDto, toLicenseDto } from '../licenses/license-dto.ts'
import { licenseListFields } from '../licenses/list-fields.ts'
import { licenseConditions } from '../licenses/list-licenses.ts'
import { countLicenses, loadLicenses } from '../licenses/load-licenses.ts'
import type { ListInput } from '../list/filter.ts'
import { Page } from '../list/page.ts'
import { sortToSql } from '../list/to-sql.ts'
import { toMemberDto } from '../users/user-dto.ts'
import { refuseHiddenFilters } from './refuse-hidden-filters.ts'

/** The account's licenses that meet a condition; who may see them is the calling verb's to know. */
export async function listLicensesWithin(ctx: Ctx, input: ListInput, within: SQL): Promise<Page<LicenseDto>> {
  refuseHiddenFilters(ctx, input)
  const now = ctx.clock.now()
  const where = and(within, await licenseConditions(ctx, input, now))
  const [found, total] = await Promise.all([
    loadLicenses(ctx.db, ctx.accountId, {
      at: now,
      where,
      orderBy: sortToSql(licenseListFields, input.sort, licenses),
      limit: input.limit,
      offset: (input.page - 1) * input.limit,
    }),
    countLicenses(ctx.db, ctx.accountId, where),
  ])
  const viewer = metadataViewer(ctx)
  const items = found.map((license) => toLicenseDto(license, now))
  return new Page(viewer ? items.map((license) => asSeenBy(license, viewer)) : items, {
    total,
    page: input.page,
    limit: input.limit,
  })
}

/** A license as the administrator of its organization or reseller sees it: without what is only the vendor's. */
export function asSeenBy(license: LicenseDto, viewer: Administered['kind']): LicenseDto {
  return {
    ...license,
    metadata: license.metadata.filter((entry) => entry.viewPermissions.includes(viewer)),
    meterAttributes: license.meterAttributes.filter((meter) => meter.viewPermissions.includes(viewer)),
    tags: [],
    user: license.user && toMemberDto(license.user, viewer),
  }
}
