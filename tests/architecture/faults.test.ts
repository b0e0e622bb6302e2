import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
const document = readFileSync(join(root, 'docs', 'faults.md'), 'utf8')

/** The ids of the document's headings. */
const ids = [...document.matchAll(/^### (F-\d\d(?:, F-\d\d)*)/gm)].flatMap(([, list = '']) =>
  list.split(', '),
)

const tests = globSync(
  ['tests/**/*.test.ts', 'e2e/**/*.spec.ts', '{lib,db,sdk,emulator,examples}/**/*.test.ts'],
  {
    cwd: root,
  },
)

/** What tests and groups of tests are called. */
const titles = tests.flatMap((file) =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(/\b(?:test|describe)(?:\.\w+)*\(\s*(['"`])(.*?)\1/gs),
  ].map(([, , title = '']) => title),
)

describe('faults that use has found', () => {
  test('there are some, each once', () => {
    expect(ids.length).toBeGreaterThan(35)
    expect(ids).toEqual([...new Set(ids)])
  })

  test.each(ids)('%s stands in the title of a test', (id) => {
    expect(titles.filter((title) => title.includes(id))).not.toEqual([])
  })

  test('the tests and files that the document names are there', () => {
    const named = [
      ...document.matchAll(/`((?:tests|e2e|lib|server|app|db|sdk|emulator)\/[\w./()[\]-]+\.tsx?)`/g),
    ]
    expect(named.length).toBeGreaterThan(60)
    expect(named.map(([, path = '']) => path).filter((path) => !existsSync(join(root, path)))).toEqual([])
  })
})
