import { median } from '../row.ts'
import type { RunningServer } from '../servers/server.ts'
import type { RequestMaker } from './request.ts'
import { measureThroughput, type Throughput } from './throughput.ts'

export interface Comparison {
  /** Median of the rounds' ratios, subject over peer. */
  ratio: number
  ratios: number[]
  subject: Throughput[]
  peer: Throughput[]
}

/**
 * Throughput of two servers in turn, subject peer, peer subject, …: what else the machine does meanwhile hits both, and a
 * ratio is taken only of two neighbors.
 */
export async function compareThroughput(run: {
  subject: RunningServer
  peer: RunningServer
  request: RequestMaker
  seconds: number
  rounds: number
  /** How long each is asked before anything counts: the first seconds are the compiler's, and Next's take longer. */
  warmUpSeconds: number
  once?: boolean
}): Promise<Comparison> {
  const { subject, peer, request, once = false } = run
  let from = 0
  const measure = async (server: RunningServer, seconds: number) => {
    from += 1_000_000
    return measureThroughput({ server, request, seconds, from, once })
  }
  for (const server of [subject, peer]) await measure(server, run.warmUpSeconds)
  const comparison: Comparison = { ratio: Number.NaN, ratios: [], subject: [], peer: [] }
  for (let number = 0; number < run.rounds; number += 1) {
    const subjectFirst = number % 2 === 0
    const first = await measure(subjectFirst ? subject : peer, run.seconds)
    const second = await measure(subjectFirst ? peer : subject, run.seconds)
    const [ours, theirs] = subjectFirst ? [first, second] : [second, first]
    comparison.subject.push(ours)
    comparison.peer.push(theirs)
    comparison.ratios.push(ours.requestsPerSecond / theirs.requestsPerSecond)
  }
  comparison.ratio = median(comparison.ratios)
  return comparison
}
