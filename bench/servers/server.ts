import { type ChildProcess, spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Pinning } from '../pin.ts'
import type { Reading } from '../probe.ts'

export const root = join(import.meta.dirname, '..', '..')

/** How long a server may take until it answers, milliseconds. */
const START_MS = 90_000

export interface RunningServer {
  name: string
  origin: string
  /** What the process tells of itself since the last time it was asked. */
  read(): Promise<Reading>
  stop(): Promise<void>
}

export interface Launch {
  name: string
  /** Arguments of Node. */
  args: string[]
  env: Record<string, string>
  surroundings: Surroundings
}

/** What is the same for every server of a run. */
export interface Surroundings {
  pinning: Pinning | undefined
  /** Keep a processor profile of it. */
  profile: boolean
}

/** Starts a server in its own process on its own processor and waits until it answers `GET /v3/status`. */
export async function startServer(launch: Launch): Promise<RunningServer> {
  const port = await freePort()
  const node = [process.execPath, '--disable-warning=ExperimentalWarning']
  const { pinning, profile } = launch.surroundings
  if (profile) node.push('--cpu-prof', `--cpu-prof-dir=${join(root, '.bench', 'profiles', launch.name)}`)
  const command = [...node, `--import=${join(root, 'bench', 'probe.ts')}`, ...launch.args]
  const pinned = pinning ? ['taskset', '--cpu-list', pinning.server, ...command] : command
  const [program = '', ...args] = pinned
  const output: string[] = []
  const origin = `http://127.0.0.1:${port}`
  const child = spawn(program, args, {
    cwd: root,
    env: {
      ...basicEnvironment(),
      ...launch.env,
      NODE_ENV: 'production',
      PORT: String(port),
      PUBLIC_URL: origin,
      NEXTAUTH_URL: origin,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on('data', (chunk) => output.push(String(chunk)))
  }
  const stop = () => end(child)
  await untilAnswering(origin, child).catch(async (error: unknown) => {
    await stop()
    throw new Error(`${launch.name} did not start: ${output.slice(-20).join('')}`, { cause: error })
  })
  return { name: launch.name, origin, read: () => ask(child), stop }
}

/** Nothing of the surroundings that could make one run different from another. */
function basicEnvironment(): Record<string, string> {
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'MALLOC_ARENA_MAX']
  const entries = kept.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))
  return Object.fromEntries(entries)
}

async function untilAnswering(origin: string, child: ChildProcess): Promise<void> {
  const deadline = performance.now() + START_MS
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`it ended with ${child.exitCode}`)
    const answer = await fetch(`${origin}/v3/status`).catch(() => undefined)
    if (answer?.ok) return
    await delay(100)
  }
  throw new Error('it does not answer')
}

function ask(child: ChildProcess): Promise<Reading> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error('a server does not tell of itself')), 30_000)
    child.once('message', (reading: Reading) => {
      clearTimeout(late)
      resolve(reading)
    })
    child.send('reading')
  })
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  const force = setTimeout(() => child.kill('SIGKILL'), 10_000)
  await ended
  clearTimeout(force)
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer()
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      )
    })
  })
}
