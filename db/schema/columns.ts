import { type AnyColumn, type SQL, sql } from 'drizzle-orm'
import { jsonb, timestamp, uuid } from 'drizzle-orm/pg-core'

/** UTC, microseconds in the database, `Date` in code. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' })

/** The two columns of every primary key. Everything can be distributed by account. */
export const identity = () => ({
  accountId: uuid('account_id').notNull(),
  id: uuid('id').notNull(),
})

export const timestamps = () => ({
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
})

/**
 * The SHA-256 by which fingerprints are unique and found: whole ones may be longer than a row of an index can be. Both sides of a
 * comparison go through it, so that the index is used.
 */
export const fingerprintHashOf = (fingerprint: AnyColumn | SQL) => sql`fingerprint_hash(${fingerprint})`

/** One metadata entry; `viewPermissions` says who besides operators sees it (contract §4.3). */
export interface MetadataEntry {
  id: string
  key: string
  value: string
  viewPermissions: string[]
  createdAt: string
  updatedAt: string
}

/** Metadata lives on its row: it is read with it every time, and 50 entries are the limit. */
export const metadataColumn = () => jsonb('metadata').$type<MetadataEntry[]>().notNull().default([])
