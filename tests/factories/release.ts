import { db } from '#db/client.ts'
import { releaseFiles, releases } from '#db/schema/releases.ts'
import { newId } from '#lib/core/ids.ts'
import { parseVersion } from '#lib/core/version.ts'

interface MakeRelease {
  version?: string
  channel?: string
  platforms?: string[]
  private?: boolean
  publishedAt?: Date | null
}

/** A release of the product, private and published an hour ago unless said otherwise, with one secured file. */
export async function makeRelease(accountId: string, productId: string, input: MakeRelease = {}) {
  const at = new Date()
  const version = input.version ?? '1.0.0'
  const id = newId()
  await db()
    .insert(releases)
    .values({
      accountId,
      id,
      productId,
      name: `Release ${version}`,
      channel: input.channel ?? 'stable',
      version,
      versionParts: parseVersion(version) ?? [],
      platforms: input.platforms ?? ['windows'],
      private: input.private ?? true,
      publishedAt: input.publishedAt === undefined ? new Date(at.getTime() - 3_600_000) : input.publishedAt,
      createdAt: at,
      updatedAt: at,
    })
  const file = await makeReleaseFile(accountId, id)
  return { id, version, file }
}

/** One more file of a release, secured unless said otherwise. */
export async function makeReleaseFile(
  accountId: string,
  releaseId: string,
  columns: Partial<typeof releaseFiles.$inferInsert> = {},
) {
  const at = new Date()
  const id = newId()
  const url = `https://files.example/${id}.zip`
  await db()
    .insert(releaseFiles)
    .values({
      accountId,
      id,
      releaseId,
      name: `app-${id.slice(-6)}.zip`,
      url,
      size: 1234,
      extension: '.zip',
      checksum: 'ab'.repeat(32),
      createdAt: at,
      updatedAt: at,
      ...columns,
    })
  return { id, url: columns.url ?? url }
}
