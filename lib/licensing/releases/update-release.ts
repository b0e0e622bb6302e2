import { and, eq } from 'drizzle-orm'
import { releases } from '#db/schema/releases.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { fieldError } from '#lib/core/errors.ts'
import { parseVersion } from '#lib/core/version.ts'
import { loadRelease, lockRelease } from './load-releases.ts'
import { lockReleaseNames } from './lock-release-names.ts'
import { lockVersion } from './lock-version.ts'
import { type ReleaseDto, toReleaseDto } from './release-dto.ts'
import { platformsOf, type UpdateReleaseInput } from './release-input.ts'

/**
 * Changes a release. Whether it is published stays.
 * @throws NOT_FOUND, INVALID_INPUT, CONFLICT when there is such a version already
 */
export function updateRelease(
  ctx: Authorized<'release:write'>,
  id: string,
  input: UpdateReleaseInput,
): Promise<ReleaseDto> {
  return inTransaction(ctx, async (tx) => {
    const before = await lockRelease(tx.db, tx.accountId, id)
    const version = input.version ?? before.version
    const versionParts = parseVersion(version)
    if (!versionParts) throw fieldError('version', 'a version like 1.2.3 is expected')
    const productId = input.productId ?? before.productId
    const channel = input.channel ?? before.channel
    const platforms = platformsOf(input) ?? before.platforms
    const claim = { accountId: tx.accountId, releaseId: id, productId, channel, versionParts, platforms }
    await lockVersion(tx.db, claim)
    await lockReleaseNames(tx, 'channel', [channel])
    await lockReleaseNames(tx, 'platform', platforms)
    const changes = {
      ...(input.name !== undefined && { name: input.name }),
      ...(input.productId !== undefined && { productId }),
      ...(input.channel !== undefined && { channel }),
      ...(input.version !== undefined && { version }),
      ...(platformsOf(input) && { platforms }),
      ...(input.notes !== undefined && { notes: input.notes }),
      ...(input.private !== undefined && { private: input.private }),
    }
    await tx.db
      .update(releases)
      .set({ ...changes, versionParts, updatedAt: tx.clock.now() })
      .where(and(eq(releases.accountId, tx.accountId), eq(releases.id, id)))
    recordEvent(tx, {
      event: 'release.updated',
      resource: 'release',
      resourceId: id,
      changes: { ...changes, ...(input.notes !== undefined && { notes: 'changed' }) },
    })
    return toReleaseDto(await loadRelease(tx.db, tx.accountId, id))
  })
}
