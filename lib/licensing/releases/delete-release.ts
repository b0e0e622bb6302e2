import { and, eq } from 'drizzle-orm'
import { releases } from '#db/schema/releases.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { loadRelease, lockRelease } from './load-releases.ts'
import { toReleaseDto } from './release-dto.ts'

/**
 * Deletes a release with the list of its files. The files themselves stay where they lie.
 * @throws NOT_FOUND
 */
export function deleteRelease(ctx: Authorized<'release:write'>, id: string): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    const { name, version } = await lockRelease(tx.db, tx.accountId, id)
    const snapshot = toReleaseDto(await loadRelease(tx.db, tx.accountId, id))
    await tx.db.delete(releases).where(and(eq(releases.accountId, tx.accountId), eq(releases.id, id)))
    recordEvent(tx, {
      event: 'release.deleted',
      resource: 'release',
      resourceId: id,
      changes: { name, version },
      snapshot,
    })
    return undefined
  })
}
