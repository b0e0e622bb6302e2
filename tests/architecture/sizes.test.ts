import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')

/** Lines of the longest file of the product. */
const LONGEST = 350
/** A file of fewer lines than this is a sliver: its helpers belong beside those that they are used with. */
const SLIVER = 15
/** So many slivers are one too many. Short routes, pages and verbs are among them. */
const SLIVERS = 60

test('no file is longer than 350 lines', async () => {
  const long = (await sizes()).filter(({ lines }) => lines > LONGEST)
  expect(long.map(nameOf)).toEqual([])
})

test('of twenty files nineteen have at most 200 lines', async () => {
  const lines = (await sizes()).map((file) => file.lines).sort((a, b) => a - b)
  expect(lines[Math.floor(lines.length * 0.95)]).toBeLessThanOrEqual(200)
})

test('fewer than sixty files have under fifteen lines', async () => {
  const slivers = (await sizes()).filter(({ lines }) => lines < SLIVER)
  expect(slivers.length, slivers.map(nameOf).join('\n')).toBeLessThan(SLIVERS)
})

/** The files of the product itself, without tests. */
async function sizes(): Promise<{ path: string; lines: number }[]> {
  const found: { path: string; lines: number }[] = []
  for await (const path of glob('{lib,app,db}/**/*.{ts,tsx}', { cwd: root })) {
    if (/\.test\.tsx?$/.test(path)) continue
    const text = await readFile(join(root, path), 'utf8')
    found.push({ path, lines: text.split('\n').length - 1 })
  }
  return found
}

function nameOf({ path, lines }: { path: string; lines: number }): string {
  return `${path}: ${lines} lines`
}
