import { lstat, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { isLock, tryLock } from './lock.ts'

let dataDir: string
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'latchkey-lock-'))
})
afterEach(() => rm(dataDir, { recursive: true }))

test('of many attempts at once exactly one gets the lock, and the others are told who has it', async () => {
  const results = await Promise.all(Array.from({ length: 20 }, () => tryLock(dataDir, 'command')))
  const [lock, ...more] = results.filter(isLock)
  expect(more).toEqual([])
  for (const other of results.filter((result) => !isLock(result)))
    expect(other).toMatchObject({ pid: process.pid, role: 'command' })
  await lock?.release()
  await expect(lstat(join(dataDir, 'lock'))).rejects.toThrow(/ENOENT/)
  const next = await tryLock(dataDir, 'server')
  expect(isLock(next) && (await next.release())).toBeUndefined()
})

test('what a dead process left in the file, even half a line, stops nobody', async () => {
  await writeFile(join(dataDir, 'lock'), '{"pid":')
  const lock = await tryLock(dataDir, 'server')
  expect(isLock(lock) && (await lock.release())).toBeUndefined()
})
