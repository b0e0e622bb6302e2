// Tests that call verbs are a door of their own.
import '#lib/announce/listen.ts'
import { randomBytes } from 'node:crypto'
import postgres from 'postgres'
import { afterAll, afterEach, beforeAll, beforeEach, inject } from 'vitest'
import { closeDatabase, configureDatabase } from '#db/client.ts'
import { overrideEnv } from '#lib/core/env.ts'

/** What tests run under, unless they say otherwise. */
const ENV = {
  SECRET_KEY: 'a test secret of more than thirty-two characters',
  LOG_LEVEL: 'silent',
  API_RATE_LIMIT: '0',
  DATABASE_URL: undefined,
  SMTP_URL: undefined,
}

interface SetUpTestDatabase {
  /** Whether the tests share it, or each gets one of its own. */
  per?: 'file' | 'test'
  /** Laid over what tests run under. */
  env?: Record<string, string | undefined>
  /** The most connections that this process may open. */
  max?: number
}

/**
 * Points this process at a database of its own for the tests of the file, or of the `describe` that it stands in. It stands
 * before the hooks that use the database: they begin when it is there, and clean up before it is dropped.
 */
export function setUpTestDatabase({ per = 'file', env = {}, max = 10 }: SetUpTestDatabase = {}): void {
  let database: TestDatabase
  const [before, after] = per === 'file' ? [beforeAll, afterAll] : [beforeEach, afterEach]
  before(async () => {
    overrideEnv({ ...ENV, ...env })
    database = await createTestDatabase()
    configureDatabase(database.url, { max })
  })
  after(async () => {
    await closeDatabase()
    await database.drop()
  })
}

export interface TestDatabase {
  url: string
  /** Removes the database, cutting connections that are still open. */
  drop(): Promise<void>
}

/** Makes a migrated, empty database that nobody else uses. For tests that need more than `setUpTestDatabase` gives; drop it at the end. */
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
