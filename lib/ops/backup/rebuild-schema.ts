import type postgres from 'postgres'
import { type Migration, migrations } from '#db/migrate.ts'

/** The migrations that a backup has seen, and those that came later; undefined where they are not the first of ours. */
export function laterMigrations(
  seen: readonly string[],
): { before: Migration[]; later: Migration[] } | undefined {
  const all = migrations()
  const before = all.slice(0, seen.length)
  const isOurs = before.length === seen.length && before.every(({ hash }, at) => hash === seen[at])
  return isOurs ? { before, later: all.slice(seen.length) } : undefined
}

/** Makes everything in our schema anew, without rows, as those migrations made it. Part of the open transaction. */
export async function rebuildSchema(
  tx: postgres.TransactionSql,
  applied: readonly Migration[],
): Promise<void> {
  const objects = await tx<{ kind: string; name: string }[]>`
    with own as (select 'public'::regnamespace::oid as schema)
    select case relkind when 'v' then 'view' when 'm' then 'materialized view' when 'S' then 'sequence' else 'table' end
      as kind, format('%I.%I', 'public', relname) as name
    from pg_class, own where relnamespace = own.schema and relkind in ('r', 'p', 'v', 'm', 'S')
      and not exists (select from pg_depend where objid = pg_class.oid and deptype in ('e', 'i', 'a'))
    union all
    select 'routine', format('%I.%I(%s)', 'public', proname, pg_get_function_identity_arguments(pg_proc.oid))
    from pg_proc, own where pronamespace = own.schema
      and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
    union all
    select 'type', format('%I.%I', 'public', typname)
    from pg_type, own where typnamespace = own.schema and typtype in ('e', 'd')
      and not exists (select from pg_depend where objid = pg_type.oid and deptype = 'e')`
  for (const { kind, name } of objects) await tx.unsafe(`drop ${kind} if exists ${name} cascade`)
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
