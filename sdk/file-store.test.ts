import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { startPortal } from '#tests/helpers/portal.ts'
import { fileStore } from './file-store.ts'

let root: string
let dir: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'latchkey-store-'))
  dir = join(root, 'deep', 'folder')
})

afterEach(() => rm(root, { recursive: true }))

it('keeps an entry as plain text in a file of its own', async () => {
  const store = fileStore(dir)
  expect(await store.read('license.jwt')).toBeNull()
  await store.write('license.jwt', 'one')
  await store.write('license.jwt', 'two')
  expect(await readFile(join(dir, 'license.jwt'), 'utf8')).toBe('two')
  expect(await fileStore(dir).read('license.jwt')).toBe('two')
  expect(await readdir(dir)).toEqual(['license.jwt'])
})

it.skipIf(process.platform === 'win32')('lets nobody but the owner read', async () => {
  await fileStore(dir).write('license.jwt', 'secret')
  expect((await stat(join(dir, 'license.jwt'))).mode & 0o777).toBe(0o600)
  expect((await stat(dir)).mode & 0o777).toBe(0o700)
})

it('never shows half an entry, however many write at once', async () => {
  const store = fileStore(dir)
  const texts = Array.from({ length: 20 }, (_, index) => String(index).repeat(20_000))
  const reads: Promise<string | null>[] = []
  await Promise.all(
    texts.map(async (text) => {
      await store.write('license.jwt', text)
      reads.push(store.read('license.jwt'))
    }),
  )
  for (const text of await Promise.all(reads)) expect(texts).toContain(text)
  expect(await readdir(dir)).toEqual(['license.jwt'])
})

it('removes an entry, also one that is not there', async () => {
  const store = fileStore(dir)
  await store.remove('license.jwt')
  await store.write('license.jwt', 'one')
  await store.remove('license.jwt')
  expect(await store.read('license.jwt')).toBeNull()
})

it('names the folder when it cannot be used', async () => {
  await writeFile(join(root, 'file'), '')
  const store = fileStore(join(root, 'file'))
  const error = { name: 'LatchkeyError', code: 'STORE', message: expect.stringContaining(join(root, 'file')) }
  await expect(store.write('license.jwt', 'one')).rejects.toMatchObject(error)
  await expect(store.read('license.jwt')).rejects.toMatchObject(error)
})

it('that can no longer be written does not lock out somebody who has paid', async () => {
  const portal = await startPortal()
  try {
    const store = fileStore(dir)
    await portal.computer({ store }).activate((await portal.license()).key)
    await store.remove('latest-time')
    // A folder in the place of the file makes writing fail for root too.
    await mkdir(join(dir, 'latest-time', 'x'), { recursive: true })
    const blind = {
      ...store,
      read: async (entry: Parameters<typeof store.read>[0]) =>
        entry === 'latest-time' ? null : store.read(entry),
    }
    expect((await portal.computer({ store: blind }).state()).status).toBe('ACTIVE')
  } finally {
    await portal.close()
  }
})
