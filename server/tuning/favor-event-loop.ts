import { readdirSync, readFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { log } from '#lib/core/logging/log.ts'

/**
 * Nice values of the other threads: those that sign, hash and read files, on which answers wait, and those that mark garbage.
 */
const NICENESS = new Map([
  ['libuv-worker', 10],
  ['V8Worker', 15],
])
const TASKS = '/proc/self/task'

/**
 * Gives the event loop priority over the process's other threads. With equal priority each answer waits for a time slice while
 * a token is signed or a password hashed, and for a tenth of a second while the heap is marked (docs/performance.md). Linux
 * gives each thread a priority of its own; elsewhere nothing happens. Call it when the thread pool has been used.
 */
export function favorEventLoop(): void {
  if (process.platform !== 'linux') return
  try {
    for (const thread of readdirSync(TASKS)) {
      const name = readFileSync(`${TASKS}/${thread}/comm`, 'utf8').trim()
      const niceness = NICENESS.get(name)
      if (niceness !== undefined) setPriority(Number(thread), niceness)
    }
  } catch (error) {
    log().info({ err: error }, 'the threads of this process keep their priority')
  }
}
