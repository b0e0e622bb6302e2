import { and, eq } from 'drizzle-orm'
import { releaseFiles } from '#db/schema/releases.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { type ReleaseFileDto, toReleaseFileDto } from './release-file-dto.ts'

/**
 * One file of a release.
 * @throws NOT_FOUND
 */
export async function getReleaseFile(ctx: Authorized<'release:read'>, id: string): Promise<ReleaseFileDto> {
  const [row] = await ctx.db
    .select()
    .from(releaseFiles)
    .where(and(eq(releaseFiles.accountId, ctx.accountId), eq(releaseFiles.id, id)))
  if (!row) throw notFound('release file')
  return toReleaseFileDto(row)
}
