import { and, eq } from 'drizzle-orm'
import { releaseFiles } from '#db/schema/releases.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'

/**
 * Takes a file from a release. The file itself stays where it lies.
 * @throws NOT_FOUND
 */
export function deleteReleaseFile(ctx: Authorized<'release:write'>, id: string): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    const [row] = await tx.db
      .delete(releaseFiles)
      .where(and(eq(releaseFiles.accountId, tx.accountId), eq(releaseFiles.id, id)))
      .returning({ releaseId: releaseFiles.releaseId, name: releaseFiles.name })
    if (!row) throw notFound('release file')
    recordEvent(tx, {
      event: 'release.updated',
      resource: 'release',
      resourceId: row.releaseId,
      changes: { fileRemoved: row.name, fileId: id },
    })
    return undefined
  })
}
