import { readFileSync } from 'node:fs'
import { arch, cpus, platform, release, totalmem } from 'node:os'

export interface Machine {
  processor: string
  processors: number
  memoryGib: number
  system: string
  node: string
}

/** What the figures were measured on. */
export function describeMachine(): Machine {
  return {
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    processors: cpus().length,
    memoryGib: Math.round(totalmem() / 2 ** 30),
    system: `${platform()} ${release()} ${arch()}${inContainer() ? ', container' : ''}`,
    node: process.version,
  }
}

function inContainer(): boolean {
  try {
    return /docker|kubepods|containerd/.test(readFileSync('/proc/1/cgroup', 'utf8'))
  } catch {
    return false
  }
}
