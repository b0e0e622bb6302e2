import { spawn } from 'node:child_process'
import { open, readFile, rename, rm, stat } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import postgres from 'postgres'
import type { Place } from './binaries.ts'
import { type ServerCredentials, urlOf } from './credentials.ts'
import { processCommand, processStart } from './process.ts'
import { SERVER_ENVIRONMENT } from './run-as.ts'

/** Crash recovery after a power cut replays at most `max_wal_size`; this is ample. */
const READY_TIMEOUT_MS = 5 * 60_000
const FAST_STOP_TIMEOUT_MS = 60_000
const LOG_SIZE_MAX = 10 * 1024 * 1024

/** A running server process: `pid` together with `start` names it for good. */
export interface Postmaster {
  pid: number
  start: string
  port: number
}

/** Finds the server that runs on the cluster, whoever started it. */
export async function findPostmaster(cluster: string): Promise<Postmaster | undefined> {
  const text = await readFile(join(cluster, 'postmaster.pid'), 'utf8').catch(() => '')
  const [pidLine, , , portLine] = text.split('\n')
  const pid = Number(pidLine)
  const start = pid > 0 ? processStart(pid) : undefined
  if (start === undefined || !isServer(pid)) return undefined
  return { pid, start, port: Number(portLine) }
}

function isServer(pid: number): boolean {
  return /postgres"? -D /.test(processCommand(pid))
}

/** Whether that very process still runs. */
export function isRunning(postmaster: Postmaster): boolean {
  return processStart(postmaster.pid) === postmaster.start
}

/**
 * Starts the server on `credentials.port`, detached: it outlives us, so that a crash of ours costs no recovery.
 * Resolves when it answers; rejects with the end of its log when it ends before that.
 */
export async function launchPostmaster(
  place: Place,
  credentials: ServerCredentials,
  logFile: string,
  fast: boolean,
): Promise<Postmaster> {
  await removeForeignPidFile(place.cluster)
  await rotate(logFile)
  const log = await open(logFile, 'a', 0o600)
  const logStart = (await log.stat()).size
  try {
    const child = spawn(
      join(place.binaries.folder, 'bin', 'postgres'),
      ['-D', place.cluster, ...settings(credentials.port, fast)],
      {
        ...place.user,
        detached: true,
        cwd: '/',
        env: SERVER_ENVIRONMENT,
        stdio: ['ignore', log.fd, log.fd],
      },
    )
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject))
    child.unref()
    const pid = child.pid ?? 0
    const launched = { pid, start: processStart(pid) ?? '', port: credentials.port }
    await waitUntilReady(launched, credentials, place.cluster)
    return launched
  } catch (cause) {
    const end = (await readFile(logFile))
      .subarray(logStart)
      .toString('utf8')
      .trim()
      .split('\n')
      .slice(-8)
      .join('\n')
    const reason = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`PostgreSQL did not start: ${reason}\n${logFile} ends with:\n${end}`, { cause })
  } finally {
    await log.close()
  }
}

/** Waits until the server answers with our password and serves our cluster. */
export async function waitUntilReady(
  postmaster: Postmaster,
  credentials: ServerCredentials,
  cluster: string,
): Promise<void> {
  const deadline = performance.now() + READY_TIMEOUT_MS
  while (isRunning(postmaster)) {
    const answer = await askDataDirectory(credentials)
    if (answer.directory !== undefined) {
      if (answer.directory === cluster) return
      throw new Error(`Another PostgreSQL (${answer.directory}) answers on port ${credentials.port}.`)
    }
    if (performance.now() > deadline) throw new Error('PostgreSQL does not answer.', { cause: answer.error })
    await delay(50)
  }
  throw new Error('PostgreSQL ended while it started.')
}

/** Which cluster answers on the port; `error` instead when none does yet. A wrong password rejects. */
export async function askDataDirectory(
  credentials: ServerCredentials,
): Promise<{ directory?: string; error?: unknown }> {
  const sql = postgres(urlOf(credentials, 'postgres'), {
    max: 1,
    connect_timeout: 5,
    // It is a query of its own, whose failure nobody could catch when the server goes away during it.
    fetch_types: false,
  })
  try {
    const [row] = await sql<{ data_directory: string }[]>`show data_directory`
    return { directory: row?.data_directory }
  } catch (error) {
    if (error instanceof postgres.PostgresError && error.code.startsWith('28')) {
      throw new Error(
        `The database on port ${credentials.port} does not accept the password in postgres.json.`,
        { cause: error },
      )
    }
    return { error }
  } finally {
    await sql.end({ timeout: 1 })
  }
}

/** Ends the server: connections are cut and data is written out. Resolves when the process is gone. */
export async function stopPostmaster(postmaster: Postmaster): Promise<void> {
  signal(postmaster, 'SIGINT')
  if (await hasEnded(postmaster, FAST_STOP_TIMEOUT_MS)) return
  // "Immediate" loses no committed data either; the next start recovers from the log.
  signal(postmaster, 'SIGQUIT')
  if (await hasEnded(postmaster, 10_000)) return
  throw new Error(`PostgreSQL (process ${postmaster.pid}) does not stop.`)
}

/** A port of the loopback interface that is free now: the wanted one if possible. */
export async function freePort(wanted: number): Promise<number> {
  const found = await listenOnce(wanted)
  return found ?? (await listenOnce(0)) ?? 0
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(port, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' ? address?.port : undefined))
    })
  })
}

function settings(port: number, fast: boolean): string[] {
  const sync = fast ? 'off' : 'on'
  const values = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    password_encryption: 'scram-sha-256',
    max_connections: '100',
    shared_buffers: '128MB',
    max_wal_size: '512MB',
    // Parallel workers need shared memory that containers keep small; our queries are short.
    max_parallel_workers_per_gather: '0',
    jit: 'off',
    // Disks no longer turn: lists are answered from indexes even where most rows fit.
    random_page_cost: '1.1',
    timezone: 'UTC',
    log_timezone: 'UTC',
    logging_collector: 'off',
    log_checkpoints: 'off',
    // The detail of a failed statement quotes the row, that is personal data.
    log_error_verbosity: 'terse',
    fsync: sync,
    synchronous_commit: sync,
    full_page_writes: sync,
  }
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`])
}

async function removeForeignPidFile(cluster: string): Promise<void> {
  const path = join(cluster, 'postmaster.pid')
  const pid = Number.parseInt(await readFile(path, 'utf8').catch(() => ''), 10)
  // Postgres refuses to start when the id in the file is alive, even if it is another program's by now, as after the
  // restart of a container. The file of a dead process stays: by it Postgres finds backends that outlived it.
  if (pid > 0 && processStart(pid) !== undefined && !isServer(pid)) await rm(path, { force: true })
}

async function rotate(logFile: string): Promise<void> {
  const size = await stat(logFile).then(
    (entry) => entry.size,
    () => 0,
  )
  if (size > LOG_SIZE_MAX) await rename(logFile, `${logFile}.1`)
}

function signal(postmaster: Postmaster, name: 'SIGINT' | 'SIGQUIT'): void {
  if (isRunning(postmaster)) process.kill(postmaster.pid, name)
}

async function hasEnded(postmaster: Postmaster, timeoutMs: number): Promise<boolean> {
  const deadline = performance.now() + timeoutMs
  while (isRunning(postmaster)) {
    if (performance.now() > deadline) return false
    await delay(20)
  }
  return true
}
