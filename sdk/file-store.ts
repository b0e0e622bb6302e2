import { randomUUID } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { LatchkeyError, localError } from './errors.ts'
import { isJsonObject } from './json.ts'
import type { LatchkeyStore } from './store.ts'

/** The user's folder for application data on this operating system. */
export function appDataDir(): string {
  if (process.platform === 'win32') return join(homedir(), 'AppData', 'Roaming')
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support')
  return join(homedir(), '.local', 'share')
}

/**
 * Keeps each entry in a file of `dir`, readable by its owner only, replaced atomically.
 * Throws `LatchkeyError` with code `STORE` when the folder cannot be read or written.
 */
export function fileStore(dir: string): LatchkeyStore {
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (cause) {
      if (cause instanceof LatchkeyError) throw cause
      throw localError('STORE', `The license data in ${dir} cannot be read or written.`, { cause })
    }
  }
  return {
    read: (entry) =>
      attempt(async () => {
        try {
          return await readFile(join(dir, entry), 'utf8')
        } catch (error) {
          if (isMissing(error)) return null
          throw error
        }
      }),
    write: (entry, text) => attempt(() => replaceFile(dir, entry, text)),
    remove: (entry) => attempt(() => rm(join(dir, entry), { force: true })),
  }
}

async function replaceFile(dir: string, name: string, text: string): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const temporary = join(dir, `.${name}.${randomUUID()}`)
  try {
    const file = await open(temporary, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, join(dir, name))
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
}

function isMissing(error: unknown): boolean {
  return isJsonObject(error) && error.code === 'ENOENT'
}
