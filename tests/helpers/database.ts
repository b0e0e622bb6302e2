// Tests that call verbs are a door of their own.
import '#lib/announce/listen.ts'
import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { inject } from 'vitest'

export interface TestDatabase {
  url: string
  /** Removes the database, cutting connections that are still open. */
  drop(): Promise<void>
}

/** Makes a migrated, empty database that nobody else uses. Call it once per test file and drop it at the end. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const name = `test_${randomBytes(6).toString('hex')}`
  const templateName = inject('templateName')
  await onServer((sql) => sql`create database ${sql(name)} template ${sql(templateName)}`)
  const url = new URL(inject('serverUrl'))
  url.pathname = `/${name}`
  return {
    url: url.href,
    async drop() {
      await onServer((sql) => sql`drop database if exists ${sql(name)} with (force)`)
    },
  }
}

async function onServer(statement: (sql: postgres.Sql) => Promise<unknown>): Promise<void> {
  const sql = postgres(inject('serverUrl'), { max: 1, onnotice: () => undefined })
  try {
    await statement(sql)
  } finally {
    await sql.end()
  }
}
