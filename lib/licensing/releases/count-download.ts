import { and, eq, sql } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { releaseFiles } from '#db/schema/releases.ts'
import { notFound } from '#lib/core/errors.ts'

/** The largest value of the column. */
const MOST = 2_147_483_647

/**
 * Counts one download in one statement, so that concurrent downloads all count. Returns the file's address.
 * @throws NOT_FOUND when it was deleted meanwhile
 */
export async function countDownload(db: Executor, accountId: string, id: string) {
  const [file] = await db
    .update(releaseFiles)
    .set({ downloads: sql`least(${releaseFiles.downloads}, ${MOST - 1}) + 1` })
    .where(and(eq(releaseFiles.accountId, accountId), eq(releaseFiles.id, id)))
    .returning()
  if (!file) throw notFound('file')
  return file
}
