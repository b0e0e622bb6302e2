import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { promisify } from 'node:util'

const exec = promisify(execFile)

/** The user that Postgres runs as, given to `spawn`. */
export interface RunAs {
  uid: number
  gid: number
}

/**
 * Postgres refuses to run as root. As root this picks an unprivileged user that exists (the owner of the cluster if there
 * is one); otherwise undefined: it runs as we do.
 */
export async function pickUser(clusters: string[]): Promise<RunAs | undefined> {
  if (process.getuid?.() !== 0) return undefined
  for (const cluster of clusters) {
    const owner = await stat(cluster).catch(() => undefined)
    if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  }
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = await Promise.all([idOf('-u', name), idOf('-g', name)])
    if (uid && gid) return { uid, gid }
  }
  throw new Error(
    'PostgreSQL does not run as root, and there is neither a user postgres nor nobody. Start Latchkey as an ordinary user or set DATABASE_URL.',
  )
}

/** Runs a shell test as the user that Postgres will run as; false when it fails or the user lacks a permission. */
export async function canDo(user: RunAs | undefined, script: string, ...args: string[]): Promise<boolean> {
  try {
    await exec('/bin/sh', ['-c', script, 'sh', ...args], { ...user, cwd: '/', env: SERVER_ENVIRONMENT })
    return true
  } catch {
    return false
  }
}

/** A bare environment, so that locale, time zone and PG* variables of the caller do not leak into the cluster. */
export const SERVER_ENVIRONMENT: NodeJS.ProcessEnv = {
  PATH: '/usr/bin:/bin:/usr/sbin:/sbin',
  LC_ALL: 'C',
  TZ: 'UTC',
  NODE_ENV: 'production',
}

async function idOf(flag: string, name: string): Promise<number | undefined> {
  try {
    return Number((await exec('id', [flag, name])).stdout)
  } catch {
    return undefined
  }
}
