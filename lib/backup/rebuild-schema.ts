import type postgres from 'postgres'
import { type Migration, migrations } from '#db/migrate.ts'
import { quoted } from './format.ts'

/** The migrations that a backup has seen, and those that came later; undefined where they are not the first of ours. */
export function laterMigrations(
  seen: readonly string[],
): { before: Migration[]; later: Migration[] } | undefined {
  const all = migrations()
  const before = all.slice(0, seen.length)
  const isOurs = before.length === seen.length && before.every(({ hash }, at) => hash === seen[at])
  return isOurs ? { before, later: all.slice(seen.length) } : undefined
}

/** Brings our tables, with nothing in them, to the version that those migrations made. Part of the open transaction. */
export async function rebuildSchema(
  tx: postgres.TransactionSql,
  applied: readonly Migration[],
): Promise<void> {
  const tables = await tx<
    { name: string }[]
  >`select tablename as name from pg_tables where schemaname = 'public'`
  if (tables.length > 0) {
    await tx.unsafe(`drop table ${tables.map(({ name }) => quoted('public', name)).join(', ')} cascade`)
  }
  await tx.unsafe('delete from drizzle.__drizzle_migrations')
  await applyMigrations(tx, applied)
}

/** Applies migrations as the migrator does, and notes them. Part of the open transaction. */
export async function applyMigrations(
  tx: postgres.TransactionSql,
  list: readonly Migration[],
): Promise<void> {
  for (const { sql: statements, hash, folderMillis } of list) {
    for (const statement of statements) await tx.unsafe(statement)
    await tx`insert into drizzle.__drizzle_migrations (hash, created_at) values (${hash}, ${folderMillis})`
  }
}
