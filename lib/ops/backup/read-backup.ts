import { createHash } from 'node:crypto'
import type { z } from 'zod'
import { Damage, END_OF_ROWS, End, Header, TableEnd, TableStart } from './format.ts'
import type { LineReader } from './line-reader.ts'
import type { Table } from './list-tables.ts'

/** The parts of a backup, in this order: header, tables with their rows, end. */
export type Part =
  | { kind: 'header'; header: Header }
  | { kind: 'table'; table: Table }
  /** Some rows of the table before, in COPY's text format, each with its newline. */
  | { kind: 'rows'; lines: Buffer[] }
  | { kind: 'table-end'; rows: number }
  | { kind: 'end'; end: z.infer<typeof End> }

/** Rows are handed out in pieces of about this size. */
const PIECE_BYTES = 64 * 1024

/**
 * Takes a backup apart, checking that every table is whole. Nothing after the first thing that does not fit is handed out.
 * @throws {Damage}
 */
export async function* readBackup(lines: LineReader): AsyncGenerator<Part, void> {
  yield { kind: 'header', header: parse(Header, await lines.next()) }
  for (;;) {
    const line = await lines.next()
    const end = End.safeParse(toJson(line))
    if (end.success) {
      if ((await lines.next()) !== undefined) throw new Damage('something follows its end')
      yield { kind: 'end', end: end.data }
      return
    }
    yield { kind: 'table', table: parse(TableStart, line) }
    yield* readRows(lines)
  }
}

async function* readRows(lines: LineReader): AsyncGenerator<Part, void> {
  const hash = createHash('sha256')
  let rows = 0
  let piece: Buffer[] = []
  let size = 0
  for (;;) {
    const line = await lines.next()
    if (line === undefined) throw new Damage('it ends in the middle of a table')
    if (line.toString('latin1') === END_OF_ROWS) break
    hash.update(line)
    rows += 1
    piece.push(line)
    size += line.length
    if (size < PIECE_BYTES) continue
    yield { kind: 'rows', lines: piece }
    piece = []
    size = 0
  }
  if (size > 0) yield { kind: 'rows', lines: piece }
  const end = parse(TableEnd, await lines.next())
  if (end.rows !== rows || end.sha256 !== hash.digest('hex'))
    throw new Damage('the rows of a table were altered')
  yield { kind: 'table-end', rows }
}

function parse<T>(schema: z.ZodType<T>, line: Buffer | undefined): T {
  const parsed = schema.safeParse(toJson(line))
  if (!parsed.success) throw new Damage('a line is missing or unreadable', { cause: parsed.error })
  return parsed.data
}

function toJson(line: Buffer | undefined): unknown {
  if (line === undefined) throw new Damage('it is cut off')
  try {
    return JSON.parse(line.toString('utf8'))
  } catch (cause) {
    throw new Damage('a line is unreadable', { cause })
  }
}
