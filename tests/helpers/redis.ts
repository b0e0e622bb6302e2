import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { freePort } from '#db/embedded/postmaster.ts'

/** Debian keeps the server's program in redis-tools under this name too, and it goes by the name it is called with. */
const PROGRAMS = ['redis-server', 'redis-check-rdb']

const program = PROGRAMS.find(
  (name) => spawnSync(name, ['--version'], { argv0: 'redis-server', stdio: 'ignore' }).status === 0,
)

/** Whether this machine has a Redis server; tests that need one are left out, visibly, where it has none. */
export const hasRedis = program !== undefined

if (!hasRedis) console.warn('NOTICE: there is no redis-server on this machine: its tests are SKIPPED.')

export const REDIS_PASSWORD = 'hidden-password'

export interface RedisServer {
  url: string
  /** Starts it again where it was, empty. */
  start(): Promise<void>
  /** As a crash would end it. */
  kill(): Promise<void>
  /** Stops answering without closing a connection. */
  freeze(): void
  thaw(): void
  /** Ends it and removes its folder. */
  remove(): Promise<void>
}

/** Starts a Redis server on a free port of the loopback interface, with a password and nothing on disk. */
export async function startRedis(): Promise<RedisServer> {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-redis-'))
  const port = await freePort(0)
  const ended = () => child.exitCode !== null || child.signalCode !== null
  let child = await launch(folder, port)
  const kill = async () => {
    if (ended()) return
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  return {
    url: `redis://:${REDIS_PASSWORD}@127.0.0.1:${port}`,
    kill,
    async start() {
      child = await launch(folder, port)
    },
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async remove() {
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

async function launch(folder: string, port: number): Promise<ChildProcess> {
  const settings = {
    port,
    bind: '127.0.0.1',
    save: '',
    appendonly: 'no',
    requirepass: REDIS_PASSWORD,
    dir: folder,
  }
  const child = spawn(
    program ?? 'redis-server',
    Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    { argv0: 'redis-server', stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const said: string[] = []
  for await (const line of createInterface(child.stdout)) {
    said.push(line)
    if (line.includes('Ready to accept connections')) {
      child.stdout.resume()
      return child
    }
  }
  throw new Error(`redis-server did not start:\n${said.join('\n')}`)
}
