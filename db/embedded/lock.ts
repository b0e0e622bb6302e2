import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { processStart } from './process.ts'

/** A server keeps the lock for its life, a command for seconds: so one waits for a command and refuses on a server. */
export type LockRole = 'server' | 'command'

const Holder = z.object({
  pid: z.number().int().positive(),
  start: z.string(),
  token: z.string(),
  role: z.enum(['server', 'command']),
})
export type LockHolder = z.infer<typeof Holder>

export interface Lock {
  release(): Promise<void>
}

/**
 * Takes `DATA_DIR/lock` for this process, or tells who holds it. The lock of a dead process is taken over; of several
 * that try at once exactly one succeeds.
 */
export async function tryLock(dataDir: string, role: LockRole): Promise<Lock | LockHolder> {
  const path = join(dataDir, 'lock')
  const token = randomBytes(8).toString('hex')
  const mine = `${path}.${process.pid}.${token}`
  const holder: LockHolder = { pid: process.pid, start: processStart(process.pid) ?? '', token, role }
  await writeFile(mine, JSON.stringify(holder), { mode: 0o600 })
  try {
    const other = await claim(path, mine)
    if (other) return other
    return { release: () => release(path, token) }
  } finally {
    await rm(mine, { force: true })
  }
}

/** Whether `tryLock` got the lock. */
export function isLock(result: Lock | LockHolder): result is Lock {
  return 'release' in result
}

async function claim(path: string, mine: string): Promise<LockHolder | undefined> {
  // The successor of a dead holder is whoever creates the file named after that holder's token: linking fails when
  // the name exists, so there is one successor. It may die too; hence a chain of names.
  const passed: LockHolder[] = []
  let name = path
  while (!(await createOnly(mine, name))) {
    const holder = await readHolder(name)
    if (holder === undefined) {
      if (passed.length > 0) return claim(path, mine)
      continue
    }
    if (isAlive(holder)) return holder
    passed.push(holder)
    name = `${name}.${holder.token}`
  }
  const first = passed[0]
  if (first === undefined) return undefined
  // A slow contender may have read a holder that was replaced meanwhile.
  if ((await readHolder(path))?.token !== first.token) {
    await rm(name, { force: true })
    return claim(path, mine)
  }
  await rename(mine, path)
  let successor = path
  for (const holder of passed) {
    successor = `${successor}.${holder.token}`
    await rm(successor, { force: true })
  }
  return undefined
}

async function createOnly(source: string, name: string): Promise<boolean> {
  try {
    await link(source, name)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false
    throw error
  }
}

/** Who is written in the lock file; undefined when there is none or it names nobody. */
async function readHolder(path: string): Promise<LockHolder | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
  try {
    return Holder.parse(JSON.parse(text))
  } catch (error) {
    throw new Error(`${path} is not a lock file of Latchkey. If no server runs, remove it.`, { cause: error })
  }
}

function isAlive(holder: LockHolder): boolean {
  return processStart(holder.pid) === holder.start
}

async function release(path: string, token: string): Promise<void> {
  if ((await readHolder(path))?.token === token) await rm(path, { force: true })
}
