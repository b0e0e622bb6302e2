import { z } from 'zod'

/*
 * A backup is encrypted (sealed-stream.ts) gzip over lines of UTF-8 text; the first format was not encrypted. The lines: a header, then for each table a line that names it, its rows in COPY's text
 * format, `\.`, and a line with their number and hash; at the end a line that says so.
 */

export const FORMAT = 'latchkey-backup'
export const FORMAT_VERSION = 2
/** What is read. */
export const KNOWN_VERSIONS = [1, 2]

/** Ends the rows of a table; no row is written like that, since COPY escapes backslashes. */
export const END_OF_ROWS = '\\.\n'

export const Header = z.object({
  format: z.literal(FORMAT),
  version: z.number().int(),
  createdAt: z.iso.datetime(),
  /** Hashes of the migrations that were applied, in order. */
  migrations: z.array(z.string()),
  /** Numbers of the job runner's migrations that were applied. */
  jobMigrations: z.array(z.number().int()),
})
export type Header = z.infer<typeof Header>

export const TableStart = z.object({ schema: z.string(), table: z.string(), columns: z.array(z.string()) })

export const TableEnd = z.object({ rows: z.number().int().min(0), sha256: z.string() })

export const Sequence = z.object({
  schema: z.string(),
  name: z.string(),
  value: z.string(),
  called: z.boolean(),
})

export const End = z.object({ end: z.literal(true), tables: z.number().int(), sequences: z.array(Sequence) })

/** Settings under which values are written and read, so that text means the same on both sides. */
export const TEXT_SETTINGS =
  "set local datestyle = 'ISO, MDY'; set local intervalstyle = 'postgres'; set local extra_float_digits = 1; set local bytea_output = 'hex'"

/** An SQL identifier in quotes. */
export function quoted(...names: string[]): string {
  return names.map((name) => `"${name.replaceAll('"', '""')}"`).join('.')
}

/** A backup or restore that was refused: the message is a sentence for whoever ran the command. */
export class BackupError extends Error {
  constructor(message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'BackupError'
  }
}

/** The file is not what was written. */
export class Damage extends Error {}
