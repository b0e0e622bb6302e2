import { and, eq } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { releaseFiles, releases } from '#db/schema/releases.ts'
import { notFound } from '#lib/core/errors.ts'

/**
 * A file with the facts that decide who may download it.
 * @throws NOT_FOUND
 */
export async function findFile(db: Executor, accountId: string, id: string) {
  const [found] = await db
    .select({
      file: releaseFiles,
      release: {
        productId: releases.productId,
        publishedAt: releases.publishedAt,
        versionParts: releases.versionParts,
        private: releases.private,
      },
    })
    .from(releaseFiles)
    .innerJoin(
      releases,
      and(eq(releases.accountId, releaseFiles.accountId), eq(releases.id, releaseFiles.releaseId)),
    )
    .where(and(eq(releaseFiles.accountId, accountId), eq(releaseFiles.id, id)))
  if (!found) throw notFound('file')
  return found
}
