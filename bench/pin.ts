import { execFileSync } from 'node:child_process'
import { availableParallelism, platform } from 'node:os'

/** HttpRequest at the start: later it tells of the processors that this program is pinned to. */
const PROCESSORS = availableParallelism()

/**
 * The processors: the server that is measured gets one for itself, everything else (load, PostgreSQL, this program) the
 * others, so that no server can borrow time from what it is measured with. Undefined where processes cannot be pinned.
 */
export interface Pinning {
  server: string
  rest: string
}

/** Pins this program, and with it what it starts, beside the server's processor. */
export function pinBesideServer(): Pinning | undefined {
  if (platform() !== 'linux' || PROCESSORS < 2) return undefined
  const last = PROCESSORS - 1
  const pinning = { server: String(last), rest: last === 1 ? '0' : `0-${last - 1}` }
  return runOn(pinning.rest) ? pinning : undefined
}

/** Undoes it for this program and what it starts from now on. */
export function unpin(): void {
  if (platform() === 'linux') runOn(`0-${PROCESSORS - 1}`)
}

function runOn(processors: string): boolean {
  const task = ['--all-tasks', '--cpu-list', '--pid', processors, String(process.pid)]
  try {
    execFileSync('taskset', task, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
