import { type SQL, sql } from 'drizzle-orm'
import { releaseChannels, releasePlatforms, releases } from '#db/schema/releases.ts'

/** Channels and platforms work alike: both are names that releases use. */
export type NameKind = 'channel' | 'platform'

interface Kind {
  table: typeof releaseChannels | typeof releasePlatforms
  /** Its unique constraint over the names. */
  constraint: string
  /** As people and the audit trail call it. */
  noun: string
  resource: 'release-channel' | 'release-platform'
  /** Whether a release uses the name. */
  usedBy(name: unknown): SQL
}

export const NAME_KINDS: Record<NameKind, Kind> = {
  channel: {
    table: releaseChannels,
    constraint: 'release_channels_name',
    noun: 'release channel',
    resource: 'release-channel',
    usedBy: (name) => sql`${releases.channel} = ${name}`,
  },
  platform: {
    table: releasePlatforms,
    constraint: 'release_platforms_name',
    noun: 'release platform',
    resource: 'release-platform',
    usedBy: (name) => sql`${name} = any(${releases.platforms})`,
  },
}
