import type postgres from 'postgres'

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
