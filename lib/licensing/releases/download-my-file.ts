import { and, eq } from 'drizzle-orm'
import { licenses } from '#db/schema/licenses.ts'
import { self } from '#lib/access/calling-customer.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { visibleTo } from '../licenses/visible-to.ts'
import { countDownload } from './count-download.ts'
import { findFile } from './find-file.ts'
import { findLicensesForReleases } from './find-licenses.ts'
import { releaseRefusal } from './release-refusal.ts'

/**
 * The address of a file that one of the signed-in customer's own or shared licenses allows at this moment. Counts the download.
 * @throws NOT_FOUND for what is not theirs, not allowed, or not there
 */
export async function downloadMyFile(
  ctx: Authorized<'me:read'>,
  { licenseId, fileId }: { licenseId: string; fileId: string },
): Promise<string> {
  const [license] = await findLicensesForReleases(
    ctx.db,
    ctx.accountId,
    and(eq(licenses.id, licenseId), visibleTo(ctx.accountId, self(ctx).userId)),
    ctx.clock.now(),
  )
  if (!license) throw notFound('license')
  const { release } = await findFile(ctx.db, ctx.accountId, fileId)
  if (releaseRefusal(license, release) !== null) throw notFound('file')
  return (await countDownload(ctx.db, ctx.accountId, fileId)).url
}
