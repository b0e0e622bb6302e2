import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { self } from '#lib/access/calling-customer.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { loadLicenses } from './load-licenses.ts'
import { type MyLicenseDto, toMyLicenseDto } from './my-license-dto.ts'
import { visibleTo } from './visible-to.ts'

/**
 * One license that the signed-in customer owns or shares. Somebody else's looks like a missing one.
 * @throws NOT_FOUND
 */
export async function getMyLicense(ctx: Authorized<'me:read'>, id: string): Promise<MyLicenseDto> {
  const now = ctx.clock.now()
  const [found] = await loadLicenses(ctx.db, ctx.accountId, {
    at: now,
    where: and(eq(licenses.id, id), visibleTo(ctx.accountId, self(ctx).userId)),
  })
  if (!found) throw notFound('license')
  return toMyLicenseDto(found, self(ctx).userId, now)
}
