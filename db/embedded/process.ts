import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/**
 * When the process with this id began, as text that no later process with the same id shares; undefined when no such
 * process runs. A zombie counts as gone. Comparing it guards against ids that come back, as they do in containers.
 */
export function processStart(pid: number): string | undefined {
  try {
    return process.platform === 'linux' ? linuxStart(pid) : psField(pid, 'lstart=')
  } catch {
    return undefined
  }
}

/** The command line of a running process, or '' when it is gone. */
export function processCommand(pid: number): string {
  try {
    return process.platform === 'linux'
      ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      : (psField(pid, 'command=') ?? '')
  } catch {
    return ''
  }
}

function linuxStart(pid: number): string | undefined {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The name in parentheses may hold spaces; the fields after it may not.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (fields[0] === 'Z' || fields[0] === 'X') return undefined
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()}/${fields[19]}`
}

function psField(pid: number, field: string): string | undefined {
  const [state = '', ...rest] = execFileSync('ps', ['-o', `state=,${field}`, '-p', String(pid)], {
    encoding: 'utf8',
  })
    .trim()
    .split(/\s+/)
  return state.startsWith('Z') ? undefined : rest.join(' ')
}
