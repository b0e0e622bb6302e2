import {
  closeSync,
  constants,
  fstatSync,
  ftruncateSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { processStart } from './process.ts'

/** A server keeps the lock for its life, a command for seconds: so one waits for a command and refuses on a server. */
export type LockRole = 'server' | 'command'

const Holder = z.object({
  pid: z.number().int().positive(),
  start: z.string(),
  role: z.enum(['server', 'command']),
})
export type LockHolder = z.infer<typeof Holder>

export interface Lock {
  release(): Promise<void>
}

/** How long a new holder may take to write its name over that of a dead one, milliseconds. */
const NAMING_MS = 1000

/**
 * Takes `DATA_DIR/lock` for this process, or tells who holds it. The kernel keeps the lock and frees it when the process dies;
 * of several that try at once exactly one succeeds. What is written in the file only tells who that is.
 */
export async function tryLock(dataDir: string, role: LockRole): Promise<Lock | LockHolder> {
  const path = join(dataDir, 'lock')
  // Loaded here: only the embedded database needs native code for this system.
  const kernel = await import('fs-native-extensions')
  for (const since = performance.now(); ; await delay(5)) {
    const result = attempt(path, role, kernel.tryLock)
    if (result && (isLock(result) || processStart(result.pid) === result.start)) return result
    if (performance.now() - since > NAMING_MS) {
      // Its process lives, but where we do not see it: in another container.
      if (result) return result
      throw new Error(`${path} is not a lock file of Latchkey. If no server runs, remove it.`)
    }
  }
}

/** Whether `tryLock` got the lock. */
export function isLock(result: Lock | LockHolder): result is Lock {
  return 'release' in result
}

/** The lock, or the holder named in the file; undefined if the file names none or was removed meanwhile. */
function attempt(
  path: string,
  role: LockRole,
  lock: (file: number) => boolean,
): Lock | LockHolder | undefined {
  // A bare descriptor: a handle of `fs/promises` is closed, and the lock freed, when nobody refers to it any more.
  const file = openSync(path, constants.O_RDWR | constants.O_CREAT, 0o600)
  let isHeld = false
  try {
    if (!inWords(path, () => lock(file))) return readHolder(file)
    // Releasing the lock removes the file, and a lock on a removed file is worth nothing.
    if (!isAt(path, file)) return undefined
    const holder: LockHolder = { pid: process.pid, start: processStart(process.pid) ?? '', role }
    ftruncateSync(file)
    writeSync(file, JSON.stringify(holder), 0)
    isHeld = true
    return { release: async () => release(path, file) }
  } finally {
    if (!isHeld) closeSync(file)
  }
}

function release(path: string, file: number): void {
  if (isAt(path, file)) rmSync(path)
  closeSync(file)
}

function isAt(path: string, file: number): boolean {
  const entry = statSync(path, { bigint: true, throwIfNoEntry: false })
  const own = fstatSync(file, { bigint: true })
  return entry?.ino === own.ino && entry.dev === own.dev
}

function readHolder(file: number): LockHolder | undefined {
  try {
    return Holder.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return undefined
  }
}

function inWords(path: string, lock: () => boolean): boolean {
  try {
    return lock()
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(
      `${path} cannot be locked: ${reason}. Its file system may know no locks: set DATA_DIR to a folder on a local disk.`,
      { cause },
    )
  }
}
