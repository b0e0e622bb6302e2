import type { Measurement } from './bench.ts'
import { startPostgres } from './data/postgres.ts'
import { describeMachine } from './machine.ts'
import { type BenchOptions, readOptions } from './options.ts'
import { type Pinning, pinBesideServer, unpin } from './pin.ts'
import { report } from './report.ts'
import type { Row } from './row.ts'
import { againstBare } from './rows/against-bare.ts'
import { againstNext } from './rows/against-next.ts'
import { enumeration } from './rows/enumeration.ts'
import { eventLoop } from './rows/event-loop.ts'
import { growth } from './rows/growth.ts'
import { lists } from './rows/lists.ts'
import { memory } from './rows/memory.ts'
import { openLoop } from './rows/open-loop.ts'

const MEASUREMENTS: Measurement[] = [
  ...againstBare,
  ...againstNext,
  openLoop,
  growth,
  lists,
  memory,
  eventLoop,
  enumeration,
]

/** Licenses and activations of most rows. */
const SIZE = { licenses: 100_000, activations: 300_000 }

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2))
  const wanted = MEASUREMENTS.filter(
    ({ name, needsNext }) => name.includes(options.only) && (options.next || !needsNext),
  )
  const pinning = pinBesideServer()
  const compared = await measure(
    wanted.filter(({ pinned }) => pinned),
    options,
    pinning,
  )
  unpin()
  const alone = await measure(
    wanted.filter(({ pinned }) => !pinned),
    options,
    undefined,
  )
  const rows = [...compared, ...alone]
  await report({ machine: describeMachine(), at: new Date(), pinned: pinning !== undefined, options, rows })
  if (rows.some((row) => row.met === false)) process.exitCode = 1
}

/** With a PostgreSQL and a copy of the database of its own, which run where this program now runs. */
async function measure(
  wanted: readonly Measurement[],
  options: BenchOptions,
  pinning: Pinning | undefined,
): Promise<Row[]> {
  if (wanted.length === 0) return []
  const postgres = await startPostgres(log)
  try {
    const database = await postgres.copy(SIZE)
    const surroundings = { pinning, profile: options.profile }
    const rows: Row[] = []
    for (const [number, measurement] of wanted.entries()) {
      log(`[${number + 1}/${wanted.length}] ${measurement.name} …`)
      const measured = await measurement.run({ options, postgres, database, surroundings, log })
      for (const row of measured) log(`      ${row.measured}`)
      rows.push(...measured)
    }
    await database.drop()
    return rows
  } finally {
    await postgres.stop()
  }
}

function log(message: string): void {
  process.stderr.write(`${message}\n`)
}

await main()
