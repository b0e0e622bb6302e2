import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { describe, expect, test } from 'vitest'
import { filesBelow } from '#tests/helpers/files-below.ts'
import { findLost, type Tree } from './documents.ts'

const root = join(import.meta.dirname, '..', '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')

/** The checkout without what git ignores. */
function projectTree(): Tree {
  const ignored = new Set(['.git', ...read('.gitignore').split(/\/?\n/)])
  const files = readdirSync(root, { withFileTypes: true })
    .filter(({ name }) => !ignored.has(name))
    .flatMap((entry) => (entry.isDirectory() ? filesBelow(join(root, entry.name)) : [join(root, entry.name)]))
    .map((file) => relative(root, file).replaceAll(sep, '/'))
  const documents = files.filter((file) => file.endsWith('.md'))
  const commands = files.filter((file) => /^bin\/commands\/.*\.ts$/.test(file))
  return {
    files: new Set(files),
    scripts: new Set(Object.keys(JSON.parse(read('package.json')).scripts)),
    commands: commands.map((file) => /\bname: '([a-z -]+)',$/m.exec(read(file))?.[1] ?? file),
    documents: new Map(documents.map((file) => [file, read(file)])),
  }
}

test('every path, command, link and anchor that a document names is there', () => {
  const tree = projectTree()
  expect(tree.documents.size).toBeGreaterThan(30)
  expect(tree.commands).toContain('operator create')
  expect([...tree.documents].flatMap(([file, text]) => findLost(file, text, tree))).toEqual([])
})

describe('in a planted document', () => {
  const tree: Tree = {
    files: new Set(['README.md', 'docs/guide.md', 'lib/core/env.ts', 'app/(site)/buy/[id]/page.tsx']),
    scripts: new Set(['start', 'bench']),
    commands: ['operator create', 'doctor'],
    documents: new Map([['docs/guide.md', '# Guide\n\n## Where is …\n\n## `npm start`, and after\n']]),
  }
  const lost = (text: string) => findLost('README.md', text, tree)

  test.each([
    ['a file', '`lib/core/gone.ts`', 'lib/core/gone.ts'],
    ['a folder', '`lib/gone/`', 'lib/gone/'],
    ['a file among others', 'See `lib/core/env.ts, docs/gone.md`.', 'docs/gone.md'],
    ['an import', '`#lib/core/gone.ts`', 'lib/core/gone.ts'],
    ['one of several', '`lib/core/{env,gone}.ts`', 'lib/core/gone.ts'],
    ['a pattern that nothing fits', '`lib/*/gone.ts`', 'lib/*/gone.ts'],
    ['a placeholder that nothing fits', '`lib/<room>/gone.ts`', 'lib/<room>/gone.ts'],
  ])('%s that does not exist is found', (_what, text, path) => {
    expect(lost(text)).toEqual([`README.md names ${path}, which does not exist.`])
  })

  test.each([
    ['a script', '`npm run gone`', 'npm run gone'],
    ['a script with a flag', '`npm run -s gone -- x`', 'npm run -s gone'],
    ['a script in a block', '```sh\nnpm run gone # runs\n```\n', 'npm run gone'],
    ['a short script', '`npm gone`', 'npm gone'],
    ['a command', '`npm run -s bench` and `latchkey operator delete --id x`', 'latchkey operator delete'],
    ['a command in a block', '```sh\nlatchkey gone\n```\n', 'latchkey gone'],
  ])('%s that does not exist is found', (_what, text, command) => {
    expect(lost(text)).toEqual([`README.md names the command "${command}", which does not exist.`])
  })

  test.each([
    ['a document', '[a](docs/gone.md)', 'docs/gone.md'],
    ['a picture', '![a](docs/gone.png)', 'docs/gone.png'],
    ['a heading', '[a](docs/guide.md#gone)', 'docs/guide.md#gone'],
    ['a heading of its own', '[a](#gone)', '#gone'],
  ])('a link to %s that does not exist is found', (_what, text, target) => {
    expect(lost(text)).toEqual([`README.md links to ${target}, which does not exist.`])
  })

  test('what exists, and what lies on a reader’s machine, is not', () => {
    const text = [
      '`lib/core/env.ts`, `lib/`, `lib/**/env.ts`, `docs/…`, `app/(site)/buy/[id]/page.tsx`, `#lib/core/{env}.ts`, `lib/<room>/<verb>.ts`',
      '`/etc/machine-id`, `v3/licenses`, `DATA_DIR/lock`, `https://example.com/lib/gone.ts`, `and/or`',
      '`npm start`, `npm run bench -- --quick`, `npm ci`, `latchkey doctor --since X`, `npm run`',
      '[a](docs/guide.md#where-is-) [b](docs/guide.md#npm-start-and-after) [c](https://example.com) `[d](gone.md)`',
    ].join('\n')
    expect(lost(text)).toEqual([])
  })
})
