import pLimit from 'p-limit'
import type { Documents, Kind } from '../documents/kinds.ts'
import { dueAt, type Query, type Reader, type Storage, type Transaction } from '../storage.ts'
import { contains } from './contains.ts'

interface Row {
  kind: Kind
  seq: number
  due: number | null
  document: Documents[Kind]
}

type Rows = Map<string, Row>

/** A store that lives as long as the process, for tests. */
export function memoryStorage(): Storage {
  let committed: Rows = new Map()
  let seq = 0
  const inTurn = pLimit(1)

  const transaction = <T>(work: (tx: Transaction) => Promise<T>): Promise<T> =>
    inTurn(async () => {
      const rows: Rows = new Map(committed)
      const result = await work({
        ...reader(() => rows),
        async put(kind, document) {
          const key = keyOf(kind, document.id)
          const copy = structuredClone(document)
          rows.set(key, { kind, seq: rows.get(key)?.seq ?? ++seq, due: dueAt(kind, copy), document: copy })
        },
        async delete(kind, id) {
          rows.delete(keyOf(kind, id))
        },
      })
      committed = rows
      return result
    })

  return { ...reader(() => committed), transaction, seal: (plain) => plain, open: (sealed) => sealed }
}

function reader(rows: () => Rows): Reader {
  return {
    async get(kind, id) {
      const row = rows().get(keyOf(kind, id))
      return row && copyOf(kind, row)
    },
    async list(kind, query = {}) {
      return select(rows(), kind, query)
    },
    async due(kind, untilMs, limit) {
      return [...rows().values()]
        .filter((row) => row.kind === kind && row.due !== null && row.due <= untilMs)
        .sort((a, b) => (a.due ?? 0) - (b.due ?? 0) || a.seq - b.seq)
        .slice(0, limit)
        .map((row) => copyOf(kind, row))
    },
  }
}

function select<K extends Kind>(rows: Rows, kind: K, query: Query<K>): Documents[K][] {
  const { created = {}, limit = Number.POSITIVE_INFINITY } = query
  const older = query.after === undefined ? undefined : rows.get(keyOf(kind, query.after))?.seq
  const newer = query.before === undefined ? undefined : rows.get(keyOf(kind, query.before))?.seq
  const found = [...rows.values()]
    .filter((row) => row.kind === kind)
    .filter((row) => (older === undefined || row.seq < older) && (newer === undefined || row.seq > newer))
    .filter((row) => query.match === undefined || contains(row.document, query.match))
    .sort((a, b) => b.seq - a.seq)
    .map((row) => copyOf(kind, row))
    .filter((document) => {
      const at = document.created
      return (
        at > (created.gt ?? Number.NEGATIVE_INFINITY) &&
        at >= (created.gte ?? Number.NEGATIVE_INFINITY) &&
        at < (created.lt ?? Number.POSITIVE_INFINITY) &&
        at <= (created.lte ?? Number.POSITIVE_INFINITY)
      )
    })
    .filter((document) => query.where === undefined || query.where(document))
  return newer === undefined ? found.slice(0, limit) : found.slice(-limit)
}

function copyOf<K extends Kind>(_kind: K, row: Row): Documents[K] {
  return structuredClone(row.document) as Documents[K]
}

function keyOf(kind: Kind, id: string): string {
  return `${kind}/${id}`
}
