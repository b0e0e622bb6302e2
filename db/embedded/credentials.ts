import { randomBytes } from 'node:crypto'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'

const ServerCredentials = z.object({
  port: z.number().int().min(0).max(65535),
  password: z.string().min(1),
  /** Where the cluster is when it is not in the data folder itself, see `place.ts`. */
  cluster: z.string().optional(),
})

/** What `DATA_DIR/postgres.json` holds; `port` 0 means that none was chosen yet. */
export type ServerCredentials = z.infer<typeof ServerCredentials>

/** Reads `DATA_DIR/postgres.json`; undefined when there is none. */
export async function readCredentials(dataDir: string): Promise<ServerCredentials | undefined> {
  const path = join(dataDir, 'postgres.json')
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    if (error instanceof Error && 'code' in error && error.code === 'EACCES') {
      throw new Error(`${path} belongs to another user. Run Latchkey as the user who started it first.`)
    }
    throw error
  }
  try {
    return ServerCredentials.parse(JSON.parse(text))
  } catch (error) {
    throw new Error(`${path} is damaged: it must hold the port and password of the database.`, {
      cause: error,
    })
  }
}

/** Replaces `DATA_DIR/postgres.json` in one step, readable by its owner only. */
export async function writeCredentials(dataDir: string, credentials: ServerCredentials): Promise<void> {
  const path = join(dataDir, 'postgres.json')
  const next = `${path}.${process.pid}.new`
  await writeFile(next, `${JSON.stringify(credentials, null, 2)}\n`, { mode: 0o600 })
  await rename(next, path)
}

export function newPassword(): string {
  return randomBytes(24).toString('base64url')
}

/** The connection string of one database of the embedded server. */
export function urlOf(credentials: ServerCredentials, database = 'latchkey'): string {
  return `postgres://latchkey:${credentials.password}@127.0.0.1:${credentials.port}/${database}`
}
