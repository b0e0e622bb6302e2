import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import type { Authorized } from '../auth/authorize.ts'
import { self } from '../auth/self.ts'
import { notFound } from '../errors.ts'
import { loadLicenses } from './load-licenses.ts'
import { type MyLicenseDto, toMyLicenseDto } from './my-license-dto.ts'

/**
 * One license of the signed-in customer. Somebody else's looks like a missing one.
 * @throws NOT_FOUND
 */
export async function getMyLicense(ctx: Authorized<'me:read'>, id: string): Promise<MyLicenseDto> {
  const now = ctx.clock.now()
  const [found] = await loadLicenses(ctx.db, ctx.accountId, {
    at: now,
    where: and(eq(licenses.id, id), eq(licenses.userId, self(ctx).userId)),
  })
  if (!found) throw notFound('license')
  return toMyLicenseDto(found, now)
}
