import { execFileSync } from 'node:child_process'
import { availableParallelism, platform } from 'node:os'

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
  const processors = availableParallelism()
  if (platform() !== 'linux' || processors < 2) return undefined
  const last = processors - 1
  const pinning = { server: String(last), rest: last === 1 ? '0' : `0-${last - 1}` }
  try {
    execFileSync('taskset', ['--all-tasks', '--cpu-list', '--pid', pinning.rest, String(process.pid)], {
      stdio: 'ignore',
    })
    return pinning
  } catch {
    return undefined
  }
}
