import type { Comparison } from '../load/compare.ts'
import type { Throughput } from '../load/throughput.ts'
import { median } from '../row.ts'

/** `8,200/s, 61 µs of processor : 9,900/s, 52 µs`. */
export function describeThroughput({ subject, peer }: Comparison): string {
  const summary = (runs: readonly Throughput[]) => {
    const perSecond = Math.round(median(runs.map((run) => run.requestsPerSecond)))
    const micros = Math.round(median(runs.map((run) => run.cpuMicrosPerRequest)))
    return `${perSecond.toLocaleString('en-US')}/s, ${micros} µs of processor`
  }
  return `${summary(subject)} : ${summary(peer)}`
}
