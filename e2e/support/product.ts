import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v8Flags } from '#server/tuning/start-flags.mjs'
import { withoutSecrets } from './environment.ts'

const root = join(import.meta.dirname, '..', '..')
const node = join(root, 'node_modules', '.bin', 'node')
/** How long a start on a busy machine may take, milliseconds. */
const START_MS = 60_000

export interface ProductOptions {
  dataDir: string
  environment?: Record<string, string>
  /** `--next-v3` makes Next serve the Web API, too. */
  args?: string[]
  port?: number
  /** Everything it prints is added there. */
  logFile?: string
}

export interface Ended {
  code: number | null
  signal: NodeJS.Signals | null
}

/** A running Latchkey: the very process that `npm start` becomes. */
export interface Product {
  url: string
  port: number
  /** The server's process. */
  pid: number
  dataDir: string
  /** One-time link of the first operator; absent when there is one already. */
  setupUrl: string | undefined
  /** What it has printed so far. */
  output(): string
  /** Sends the signal; the end comes by `ended`. */
  signal(name: NodeJS.Signals): void
  ended: Promise<Ended>
  /** A clean stop, as a service manager does it. */
  stop(): Promise<Ended>
}

/** Starts Latchkey on a free port and waits until it says that it is ready. */
export async function startProduct(options: ProductOptions): Promise<Product> {
  const port = options.port ?? (await freePort())
  const { child, ended, output } = launch({ ...options, port })
  const ready = /^Latchkey is ready at (\S+)\n(?:.*\n)*?Dashboard: (\S+)/m
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(() => fail('is not ready in time'), START_MS)
    const fail = (what: string) => {
      clearTimeout(late)
      child.kill('SIGKILL')
      reject(new Error(`Latchkey ${what}:\n${output()}`))
    }
    child.stdout?.on('data', () => {
      if (!ready.test(output())) return
      clearTimeout(late)
      resolve()
    })
    ended.then(({ code, signal }) => fail(`ended with ${code ?? signal}`))
  })
  const [, url = '', dashboard = ''] = ready.exec(output()) ?? []
  return {
    url,
    port,
    pid: child.pid ?? 0,
    dataDir: options.dataDir,
    setupUrl: dashboard.includes('/setup?token=') ? dashboard : undefined,
    output,
    signal: (name) => void child.kill(name),
    ended,
    async stop() {
      child.kill('SIGTERM')
      return ended
    },
  }
}

/** Starts Latchkey where it is expected to refuse; resolves with its end and what it said. */
export async function startRefused(options: ProductOptions): Promise<Ended & { output: string }> {
  const { ended, output } = launch({ ...options, port: options.port ?? (await freePort()) })
  return { ...(await ended), output: output() }
}

/** Runs a command of the command line (`latchkey …`) and gives what it printed. */
export async function runCommand(
  dataDir: string,
  args: string[],
  options: { input?: string; environment?: Record<string, string> } = {},
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return run(join(root, 'bin', 'latchkey.ts'), args, {
    input: options.input,
    environment: { DATA_DIR: dataDir, ...options.environment },
  })
}

/** Runs the example desktop application, whose license lies in `stateDir`, against the server at `url`. */
export async function runDesktop(
  settings: { url: string; stateDir: string },
  args: string[],
): Promise<{ code: number | null; stdout: string; stderr: string }> {
  return run(join(root, 'examples', 'desktop-app.ts'), args, {
    environment: { LATCHKEY_URL: settings.url, LATCHKEY_STATE_DIR: settings.stateDir },
  })
}

async function run(
  program: string,
  args: string[],
  options: { input?: string | undefined; environment: Record<string, string> },
) {
  const child = spawn(node, ['--disable-warning=ExperimentalWarning', program, ...args], {
    cwd: root,
    env: withoutSecrets(options.environment),
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text
  })
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  child.stdin.end(options.input ?? '')
  const [code] = await once(child, 'close')
  return { code: typeof code === 'number' ? code : null, stdout, stderr }
}

/** An empty data folder. As root, Postgres runs as a user that must be able to pass through. */
export async function makeDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-e2e-'))
  await chmod(dataDir, 0o711)
  return dataDir
}

/** Removes a data folder, and first ends the PostgreSQL that a killed Latchkey has left running there. */
export async function removeDataDir(dataDir: string): Promise<void> {
  const pid = postmasterOf(dataDir)
  if (pid !== undefined) process.kill(pid, 'SIGQUIT')
  await rm(dataDir, { recursive: true, force: true })
}

/** The process id of the PostgreSQL that runs on the folder; undefined when there is none. */
export function postmasterOf(dataDir: string): number | undefined {
  const file = join(dataDir, 'postgres', 'postmaster.pid')
  if (!existsSync(file)) return undefined
  const pid = Number(readFileSync(file, 'utf8').split('\n', 1)[0])
  try {
    process.kill(pid, 0)
    return pid
  } catch {
    return undefined
  }
}

/** The connection string of the PostgreSQL that a running Latchkey keeps in the folder. */
export function databaseUrlOf(dataDir: string, database = 'latchkey'): string {
  const { port, password }: { port: number; password: string } = JSON.parse(
    readFileSync(join(dataDir, 'postgres.json'), 'utf8'),
  )
  return `postgres://latchkey:${password}@127.0.0.1:${port}/${database}`
}

/** A port of the loopback interface that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  await once(server, 'close')
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

interface Launched {
  child: ChildProcess
  ended: Promise<Ended>
  output(): string
}

function launch({ dataDir, environment = {}, args = [], port, logFile }: ProductOptions): Launched {
  const child = spawn(
    node,
    [
      ...v8Flags(environment),
      '--disable-warning=ExperimentalWarning',
      join(root, 'server', 'main.ts'),
      ...args,
    ],
    {
      cwd: root,
      env: withoutSecrets({ DATA_DIR: dataDir, PORT: String(port), TRUST_PROXY: '1', ...environment }),
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      if (logFile) appendFileSync(logFile, text)
    })
  }
  const ended = once(child, 'close').then(([code, signal]): Ended => ({ code, signal }))
  return { child, ended, output: () => printed }
}

/** The secret that an embedded installation has made for itself. */
export async function secretKeyOf(dataDir: string): Promise<string> {
  return (await readFile(join(dataDir, 'secret-key'), 'utf8')).trim()
}
