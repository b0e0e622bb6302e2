import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import type { TestProject } from 'vitest/node'
import { startEmbedded } from '#db/embedded.ts'
import { migrate } from '#db/migrate.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's connection string of the server that the test databases are made on. */
    serverUrl: string
    /** The migrated database that they are copies of. */
    templateName: string
  }
}

/** Starts one server for the whole run (or uses TEST_DATABASE_URL) and prepares the migrated template database. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const given = process.env.TEST_DATABASE_URL
  const server = given ? { url: given, stop: async () => undefined } : await startTemporary()
  // Two runs may share a given server.
  const templateName = given ? `latchkey_template_${process.pid}` : 'latchkey_template'
  const sql = postgres(server.url, { max: 1, onnotice: () => undefined })
  await sql`create database ${sql(templateName)}`
  const template = new URL(server.url)
  template.pathname = `/${templateName}`
  await migrate(template.href)
  project.provide('serverUrl', server.url)
  project.provide('templateName', templateName)

  return async () => {
    await sql`drop database ${sql(templateName)}`
    await sql.end()
    await server.stop()
  }
}

async function startTemporary(): Promise<{ url: string; stop(): Promise<void> }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-test-'))
  // As root, Postgres runs as a user that must be able to pass through.
  await chmod(dataDir, 0o711)
  const embedded = await startEmbedded({ dataDir, fast: true })
  return {
    url: embedded.url,
    async stop() {
      await embedded.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
