import { parseArgs } from 'node:util'

export interface BenchOptions {
  /** Short runs and fewer requests: for a look while working, not for the record. */
  quick: boolean
  /** Copy the table into docs/performance.md. */
  write: boolean
  /** Leave out the rows that compare with `next start`, which need a build. */
  next: boolean
  /** Keep a processor profile of every server in `.bench/profiles`; the figures are worth less then. */
  profile: boolean
  /** Only rows whose name holds this text. */
  only: string
  /** Seconds of one measurement of throughput. */
  seconds: number
  /** Seconds for which a compared server is asked before anything counts. */
  warmUpSeconds: number
  /** How often a comparison goes round its servers. */
  rounds: number
  /** Requests of the row about memory. */
  memoryRequests: number
}

/** The command line of `npm run bench`. */
export function readOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      profile: { type: 'boolean', default: false },
      'no-next': { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      seconds: { type: 'string' },
      rounds: { type: 'string' },
    },
  })
  const { quick, write, profile, only } = values
  return {
    quick,
    write,
    profile,
    only,
    next: !values['no-next'],
    seconds: atLeastOne(values.seconds) ?? (quick ? 2 : 6),
    warmUpSeconds: quick ? 2 : 8,
    rounds: atLeastOne(values.rounds) ?? (quick ? 3 : 5),
    memoryRequests: quick ? 50_000 : 1_000_000,
  }
}

function atLeastOne(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d?$/.test(text)) throw new Error(`${text} is not a number from 1 to 99`)
  return Number(text)
}
