import { sql } from 'drizzle-orm'
import { releaseFiles, releases } from '#db/schema/releases.ts'
import type { Filter, ListFields } from '#lib/core/list/filter.ts'
import { anyElement, compare } from '#lib/core/list/to-sql.ts'

const byPlatform = (filter: Filter) =>
  anyElement(sql`unnest(${releases.platforms}) as platform_name`, sql`platform_name`, filter)

/** What the list of releases can be filtered and sorted by. Sorted by version, 1.10 comes after 1.9. */
export const releaseListFields = {
  productId: { kind: 'id', column: releases.productId },
  name: { kind: 'text', column: releases.name },
  version: {
    kind: 'text',
    column: releases.versionParts,
    where: (filter) => compare(releases.version, filter),
  },
  channel: { kind: 'text', column: releases.channel },
  platform: { kind: 'text', where: byPlatform },
  platforms: { kind: 'text', where: byPlatform },
  published: {
    kind: 'boolean',
    where: (filter) => compare(sql`(${releases.publishedAt} is not null)`, filter),
  },
  private: { kind: 'boolean', column: releases.private },
  publishedAt: { kind: 'date', column: releases.publishedAt },
  createdAt: { kind: 'date', column: releases.createdAt },
  updatedAt: { kind: 'date', column: releases.updatedAt },
} as const satisfies ListFields

/** What the list of release files can be filtered and sorted by. */
export const releaseFileListFields = {
  releaseId: { kind: 'id', column: releaseFiles.releaseId },
  name: { kind: 'text', column: releaseFiles.name },
  extension: { kind: 'text', column: releaseFiles.extension },
  size: { kind: 'number', column: releaseFiles.size },
  downloads: { kind: 'number', column: releaseFiles.downloads },
  secured: { kind: 'boolean', column: releaseFiles.secured },
  createdAt: { kind: 'date', column: releaseFiles.createdAt },
  updatedAt: { kind: 'date', column: releaseFiles.updatedAt },
} as const satisfies ListFields
