import type postgres from 'postgres'

/** The schemas with data. `drizzle` is left out: it lists the migrations, which the header holds. */
const SCHEMAS = ['public', 'graphile_worker', 'stripe_emu']

/** The job runner's own record of its migrations is compared, not copied. */
const LEFT_OUT = { schema: 'graphile_worker', table: 'migrations' }

export interface Table {
  schema: string
  table: string
  /** All but generated ones. */
  columns: string[]
}

/** Every table that holds data, each after those it refers to. */
export async function listTables(sql: postgres.ISql): Promise<Table[]> {
  const tables = await sql<(Table & { oid: number })[]>`
    select c.oid::int as oid, n.nspname as schema, c.relname as table,
      array(
        select a.attname::text from pg_attribute a
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
        order by a.attnum
      ) as columns
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'r' and n.nspname = any(${SCHEMAS})
      and not (n.nspname = ${LEFT_OUT.schema} and c.relname = ${LEFT_OUT.table})
    order by n.nspname, c.relname`
  const references = await sql<{ child: number; parent: number }[]>`
    select conrelid::int as child, confrelid::int as parent
    from pg_constraint where contype = 'f' and conrelid <> confrelid`
  const parents = Map.groupBy(references, ({ child }) => child)

  const ordered: Table[] = []
  const placed = new Set<number>()
  let waiting = [...tables]
  while (waiting.length > 0) {
    const ready = waiting.filter(({ oid }) =>
      (parents.get(oid) ?? []).every(({ parent }) => placed.has(parent)),
    )
    if (ready.length === 0) {
      throw new Error(
        `These tables refer to each other in a circle: ${waiting.map(({ table }) => table).join(', ')}`,
      )
    }
    for (const { oid, ...table } of ready) {
      placed.add(oid)
      ordered.push(table)
    }
    waiting = waiting.filter(({ oid }) => !placed.has(oid))
  }
  return ordered
}

/** Sequences that number rows of those tables. */
export async function listSequences(sql: postgres.ISql): Promise<{ schema: string; name: string }[]> {
  return sql<{ schema: string; name: string }[]>`
    select n.nspname as schema, c.relname as name
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relkind = 'S' and n.nspname = any(${SCHEMAS})
    order by 1, 2`
}

export interface SchemaVersion {
  migrations: string[]
  jobMigrations: number[]
}

/** Which migrations the database has seen. */
export async function schemaVersion(sql: postgres.ISql): Promise<SchemaVersion> {
  const migrations = await sql<{ hash: string }[]>`select hash from drizzle.__drizzle_migrations order by id`
  const jobMigrations = await sql<{ id: number }[]>`select id from graphile_worker.migrations order by id`
  return { migrations: migrations.map(({ hash }) => hash), jobMigrations: jobMigrations.map(({ id }) => id) }
}
