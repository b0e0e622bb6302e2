import { z } from 'zod'
import type { releaseFiles, releases } from '#db/schema/releases.ts'
import { isoDate } from '#lib/core/input/fields.ts'
import { ReleaseFileDto, toReleaseFileDto } from './release-file-dto.ts'

/** A version of a product that can be downloaded (contract §4.7). */
export const ReleaseDto = z
  .object({
    id: z.uuid(),
    createdAt: isoDate(),
    updatedAt: isoDate(),
    name: z.string(),
    channel: z.string(),
    version: z.string(),
    platforms: z.array(z.string()),
    platform: z.string().meta({ description: 'The first of platforms; old clients know only one.' }),
    notes: z.string(),
    published: z.boolean(),
    publishedAt: isoDate().nullable(),
    private: z.boolean().meta({ description: 'Only with a license that allows it.' }),
    productId: z.uuid(),
    tenantId: z.uuid().meta({ description: 'The account.' }),
    totalFiles: z.int(),
    files: z.array(ReleaseFileDto),
  })
  .meta({ id: 'Release' })
export type ReleaseDto = z.output<typeof ReleaseDto>

/** A release as customers see it: with the name of what it is a release of. */
export const MyReleaseDto = z
  .object({ ...ReleaseDto.shape, product: z.object({ displayName: z.string() }) })
  .meta({ id: 'MyRelease' })
export type MyReleaseDto = z.output<typeof MyReleaseDto>

/** A release with what its answers need besides its own row. Files by name. */
export interface LoadedRelease {
  release: typeof releases.$inferSelect
  product: { displayName: string }
  files: (typeof releaseFiles.$inferSelect)[]
}

export function toReleaseDto({ release, files }: LoadedRelease): ReleaseDto {
  return {
    id: release.id,
    createdAt: release.createdAt.toISOString(),
    updatedAt: release.updatedAt.toISOString(),
    name: release.name,
    channel: release.channel,
    version: release.version,
    platforms: release.platforms,
    platform: release.platforms[0] ?? '',
    notes: release.notes,
    published: release.publishedAt !== null,
    publishedAt: release.publishedAt?.toISOString() ?? null,
    private: release.private,
    productId: release.productId,
    tenantId: release.accountId,
    totalFiles: files.length,
    files: files.map(toReleaseFileDto),
  }
}

export function toMyReleaseDto(loaded: LoadedRelease): MyReleaseDto {
  return { ...toReleaseDto(loaded), product: { displayName: loaded.product.displayName } }
}

/** A release for a caller without a license for it: without the addresses of secured files. */
export function withoutSecuredUrls(release: ReleaseDto): ReleaseDto {
  return {
    ...release,
    files: release.files.map((file) => (file.secured ? { ...file, url: '' } : file)),
  }
}
