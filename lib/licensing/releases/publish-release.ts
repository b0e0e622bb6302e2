import { and, eq } from 'drizzle-orm'
import { releases } from '#db/schema/releases.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { fieldError } from '#lib/core/errors.ts'
import { loadRelease, lockRelease } from './load-releases.ts'
import { type ReleaseDto, toReleaseDto } from './release-dto.ts'
import type { PublishReleaseInput } from './release-input.ts'

/**
 * Publishes a release: from now on update checks find it, and customers whose license allows it. One that is published
 * already stays as it is, with its date.
 * @throws NOT_FOUND, INVALID_INPUT
 */
export function publishRelease(
  ctx: Authorized<'release:write'>,
  id: string,
  input: PublishReleaseInput,
): Promise<ReleaseDto> {
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    const before = await lockRelease(tx.db, tx.accountId, id)
    if (!before.publishedAt) {
      const publishedAt = input.publishedAt ?? now
      if (publishedAt > now) throw fieldError('publishedAt', 'must not lie in the future')
      await tx.db
        .update(releases)
        .set({ publishedAt, updatedAt: now })
        .where(and(eq(releases.accountId, tx.accountId), eq(releases.id, id)))
      recordEvent(tx, {
        event: 'release.published',
        resource: 'release',
        resourceId: id,
        changes: { version: before.version, channel: before.channel, publishedAt: publishedAt.toISOString() },
      })
    }
    return toReleaseDto(await loadRelease(tx.db, tx.accountId, id))
  })
}
