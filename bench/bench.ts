import type { BenchDatabase, BenchPostgres } from './data/postgres.ts'
import type { BenchOptions } from './options.ts'
import type { Row } from './row.ts'
import type { Surroundings } from './servers/server.ts'

/** What a row has to measure with. */
export interface Bench {
  options: BenchOptions
  postgres: BenchPostgres
  /** The database of most rows: 100,000 licenses, 300,000 activations. */
  database: BenchDatabase
  surroundings: Surroundings
  log(message: string): void
}

/** One or more lines of the table, measured together because they need the same servers. */
export interface Measurement {
  name: string
  /** Compares two servers, each on a processor of its own. Everything else has all processors, as in production. */
  pinned?: boolean
  /** Compares with `next start`, which needs a build of the pages. */
  needsNext?: boolean
  run(bench: Bench): Promise<Row[]>
}
