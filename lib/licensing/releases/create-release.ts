import { releases } from '#db/schema/releases.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { fieldError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { parseVersion } from '#lib/core/version.ts'
import { loadRelease } from './load-releases.ts'
import { lockReleaseNames } from './lock-release-names.ts'
import { lockVersion } from './lock-version.ts'
import { type ReleaseDto, toReleaseDto } from './release-dto.ts'
import { type CreateReleaseInput, platformsOf } from './release-input.ts'

/**
 * Creates a release as a draft. Customers see it once it is published.
 * @throws INVALID_INPUT, CONFLICT when there is such a version already
 */
export function createRelease(
  ctx: Authorized<'release:write'>,
  input: CreateReleaseInput,
): Promise<ReleaseDto> {
  const versionParts = parseVersion(input.version)
  if (!versionParts) throw fieldError('version', 'a version like 1.2.3 is expected')
  const platforms = platformsOf(input) ?? []
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    if (input.createdAt && input.createdAt > now) throw fieldError('createdAt', 'must not lie in the future')
    const { productId, channel } = input
    const id = newId()
    const claim = { accountId: tx.accountId, releaseId: id, productId, channel, versionParts, platforms }
    await lockVersion(tx.db, claim)
    await lockReleaseNames(tx, 'channel', [channel])
    await lockReleaseNames(tx, 'platform', platforms)
    await tx.db.insert(releases).values({
      accountId: tx.accountId,
      id,
      productId,
      name: input.name,
      channel,
      version: input.version,
      versionParts,
      platforms,
      notes: input.notes ?? '',
      private: input.private ?? true,
      createdAt: input.createdAt ?? now,
      updatedAt: now,
    })
    recordEvent(tx, {
      event: 'release.created',
      resource: 'release',
      resourceId: id,
      changes: { name: input.name, productId, channel, version: input.version, platforms },
    })
    return toReleaseDto(await loadRelease(tx.db, tx.accountId, id))
  })
}
