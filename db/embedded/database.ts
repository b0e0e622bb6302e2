import postgres from 'postgres'
import { type Credentials, urlOf } from './credentials.ts'

/** Creates the database `latchkey` unless it exists. */
export async function ensureDatabase(credentials: Credentials): Promise<void> {
  const sql = postgres(urlOf(credentials, 'postgres'), { max: 1, fetch_types: false })
  try {
    const [existing] = await sql`select 1 from pg_database where datname = 'latchkey'`
    if (!existing) await sql`create database latchkey`
  } finally {
    await sql.end()
  }
}
