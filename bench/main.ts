import type { Bench, Measurement } from './bench.ts'
import { startPostgres } from './data/postgres.ts'
import { describeMachine } from './machine.ts'
import { readOptions } from './options.ts'
import { pinBesideServer } from './pin.ts'
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
  const log = (message: string) => process.stderr.write(`${message}\n`)
  const pinning = pinBesideServer()
  const postgres = await startPostgres(log)
  try {
    const database = await postgres.copy(SIZE)
    const surroundings = { pinning, profile: options.profile }
    const rows = await measure({ options, postgres, database, surroundings, log })
    await database.drop()
    await report({ machine: describeMachine(), at: new Date(), pinned: pinning !== undefined, options, rows })
    if (rows.some((row) => row.met === false)) process.exitCode = 1
  } finally {
    await postgres.stop()
  }
}

async function measure(bench: Bench): Promise<Row[]> {
  const wanted = MEASUREMENTS.filter(
    ({ name, needsNext }) => name.includes(bench.options.only) && (bench.options.next || !needsNext),
  )
  const rows: Row[] = []
  for (const [number, measurement] of wanted.entries()) {
    bench.log(`[${number + 1}/${wanted.length}] ${measurement.name} …`)
    const measured = await measurement.run(bench)
    for (const row of measured) bench.log(`      ${row.measured}`)
    rows.push(...measured)
  }
  return rows
}

await main()
