import { and, type SQL } from 'drizzle-orm'
import { metadataViewer } from '#lib/access/calling-customer.ts'
import type { Administered } from '#lib/core/actor.ts'
import type { Ctx } from '#lib/core/context.ts'
import type { ListInput } from '#lib/core/list/filter.ts'
import type { Page } from '#lib/core/list/page.ts'
import { refuseHiddenFilters } from '#lib/people/organizations/refuse-hidden-filters.ts'
import { toMemberDto } from '#lib/people/users/user-dto.ts'
import { findLicensePage } from './find-license-page.ts'
import { type LicenseDto, toLicenseDto } from './license-dto.ts'
import { licenseConditions } from './list-licenses.ts'
import { loadLicensesById } from './load-licenses.ts'

/** The account's licenses that meet a condition; the calling verb checks who may see them. */
export async function listLicensesWithin(ctx: Ctx, input: ListInput, within: SQL): Promise<Page<LicenseDto>> {
  refuseHiddenFilters(ctx, input)
  const now = ctx.clock.now()
  const where = and(within, await licenseConditions(ctx, input, now))
  const load = async (ids: string[]) => {
    const loaded = await loadLicensesById(ctx.db, ctx.accountId, ids, now)
    return loaded.map((license) => toLicenseDto(license, now))
  }
  const { page, found } = await findLicensePage(ctx.db, ctx.accountId, where, { ...input, load })
  const viewer = metadataViewer(ctx)
  return page.holding(viewer ? found.map((license) => asSeenBy(license, viewer)) : found)
}

/** A license as the administrator of its organization or reseller sees it, without the vendor's own parts. */
export function asSeenBy(license: LicenseDto, viewer: Administered['kind']): LicenseDto {
  return {
    ...license,
    metadata: license.metadata.filter((entry) => entry.viewPermissions.includes(viewer)),
    meterAttributes: license.meterAttributes.filter((meter) => meter.viewPermissions.includes(viewer)),
    tags: [],
    user: license.user && toMemberDto(license.user, viewer),
  }
}
