import { sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  check,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import { accounts } from './accounts.ts'
import { identity, instant, timestamps } from './columns.ts'
import { products } from './products.ts'

const named = () => ({
  ...identity(),
  name: text('name').notNull(),
  displayName: text('display_name').notNull().default(''),
  ...timestamps(),
})

/** `stable`, `beta` … */
export const releaseChannels = pgTable('release_channels', named(), (t) => [
  primaryKey({ columns: [t.accountId, t.id] }),
  foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
  unique('release_channels_name').on(t.accountId, t.name),
])

/** `windows`, `macos-arm64` … */
export const releasePlatforms = pgTable('release_platforms', named(), (t) => [
  primaryKey({ columns: [t.accountId, t.id] }),
  foreignKey({ columns: [t.accountId], foreignColumns: [accounts.id] }),
  unique('release_platforms_name').on(t.accountId, t.name),
])

/** One version of a product that customers can download. */
export const releases = pgTable(
  'releases',
  {
    ...identity(),
    productId: uuid('product_id').notNull(),
    name: text('name').notNull(),
    channel: text('channel').notNull(),
    /** `1.2`, `1.2.3` or `1.2.3.4`; `versionParts` is what is compared. */
    version: text('version').notNull(),
    versionParts: integer('version_parts').array().notNull(),
    platforms: text('platforms').array().notNull(),
    notes: text('notes').notNull().default(''),
    /** Only with a license that allows it. */
    private: boolean('private').notNull().default(true),
    publishedAt: instant('published_at'),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({ columns: [t.accountId, t.productId], foreignColumns: [products.accountId, products.id] }),
    index('releases_product').on(t.accountId, t.productId, t.channel, t.versionParts),
    index('releases_created').on(t.accountId, t.createdAt, t.id),
  ],
)

/** A file of a release. The file itself lies where `url` says. */
export const releaseFiles = pgTable(
  'release_files',
  {
    ...identity(),
    releaseId: uuid('release_id').notNull(),
    name: text('name').notNull(),
    url: text('url').notNull(),
    /** Bytes. */
    size: bigint('size', { mode: 'number' }).notNull().default(0),
    extension: text('extension').notNull().default(''),
    /** SHA-256, hex. */
    checksum: text('checksum').notNull().default(''),
    /** Handed out only to holders of a license that allows the release. */
    secured: boolean('secured').notNull().default(true),
    downloads: integer('downloads').notNull().default(0),
    ...timestamps(),
  },
  (t) => [
    primaryKey({ columns: [t.accountId, t.id] }),
    foreignKey({
      columns: [t.accountId, t.releaseId],
      foreignColumns: [releases.accountId, releases.id],
    }).onDelete('cascade'),
    unique('release_files_name').on(t.accountId, t.releaseId, t.name),
    check('release_files_size', sql`${t.size} >= 0`),
  ],
)
