import { z } from 'zod'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { optionalField } from '#lib/core/input/optional-field.ts'
import { countDownload } from './count-download.ts'
import { findFile } from './find-file.ts'
import { findLicenseByKey } from './find-licenses.ts'
import { releaseRefusal } from './release-refusal.ts'

/** Body of `POST /v3/release-files/{id}/download`. */
export const DownloadInput = z.object({
  key: optionalField(z.string('text is expected').trim().max(256)).meta({
    description: 'The license key. Only for secured files and private releases. `X-License-Key` does, too.',
  }),
})

/** A file's address, and the size and hash that it must have. */
export const DownloadDto = z
  .object({
    id: z.uuid(),
    name: z.string(),
    url: z.string(),
    size: z.int(),
    checksum: z.string().meta({ description: 'SHA-256, hex; empty if unknown. Compare it with the file.' }),
  })
  .meta({ id: 'Download' })
export type DownloadDto = z.output<typeof DownloadDto>

/**
 * Answers a file's address to an application, and counts the download. Secured files and private releases need the key of a
 * license that allows the release; without one they look like files that do not exist.
 * @throws NOT_FOUND
 */
export async function downloadFile(
  ctx: Authorized<'public'>,
  fileId: string,
  key: string | undefined,
): Promise<DownloadDto> {
  const { file, release } = await findFile(ctx.db, ctx.accountId, fileId)
  if (!release.publishedAt) throw notFound('file')
  if (file.secured || release.private) {
    const license = await findLicenseByKey(ctx.db, ctx.accountId, key ?? '', ctx.clock.now())
    if (!license || releaseRefusal(license, release) !== null) throw notFound('file')
  }
  const { id, name, url, size, checksum } = await countDownload(ctx.db, ctx.accountId, fileId)
  return { id, name, url, size, checksum }
}
