import { z } from 'zod'
import type { releaseFiles } from '#db/schema/releases.ts'
import { isoDate } from '#lib/core/input/fields.ts'

/** A file of a release (contract §4.7). */
export const ReleaseFileDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    name: z.string(),
    url: z.string().meta({
      description: 'Where it lies. Empty for whoever may not have a secured file.',
    }),
    size: z.int().meta({ description: 'Bytes.' }),
    downloads: z.int(),
    extension: z.string().meta({ description: 'Of the name, with its dot; empty if it has none.' }),
    checksum: z.string().meta({ description: 'SHA-256, hex; empty if unknown.' }),
    secured: z.boolean().meta({ description: 'Only with a license that allows the release.' }),
    releaseId: z.uuid(),
  })
  .meta({ id: 'ReleaseFile' })
export type ReleaseFileDto = z.output<typeof ReleaseFileDto>

export function toReleaseFileDto(file: typeof releaseFiles.$inferSelect): ReleaseFileDto {
  return {
    id: file.id,
    createdAt: file.createdAt.toISOString(),
    updatedAt: file.updatedAt.toISOString(),
    name: file.name,
    url: file.url,
    size: file.size,
    downloads: file.downloads,
    extension: file.extension,
    checksum: file.checksum,
    secured: file.secured,
    releaseId: file.releaseId,
  }
}
