import { readdirSync, readFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { setFlagsFromString } from 'node:v8'
import { log } from '#lib/logging/log.ts'

/** Threads that sign, hash passwords, read files, and mark what is garbage. */
const HELPERS = new Set(['libuv-worker', 'V8Worker'])
const NICENESS = 10
const TASKS = '/proc/self/task'

/**
 * Lets the event loop go before the process's other threads wherever they want the same processor. As equals they keep every
 * other answer waiting for a time slice while a token is signed or a password hashed, and for a tenth of a second while the
 * heap is marked (docs/decisions/0007). Linux gives each thread a priority of its own; elsewhere nothing happens. Call it when the
 * thread pool has been used.
 */
export function favorEventLoop(): void {
  // Nearly nothing outlives a collection of young objects: waiting for others to help would take longer than the work.
  setFlagsFromString('--no-parallel-scavenge')
  if (process.platform !== 'linux') return
  try {
    for (const thread of readdirSync(TASKS)) {
      const name = readFileSync(`${TASKS}/${thread}/comm`, 'utf8').trim()
      if (HELPERS.has(name)) setPriority(Number(thread), NICENESS)
    }
  } catch (error) {
    log().info({ err: error }, 'the threads of this process keep their priority')
  }
}
