import { chmod, cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import postgres from 'postgres'
import { vi } from 'vitest'
import { readCredentials, type ServerCredentials, urlOf } from '#db/embedded/credentials.ts'
import { giveTo } from '#db/embedded/ownership.ts'
import { choosePlace } from '#db/embedded/place.ts'
import { freePort, isRunning, launchPostmaster, stopPostmaster } from '#db/embedded/postmaster.ts'
import { startEmbedded } from '#db/embedded.ts'
import { migrate } from '#db/migrate.ts'

export interface ReplicatedDatabase {
  url: string
  replicaUrl: string
  /** Waits until the standby has everything that was written. */
  catchUp(): Promise<void>
  /** Has the standby fall behind: it receives, but shows nothing of it. */
  pauseReplay(): Promise<void>
  resumeReplay(): Promise<void>
  /** Ends the standby, cutting its connections. */
  killReplica(): Promise<void>
  startReplica(): Promise<void>
  remove(): Promise<void>
}

/** Two real servers: a migrated primary and a standby that streams from it. */
export async function startReplicatedDatabase(): Promise<ReplicatedDatabase> {
  const [primaryDir, replicaDir] = await Promise.all([newFolder(), newFolder()])
  // Not `fast`: a commit that is not written at once is not on its way to the standby either.
  const primary = await startEmbedded({ dataDir: primaryDir })
  await migrate(primary.url)
  const known = await readCredentials(primaryDir)
  if (!known) throw new Error('the primary has no credentials')
  const credentials: ServerCredentials = { password: known.password, port: await freePort(0) }
  const replicaUrl = urlOf(credentials)

  const place = await choosePlace(replicaDir, undefined)
  await copyCluster(primary.url, known.cluster ?? join(primaryDir, 'postgres'), place.cluster)
  const upstream = new URL(primary.url)
  await writeFile(
    join(place.cluster, 'postgresql.auto.conf'),
    `primary_conninfo = 'host=127.0.0.1 port=${upstream.port} user=latchkey password=${known.password}'\n`,
  )
  await writeFile(join(place.cluster, 'standby.signal'), '')
  await chmod(place.cluster, 0o700)
  await giveTo(place.user, place.cluster)
  const launch = () => launchPostmaster(place, credentials, join(replicaDir, 'postgres.log'), true)
  let replica = await launch()

  const at = postgres(primary.url, { max: 1, onnotice: () => undefined })
  const onReplica = async (statement: (sql: postgres.Sql) => Promise<unknown>) => {
    const sql = postgres(replicaUrl, { max: 1, fetch_types: false, onnotice: () => undefined })
    try {
      return await statement(sql)
    } finally {
      await sql.end({ timeout: 1 })
    }
  }
  return {
    url: primary.url,
    replicaUrl,
    async catchUp() {
      const [here] = await at<{ lsn: string }[]>`select pg_current_wal_lsn()::text as lsn`
      await onReplica((sql) =>
        vi.waitFor(
          async () => {
            const [there] = await sql<{ done: boolean }[]>`
              select pg_last_wal_replay_lsn() >= ${here?.lsn ?? ''}::text::pg_lsn as done`
            if (!there?.done) throw new Error('the standby does not follow')
          },
          { timeout: 15_000, interval: 20 },
        ),
      )
    },
    pauseReplay: async () => void (await onReplica((sql) => sql`select pg_wal_replay_pause()`)),
    resumeReplay: async () => void (await onReplica((sql) => sql`select pg_wal_replay_resume()`)),
    async killReplica() {
      // "Immediate": what a crash looks like to its clients.
      process.kill(replica.pid, 'SIGQUIT')
      await vi.waitFor(
        () => {
          if (isRunning(replica)) throw new Error('the standby still runs')
        },
        { timeout: 15_000, interval: 20 },
      )
    },
    async startReplica() {
      replica = await launch()
    },
    async remove() {
      await at.end()
      await stopPostmaster(replica)
      await primary.stop()
      for (const folder of [primaryDir, replicaDir]) await rm(folder, { recursive: true, force: true })
    },
  }
}

async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-standby-'))
  // As root, Postgres runs as a user that must be able to pass through.
  await chmod(folder, 0o711)
  return folder
}

/** A base backup by hand: npm's PostgreSQL comes without pg_basebackup. */
async function copyCluster(url: string, from: string, to: string): Promise<void> {
  // Start and end of a backup belong to one connection.
  const sql = postgres(url, { max: 1, onnotice: () => undefined })
  try {
    await sql`select pg_backup_start('standby', true)`
    const own = ['postmaster.pid', 'postmaster.opts']
    await cp(from, to, { recursive: true, filter: (path) => !own.includes(basename(path)) })
    const [stop] = await sql<{ labelfile: string }[]>`select labelfile from pg_backup_stop(false)`
    await writeFile(join(to, 'backup_label'), stop?.labelfile ?? '')
  } finally {
    await sql.end()
  }
}
