import { and, eq, inArray } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { afterPlace, byCreation, placeOf, readInChunks } from '#lib/core/list/chunks.ts'
import { type LicenseDto, toLicenseDto } from './license-dto.ts'
import { type LicenseSearch, licenseConditions } from './list-licenses.ts'
import { loadLicenses } from './load-licenses.ts'

/**
 * Every license that fits, oldest first, chunk by chunk.
 * @throws INVALID_INPUT for a filter that cannot be answered, with the reason
 */
export async function* exportLicenses(
  ctx: Authorized<'license:read'>,
  input: LicenseSearch,
): AsyncGenerator<LicenseDto[]> {
  const now = ctx.clock.now()
  const where = await licenseConditions(ctx, input, now)
  yield* readInChunks(
    (after, limit) =>
      ctx.db
        .select(placeOf(licenses))
        .from(licenses)
        .where(and(eq(licenses.accountId, ctx.accountId), where, afterPlace(licenses, after)))
        .orderBy(...byCreation(licenses))
        .limit(limit),
    async (ids) => {
      const orderBy = byCreation(licenses)
      const found = await loadLicenses(ctx.db, ctx.accountId, {
        where: inArray(licenses.id, ids),
        orderBy,
        limit: ids.length,
        at: now,
      })
      return found.map((license) => toLicenseDto(license, now))
    },
  )
}
