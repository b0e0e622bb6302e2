import { glob, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const root = join(import.meta.dirname, '../..')
const EXPORTED = /^export (?:async )?(?:function\*?|const|interface|type|class) ([\w$]+)/gm

test('a name that lib/ exports means one thing: no two files declare it', async () => {
  const files = new Map<string, string>()
  for await (const path of glob('lib/**/*.{ts,tsx}', { cwd: root })) {
    if (!/\.test\.tsx?$/.test(path)) files.set(path, await readFile(join(root, path), 'utf8'))
  }
  expect(declaredTwice(files)).toEqual([])
})

test('a name that two files declare is found; a schema and its type in one file are one', () => {
  const files = new Map([
    ['lib/one.ts', 'export const Offer = z.object({})\nexport type Offer = z.output<typeof Offer>\n'],
    ['lib/two.ts', 'export interface Offer {}\n'],
    ['lib/three.ts', 'export async function buy() {}\n'],
  ])
  expect(declaredTwice(files)).toEqual(['Offer: lib/one.ts, lib/two.ts'])
})

function declaredTwice(files: ReadonlyMap<string, string>): string[] {
  const places = new Map<string, Set<string>>()
  for (const [path, text] of files) {
    for (const [, name = ''] of text.matchAll(EXPORTED)) {
      places.set(name, (places.get(name) ?? new Set()).add(path))
    }
  }
  return [...places]
    .filter(([, paths]) => paths.size > 1)
    .map(([name, paths]) => `${name}: ${[...paths].join(', ')}`)
}
