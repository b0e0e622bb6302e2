import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'

/** What each thread of a process is called and how nice it is, after the thread pool was used and the event loop favored. */
const PROGRAM = `
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { favorEventLoop } from './server/tuning/favor-event-loop.ts'
await readFile('package.json')
favorEventLoop()
const threads = readdirSync('/proc/self/task').map((thread) => ({
  name: readFileSync('/proc/self/task/' + thread + '/comm', 'utf8').trim(),
  nice: Number(readFileSync('/proc/self/task/' + thread + '/stat', 'utf8').split(') ')[1].split(' ')[16]),
}))
console.log(JSON.stringify(threads))`

const Threads = z.array(z.object({ name: z.string(), nice: z.int() }))

test.skipIf(process.platform !== 'linux')(
  'threads that sign and hash give way to the event loop, which keeps its priority, and those that mark garbage to both',
  () => {
    const args = ['--disable-warning=ExperimentalWarning', '--input-type=module', '--eval', PROGRAM]
    const output = execFileSync(process.execPath, args, {
      cwd: join(import.meta.dirname, '..', '..'),
      encoding: 'utf8',
    })
    const threads = Threads.parse(JSON.parse(output))
    const nice = (name: string) =>
      threads.filter((thread) => thread.name === name).map((thread) => thread.nice)
    expect(nice('libuv-worker')).toEqual([10, 10, 10, 10])
    expect(new Set(nice('V8Worker'))).toEqual(new Set([15]))
    expect(nice('MainThread')).toEqual([0])
  },
)
