import { kidOf } from '#lib/core/crypto/seal.ts'
import { anotherKey, checkCanaries } from '#lib/core/key-store/canary.ts'
import { Census } from '#lib/core/key-store/census.ts'
import { SEALED_COLUMNS, type SealedColumn } from '#lib/core/key-store/sealed-columns.ts'
import { BackupError, type Header, KNOWN_VERSIONS } from './format.ts'
import type { Table } from './list-tables.ts'
import type { Part } from './read-backup.ts'

/** The content of a whole backup that this SECRET_KEY opens. */
export interface VerifiedBackup {
  header: Header
  tables: Table[]
}

const CANARIES = 'secret_key_canaries'

/**
 * Reads a whole backup without doing anything with it: every part is there as it was written, and SECRET_KEY opens what it holds.
 * @throws {Damage}
 * @throws {EnvError} for a SECRET_KEY that it was not written with
 */
export async function verifyBackup(parts: AsyncIterable<Part>): Promise<VerifiedBackup> {
  const tables: Table[] = []
  const canaries: { kid: string; sealed: string }[] = []
  const census = new Census()
  let header: Header | undefined
  let read: ((line: string) => void) | undefined
  for await (const part of parts) {
    if (part.kind === 'header') header = checkFormat(part.header)
    else if (part.kind === 'table') {
      tables.push(part.table)
      read = readerFor(part.table, census, canaries)
    } else if (part.kind === 'rows' && read) {
      for (const line of part.lines) read(line.toString('utf8'))
    }
  }
  if (!header) throw new Error('a backup without a header was handed out')
  checkCanaries('backup', canaries)
  if (canaries.length === 0 && !census.kids()) throw anotherKey('backup')
  return { header, tables }
}

/** Checked first, because lines of another format mean something else. */
function checkFormat(header: Header): Header {
  if (KNOWN_VERSIONS.includes(header.version)) return header
  throw new BackupError(
    `The backup has format ${header.version}; this version of Latchkey reads ${KNOWN_VERSIONS.join(' and ')}.`,
  )
}

/** Checks the rows of a table that holds sealed values. */
function readerFor(
  { schema, table, columns }: Table,
  census: Census,
  canaries: { kid: string; sealed: string }[],
): ((line: string) => void) | undefined {
  if (schema !== 'public') return undefined
  const targets = SEALED_COLUMNS.filter((target) => target.table === table)
  if (targets.length === 0 && table !== CANARIES) return undefined
  return (line) => {
    const row = new Map(valuesOf(line).map((value, at) => [columns[at] ?? '', value]))
    for (const target of targets) countValue(census, target, row)
    if (table === CANARIES) canaries.push({ kid: row.get('kid') ?? '', sealed: row.get('sealed') ?? '' })
  }
}

function countValue(census: Census, target: SealedColumn, row: Map<string, string | null>): void {
  const sealed = row.get(target.column)
  if (!sealed) return
  const names = target.key.map((name) => row.get(name) ?? '')
  census.count(target, kidOf(sealed), 1, { accountId: row.get('account_id') ?? null, names, sealed })
}

const ESCAPED: ReadonlyMap<string, string> = new Map(
  Object.entries<string>({ b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }),
)

/** The values of a row in COPY's text format. */
function valuesOf(line: string): (string | null)[] {
  return line
    .replace(/\n$/, '')
    .split('\t')
    .map((value) =>
      value === '\\N' ? null : value.replace(/\\(.)/gs, (_all, char: string) => ESCAPED.get(char) ?? char),
    )
}
