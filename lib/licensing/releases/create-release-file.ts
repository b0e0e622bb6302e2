import { releaseFiles } from '#db/schema/releases.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, fieldError } from '#lib/core/errors.ts'
import { newId } from '#lib/core/ids.ts'
import { nameTaken } from '#lib/core/name-taken.ts'
import { lockRelease } from './load-releases.ts'
import { type ReleaseFileDto, toReleaseFileDto } from './release-file-dto.ts'
import { type CreateReleaseFileInput, extensionOf } from './release-file-input.ts'

/**
 * Adds a file to a release. The file is on the vendor's server. Latchkey keeps its address and shows it to whoever may download
 * it.
 * @throws INVALID_INPUT, CONFLICT when the release has a file of this name
 */
export function createReleaseFile(
  ctx: Authorized<'release:write'>,
  input: CreateReleaseFileInput,
): Promise<ReleaseFileDto> {
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    await lockRelease(tx.db, tx.accountId, input.releaseId).catch(unknownRelease)
    const [row] = await tx.db
      .insert(releaseFiles)
      .values({
        accountId: tx.accountId,
        id: newId(),
        releaseId: input.releaseId,
        name: input.name,
        url: input.url,
        size: input.size ?? 0,
        extension: extensionOf(input.name),
        checksum: input.checksum ?? '',
        secured: input.secured ?? true,
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing({ target: [releaseFiles.accountId, releaseFiles.releaseId, releaseFiles.name] })
      .returning()
    if (!row) throw nameTaken('file of this release')
    // The address of a secured file is not for every reader of the trail.
    recordEvent(tx, {
      event: 'release.updated',
      resource: 'release',
      resourceId: input.releaseId,
      changes: { fileAdded: row.name, fileId: row.id, size: row.size, checksum: row.checksum },
    })
    return toReleaseFileDto(row)
  })
}

function unknownRelease(error: unknown): never {
  if (error instanceof AppError && error.code === 'NOT_FOUND') {
    throw fieldError('releaseId', 'there is no such release')
  }
  throw error
}
