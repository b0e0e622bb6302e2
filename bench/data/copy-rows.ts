import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { sqlClient } from '#db/client.ts'

/** Writes rows of plain text values with COPY. No value holds a tab, a backslash or a line break. */
export async function copyRows(table: string, columns: string[], rows: string[][]): Promise<void> {
  const sql = sqlClient()
  const sink = await sql`copy ${sql(table)} (${sql(columns)}) from stdin`.writable()
  await pipeline(Readable.from(rows.map((row) => `${row.join('\t')}\n`)), sink)
}
