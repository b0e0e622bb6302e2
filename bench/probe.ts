import { monitorEventLoopDelay, performance } from 'node:perf_hooks'

/** What a process that is measured tells of itself between two questions. */
export interface Reading {
  /** Resident memory, MiB. */
  residentMib: number
  /** Processor time of all its threads since the question before, milliseconds. */
  cpuMs: number
  /** Share of the time in which the event loop was busy, 0 to 1. */
  loopBusy: number
  /** How late timers fired, milliseconds. */
  loopDelayMs: { p50: number; p99: number; max: number }
}

// Loaded into every server with --import, so that each is asked the same way and none knows that it is measured.
const RESOLUTION_MS = 1
const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
delay.enable()
let cpu = process.cpuUsage()
let busy = performance.eventLoopUtilization()

process.on('message', (question) => {
  if (question !== 'reading') return
  const used = process.cpuUsage(cpu)
  const late = (nanoseconds: number) => Math.max(0, nanoseconds / 1e6 - RESOLUTION_MS)
  const reading: Reading = {
    residentMib: process.memoryUsage.rss() / 2 ** 20,
    cpuMs: (used.user + used.system) / 1000,
    loopBusy: performance.eventLoopUtilization(busy).utilization,
    loopDelayMs: { p50: late(delay.percentile(50)), p99: late(delay.percentile(99)), max: late(delay.max) },
  }
  cpu = process.cpuUsage()
  busy = performance.eventLoopUtilization()
  delay.reset()
  process.send?.(reading)
})
// A question may come, but waiting for one must not keep a server alive that wants to stop.
process.channel?.unref()
