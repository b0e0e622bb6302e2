import { join } from 'node:path'
import { type MigrationMeta, readMigrationFiles } from 'drizzle-orm/migrator'
import { drizzle } from 'drizzle-orm/postgres-js'
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator'
import { runMigrations } from 'graphile-worker'
import postgres from 'postgres'

/** The advisory lock of migrations: any fixed number. Other processes wait and then find nothing to do. */
const MIGRATION_LOCK = 726_354_891

const folder = join(import.meta.dirname, 'migrations')

/** One step of the schema: its statements, and the hash by which a database knows that it has seen it. */
export type Migration = MigrationMeta

/** Every migration of this version, in order. */
export function migrations(): Migration[] {
  return readMigrationFiles({ migrationsFolder: folder })
}

/**
 * Brings the database to this version's schema, the job runner's included. Safe to call from several processes at once:
 * an advisory lock lets one work and the others wait.
 */
export async function migrate(url: string): Promise<void> {
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    await sql`select pg_advisory_lock(${MIGRATION_LOCK})`
    await applyMigrations(drizzle(sql), { migrationsFolder: folder })
    await runMigrations({ connectionString: url })
    await sql`select pg_advisory_unlock(${MIGRATION_LOCK})`
  } finally {
    await sql.end({ timeout: 5 })
  }
}
