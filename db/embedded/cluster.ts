import { execFile } from 'node:child_process'
import { chown, lstat, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import postgres from 'postgres'
import type { Place } from './binaries.ts'
import { type ServerCredentials, urlOf } from './credentials.ts'
import { giveTo } from './ownership.ts'
import { SERVER_ENVIRONMENT } from './run-as.ts'

const exec = promisify(execFile)

/** Whether the folder holds a finished cluster. */
export async function hasCluster(cluster: string): Promise<boolean> {
  return lstat(join(cluster, 'PG_VERSION')).then(
    () => true,
    () => false,
  )
}

/**
 * Makes the cluster, UTF-8 whatever the environment says, with password sign-in only. It appears under its name when it
 * is complete, so an interruption leaves nothing half-made.
 */
export async function createCluster(place: Place, password: string): Promise<void> {
  const { cluster, user, binaries } = place
  const unfinished = `${cluster}.new`
  const passwordFile = `${cluster}.password`
  await rm(unfinished, { recursive: true, force: true })
  await rm(passwordFile, { force: true })
  try {
    await mkdir(unfinished, { mode: 0o700 })
    await writeFile(passwordFile, `${password}\n`, { mode: 0o600 })
    if (user) await chown(passwordFile, user.uid, user.gid)
    await giveTo(user, unfinished)
    await exec(
      join(binaries.folder, 'bin', 'initdb'),
      [
        `--pgdata=${unfinished}`,
        '--username=latchkey',
        `--pwfile=${passwordFile}`,
        '--auth=scram-sha-256',
        '--encoding=UTF8',
        '--locale-provider=builtin',
        '--builtin-locale=C.UTF-8',
        '--locale=C',
        '--no-instructions',
      ],
      { ...user, cwd: '/', env: SERVER_ENVIRONMENT },
    )
    await rename(unfinished, cluster)
  } catch (cause) {
    const reason = cause instanceof Error && 'stderr' in cause ? String(cause.stderr).trim() : String(cause)
    throw new Error(`The database could not be created in ${cluster}: ${reason}`, { cause })
  } finally {
    await rm(passwordFile, { force: true })
    await rm(unfinished, { recursive: true, force: true })
  }
}

/** Creates the database `latchkey` unless it exists. */
export async function ensureDatabase(credentials: ServerCredentials): Promise<void> {
  const sql = postgres(urlOf(credentials, 'postgres'), { max: 1, fetch_types: false })
  try {
    const [existing] = await sql`select 1 from pg_database where datname = 'latchkey'`
    if (!existing) await sql`create database latchkey`
  } finally {
    await sql.end()
  }
}
