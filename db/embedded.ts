import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { createCluster, ensureDatabase, hasCluster } from './embedded/cluster.ts'
import {
  newPassword,
  readCredentials,
  type ServerCredentials,
  urlOf,
  writeCredentials,
} from './embedded/credentials.ts'
import { isLock, type Lock, type LockHolder, type LockRole, tryLock } from './embedded/lock.ts'
import { giveTo } from './embedded/ownership.ts'
import { assertOwnShelter, choosePlace, setAside } from './embedded/place.ts'
import {
  askDataDirectory,
  findPostmaster,
  freePort,
  launchPostmaster,
  type Postmaster,
  waitUntilReady,
} from './embedded/postmaster.ts'
import { supervise } from './embedded/supervise.ts'

/** How long a start waits for a command that uses the database, and a command for a server that is starting. */
const WAIT_MS = 60_000

export interface Embedded {
  /** The connection string of the database `latchkey`; it stays the same when the server is restarted. */
  url: string
  /** Ends the use of the database; may be called more than once. */
  stop(): Promise<void>
}

export interface EmbeddedOptions {
  dataDir: string
  /** Receives one sentence per event worth knowing. */
  log?: (message: string) => void
  /** Gives up durability for speed: for tests only. */
  fast?: boolean
}

/**
 * Starts PostgreSQL on `dataDir`, or adopts the one that a killed process left there, and looks after it until `stop`.
 * Fails with a sentence when another server uses the folder.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const dataDir = await prepare(options.dataDir)
  const deadline = performance.now() + WAIT_MS
  for (let waited = false; ; waited = true) {
    const result = await tryLock(dataDir, 'server')
    if (isLock(result)) return run({ ...options, dataDir }, 'server', result)
    if (result.role === 'server' || performance.now() > deadline) throw new Error(refusal(dataDir, result))
    if (!waited) options.log?.(`Waiting for the latchkey command (process ${result.pid}) to finish.`)
    await delay(100)
  }
}

/**
 * Opens the database for a command: a running server is used as it is, else PostgreSQL is started for as long as the
 * command takes. Waits while another command does that or a server is starting.
 */
export async function openEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const dataDir = await prepare(options.dataDir)
  const deadline = performance.now() + WAIT_MS
  for (;;) {
    const result = await tryLock(dataDir, 'command')
    if (isLock(result)) return run({ ...options, dataDir }, 'command', result)
    // Another command may stop the server at any moment; the one of a running server stays.
    const url = result.role === 'server' ? await readEmbeddedUrl(dataDir) : undefined
    if (url !== undefined) return { url, stop: async () => undefined }
    if (performance.now() > deadline) throw new Error(refusal(dataDir, result))
    await delay(100)
  }
}

/** The connection string of the PostgreSQL that runs on `dataDir`; undefined when none answers. */
export async function readEmbeddedUrl(dataDir: string): Promise<string | undefined> {
  const home = await realpath(dataDir).catch(() => undefined)
  const credentials = home === undefined ? undefined : await readCredentials(home)
  if (home === undefined || credentials === undefined || credentials.port === 0) return undefined
  const cluster = credentials.cluster ?? join(home, 'postgres')
  return (await askDataDirectory(credentials)).directory === cluster ? urlOf(credentials) : undefined
}

async function prepare(dataDir: string): Promise<string> {
  // Started by root, PostgreSQL runs as another user, who must be able to traverse the folder. Every file in it is closed to
  // others.
  await mkdir(dataDir, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 })
  return realpath(dataDir)
}

async function run(options: EmbeddedOptions, role: LockRole, lock: Lock): Promise<Embedded> {
  try {
    const { dataDir, log = () => undefined, fast = false } = options
    const recorded = await readCredentials(dataDir)
    if (recorded?.cluster) await assertOwnShelter(dataDir, recorded.cluster)
    const place = await choosePlace(dataDir, recorded?.cluster)
    const outside = place.cluster !== join(dataDir, 'postgres')
    let existing = await hasCluster(place.cluster)
    if (existing && recorded === undefined) {
      if (!outside) throw new Error(lostCredentials(dataDir, place.cluster))
      log(`${place.cluster} outlived its data folder and is kept as ${place.cluster}.old.`)
      await setAside(place.cluster)
      existing = false
    }
    if (!existing && recorded && recorded.port !== 0) throw new Error(lostCluster(dataDir, place.cluster))
    let credentials: ServerCredentials = {
      port: recorded?.port ?? 0,
      password: recorded?.password ?? newPassword(),
      ...(outside ? { cluster: place.cluster } : {}),
    }
    // Before the cluster, so that there is never one whose password nobody knows.
    await writeCredentials(dataDir, credentials)
    if (existing) {
      await giveTo(place.user, place.cluster)
    } else {
      log('Creating the database.')
      await createCluster(place, credentials.password)
    }

    const logFile = join(dataDir, 'postgres.log')
    const launch = () => launchPostmaster(place, credentials, logFile, fast)
    const adopt = async (): Promise<Postmaster | undefined> => {
      const running = await findPostmaster(place.cluster)
      if (running === undefined) return undefined
      credentials = { ...credentials, port: running.port }
      await waitUntilReady(running, credentials, place.cluster)
      return running
    }

    const adopted = await adopt()
    if (adopted) log(`Using the PostgreSQL that still runs (process ${adopted.pid}).`)
    const postmaster = adopted ?? (await launchOnFreePort())
    await writeCredentials(dataDir, credentials)
    await ensureDatabase(credentials)

    const supervisor = supervise(postmaster, async () => (await adopt()) ?? (await launch()), log)
    const keepRunning = role === 'command' && adopted !== undefined
    let stopping: Promise<void> | undefined
    return {
      url: urlOf(credentials),
      stop() {
        stopping ??= (keepRunning ? supervisor.leave() : supervisor.stop()).finally(() => lock.release())
        return stopping
      },
    }

    async function launchOnFreePort(): Promise<Postmaster> {
      for (let attempt = 1; ; attempt++) {
        credentials = { ...credentials, port: await freePort(attempt === 1 ? credentials.port : 0) }
        try {
          return await launch()
        } catch (error) {
          // Another program may take the port between the check and the start.
          if (attempt === 3 || !(error instanceof Error && /could not bind|in use/.test(error.message)))
            throw error
        }
      }
    }
  } catch (error) {
    await lock.release()
    throw error
  }
}

function refusal(dataDir: string, holder: LockHolder): string {
  const who = holder.role === 'server' ? 'Another Latchkey server' : 'A latchkey command'
  return `${who} (process ${holder.pid}) uses ${dataDir}. Stop it first, or set DATA_DIR to another folder.`
}

function lostCredentials(dataDir: string, cluster: string): string {
  return `${join(dataDir, 'postgres.json')} is missing, which holds the password of the database in ${cluster}. Put it back from a backup, or remove the database to begin anew.`
}

function lostCluster(dataDir: string, cluster: string): string {
  return `The database should be in ${cluster}, but it is not there. Put it back, or remove ${join(dataDir, 'postgres.json')} to begin anew.`
}
