import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { mallocSettings, v8Flags } from '#server/tuning/start-flags.mjs'
import { filesBelow } from '#tests/helpers/files-below.ts'

const root = join(import.meta.dirname, '..', '..')

/** Uses the thread pool, tunes, and tells how often it was collected and what each thread is called and how nice it is. */
const PROGRAM = `
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tune } from './server/tuning/tune.ts'
await readFile('package.json')
let collected = 0
const { gc } = globalThis
if (gc) globalThis.gc = (options) => { collected += 1; gc(options) }
tune()
const threads = process.platform !== 'linux' ? [] : readdirSync('/proc/self/task').map((thread) => ({
  name: readFileSync('/proc/self/task/' + thread + '/comm', 'utf8').trim(),
  nice: Number(readFileSync('/proc/self/task/' + thread + '/stat', 'utf8').split(') ')[1].split(' ')[16]),
}))
console.log(JSON.stringify({ collected, threads }))`

const Told = z.object({ collected: z.int(), threads: z.array(z.object({ name: z.string(), nice: z.int() })) })

function runTuned(environment: Record<string, string>, flags = v8Flags(environment)) {
  const args = [...flags, '--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', PROGRAM]
  const output = execFileSync(process.execPath, args, {
    cwd: root,
    encoding: 'utf8',
    env: { NODE_ENV: 'test', PATH: process.env.PATH, ...environment },
  })
  const { collected, threads } = Told.parse(JSON.parse(output))
  const nice = (name: string) => threads.filter((thread) => thread.name === name).map((thread) => thread.nice)
  return { collected, nice }
}

test.skipIf(process.platform !== 'linux')(
  'threads that sign and hash give way to the event loop, which keeps its priority, and those that mark garbage to both',
  () => {
    const { nice } = runTuned({})
    expect(nice('libuv-worker')).toEqual([10, 10, 10, 10])
    expect(new Set(nice('V8Worker'))).toEqual(new Set([15]))
    expect(nice('MainThread')).toEqual([0])
  },
)

test('what loading left behind is collected before anybody is served', () => {
  expect(runTuned({}).collected).toBe(1)
})

test('TUNING=off leaves priorities and garbage as Node has them, whatever the process was started with', () => {
  for (const flags of [v8Flags({ TUNING: 'off' }), v8Flags({})]) {
    const { collected, nice } = runTuned({ TUNING: 'off' }, flags)
    expect(collected).toBe(0)
    const own = new Set(nice('MainThread'))
    for (const name of ['libuv-worker', 'V8Worker']) expect(new Set(nice(name))).toEqual(own)
  }
})

/** What the program really is started with by the start scripts: it is ended before it does anything. */
function startedWith(program: string, environment: Record<string, string>) {
  const tell =
    'console.log(JSON.stringify([process.execArgv, process.env.MALLOC_ARENA_MAX ?? null, process.env.NODE_COMPILE_CACHE]));process.exit()'
  const script = `
    import { become } from './scripts/bootstrap/run.mjs'
    process.env.NODE_OPTIONS = ${JSON.stringify(`--import=data:text/javascript,${encodeURIComponent(tell)}`)}
    await become(${JSON.stringify(program)}, [])`
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', script], {
    cwd: root,
    encoding: 'utf8',
    env: { NODE_ENV: 'test', PATH: process.env.PATH, ...environment },
  })
  const Told = z.tuple([z.array(z.string()), z.string().nullable(), z.string()])
  const [flags, arenas, compiled] = Told.parse(JSON.parse(output))
  return { flags, arenas, compiled }
}

test.each(['server/main.ts', 'server/worker-main.ts'])(
  'the start script gives the flags to %s',
  (program) => {
    const { flags, arenas } = startedWith(program, {})
    expect(v8Flags({}).length).toBeGreaterThan(0)
    expect(flags).toEqual(expect.arrayContaining(v8Flags({})))
    expect(arenas).toBe('2')
    expect(startedWith(program, { MALLOC_ARENA_MAX: '7' }).arenas).toBe('7')
  },
)

test('TUNING=off starts with no flag of V8, and commands never have one', () => {
  const own = (flags: string[]) => flags.filter((flag) => !flag.startsWith('--disable-warning'))
  const off = startedWith('server/main.ts', { TUNING: 'off' })
  expect(own(off.flags)).toEqual([])
  expect(off.arenas).toBeNull()
  expect(mallocSettings({ TUNING: ' off ' })).toEqual({})
  expect(own(startedWith('bin/latchkey.ts', {}).flags)).toEqual([])
})

test('what Node compiles is kept for the next start, where the operator says or below .bootstrap', () => {
  expect(startedWith('server/main.ts', {}).compiled).toBe(join(root, '.bootstrap', 'compiled'))
  // A folder that cannot be is no fault.
  const nowhere = '/dev/null/compiled'
  expect(startedWith('server/main.ts', { NODE_COMPILE_CACHE: nowhere }).compiled).toBe(nowhere)
})

test('no flag of V8 is set while a process runs', async () => {
  const folders = ['app', 'bench', 'bin', 'db', 'e2e', 'emulator', 'lib', 'scripts', 'sdk', 'server']
  const files = folders.flatMap((folder) => filesBelow(join(root, folder)))
  expect(files.length).toBeGreaterThan(1_000)
  const setting = files.filter(
    (file) => /\.(ts|tsx|mjs|js)$/.test(file) && /setFlagsFromString/.test(readFileSync(file, 'utf8')),
  )
  expect(setting).toEqual([])
})
