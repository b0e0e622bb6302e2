import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { checkRooms, sharedState } from '../../scripts/rooms/check.ts'
import { findCycles } from '../../scripts/rooms/cycles.ts'
import { MODULE_STATE, ROOMS } from '../../scripts/rooms/list.ts'

const root = join(import.meta.dirname, '..', '..')

test('the project keeps to its list of rooms', async () => {
  const { files, findings } = await checkRooms(root)
  expect(files.size).toBeGreaterThan(1_000)
  expect(findings).toEqual([])
})

test('the table of state that each copy of a module keeps for itself names what there is, and nothing else', async () => {
  const { files } = await checkRooms(root)
  expect(sharedState(files).sort()).toEqual([...MODULE_STATE.keys()].sort())
})

test('docs/architecture.md shows the rooms of the list, in its order', async () => {
  const text = await readFile(join(root, 'docs', 'architecture.md'), 'utf8')
  const shown = [...text.matchAll(/^\| `lib\/([a-z]+)\/` \|/gm)].map(([, name]) => name)
  expect(shown).toEqual(ROOMS.map(([name]) => name))
})

describe('a planted violation is found', () => {
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rooms-'))
  })
  afterEach(() => rm(folder, { recursive: true, force: true }))

  async function findings(files: Record<string, string>): Promise<string[]> {
    for (const [file, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, file)), { recursive: true })
      await writeFile(join(folder, file), text)
    }
    return (await checkRooms(folder)).findings
  }
  const BELOW = { 'lib/people/users/ban.ts': 'export const ban = 1\nexport type Ban = typeof ban\n' }
  const UPWARD = [
    'lib/core/a.ts imports lib/people/users/ban.ts, but people stands below core in the list of rooms.',
  ]

  test.each([
    ['an import', "import { ban } from '#lib/people/users/ban.ts'\nban\n"],
    ['a relative import', "import { ban } from '../people/users/ban.ts'\nban\n"],
    ['an import for its effect', "import '#lib/people/users/ban.ts'\n"],
    ['an import of a type', "import type { Ban } from '#lib/people/users/ban.ts'\nexport type A = Ban\n"],
    ['a dynamic import', "export const a = () => import('#lib/people/users/ban.ts')\n"],
    ['a type by its place', "export type A = import('#lib/people/users/ban.ts').Ban\n"],
    ['a re-export', "export { ban } from '#lib/people/users/ban.ts'\n"],
    ['a re-export of everything', "export * from '#lib/people/users/ban.ts'\n"],
  ])('%s against the list', async (_what, text) => {
    expect(await findings({ ...BELOW, 'lib/core/a.ts': text })).toEqual(UPWARD)
  })

  test('an import that is computed, which nobody can follow', async () => {
    const text = "export const a = (name: string) => import('#lib/people/users/' + name)\n"
    expect(await findings({ ...BELOW, 'lib/core/a.ts': text })).toEqual([
      'lib/core/a.ts imports what it computes: name the file, so that the import can be followed.',
    ])
  })

  test.each(['lib/a.ts', 'lib/helpers/a.ts', 'lib/helpers/more/a.ts'])(
    'a file that belongs to no room: %s',
    async (file) => {
      const [finding, ...others] = await findings({ [file]: 'export const a = 1\n' })
      expect(finding).toContain(`${file} belongs to no room`)
      expect(others).toEqual([])
    },
  )

  test.each([
    ['an import', "import { b } from './b.ts'\nexport const a = () => b\n"],
    ['a type', "import type { B } from './b.ts'\nexport type A = B\n"],
    ['a dynamic import', "export const a = () => import('./b.ts')\n"],
  ])('files that import each other, by %s', async (_what, text) => {
    const back = "import * as a from './a.ts'\nexport const b = a\nexport type B = 1\n"
    expect(await findings({ 'lib/core/a.ts': text, 'lib/core/b.ts': back })).toEqual([
      'These files import each other: lib/core/a.ts, lib/core/b.ts.',
    ])
  })

  test.each([
    ['lib', 'lib/core/a.ts', 'server/a.ts'],
    ['the database', 'db/a.ts', 'lib/core/clock.ts'],
    ['the emulator', 'emulator/a.ts', 'lib/core/clock.ts'],
    ['the SDK', 'sdk/a.ts', 'lib/core/clock.ts'],
    ['an example', 'examples/a.ts', 'lib/core/clock.ts'],
    ['a page', 'app/page.tsx', 'server/a.ts'],
  ])('%s importing more than it may', async (_what, file, target) => {
    const found = await findings({ [target]: 'export const b = 1\n', [file]: `import '#${target}'\n` })
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(`${file} imports ${target}, but`)
  })

  test('a door that records events without a listener', async () => {
    const files = {
      'lib/audit/write-events.ts': 'export const write = 1\n',
      'lib/people/users/ban.ts': "import '#lib/audit/write-events.ts'\n",
      'lib/announce/listen.ts': "import '#lib/audit/write-events.ts'\n",
      'app/deaf/page.tsx': "import '#lib/people/users/ban.ts'\n",
      'app/hearing/page.tsx': "import '#lib/people/users/ban.ts'\nimport '#lib/announce/listen.ts'\n",
    }
    expect(await findings(files)).toEqual([
      'app/deaf/page.tsx records events that nobody is told of: let it import lib/announce/listen.ts.',
    ])
  })

  test.each([
    ['a variable', 'let a = 1\nexport const next = () => (a += 1)\n'],
    ['an exported variable', 'export let a: string | undefined\n'],
    ['a map', 'const a = new Map<string, string>()\nexport const set = () => a.set("", "")\n'],
    ['a set', 'export const a = new Set([])\n'],
    ['a weak map', 'export const a = new WeakMap<object, object>()\n'],
    ['a list', 'export const a: string[] = []\n'],
    ['an object', 'export const a = {} as Record<string, string>\n'],
  ])('state that Next and the server would each have a copy of: %s', async (_what, text) => {
    for (const file of ['lib/core/b.ts', 'db/b.ts']) {
      expect(await findings({ [file]: text })).toContain(
        `${file} a changes while the process runs: keep it in a process slot, or say why not.`,
      )
    }
  })

  test('a clean tree gives no finding', async () => {
    const constants =
      "export const NAMES = new Set(['a'])\nexport const NONE: ReadonlySet<string> = new Set()\nexport const LIST: readonly string[] = []\n"
    const text = `import { clock } from '#lib/core/clock.ts'\nexport const ban = clock\n${constants}`
    expect(
      await findings({ 'lib/core/clock.ts': 'export const clock = 1\n', 'lib/people/ban.ts': text }),
    ).toEqual([])
  })
})

test('cycles are found exactly where files can be reached from themselves', () => {
  const arrow = fc.tuple(fc.nat(6), fc.nat(6))
  fc.assert(
    fc.property(fc.array(arrow, { maxLength: 14 }), (arrows) => {
      const graph = new Map(Array.from({ length: 7 }, (_, at) => [`${at}`, [] as string[]]))
      for (const [from, to] of arrows) graph.get(`${from}`)?.push(`${to}`)
      const reaches = (from: string) => {
        const reached = new Set(graph.get(from))
        for (const node of reached) for (const next of graph.get(node) ?? []) reached.add(next)
        return reached.has(from)
      }
      expect(findCycles(graph).flat().sort()).toEqual([...graph.keys()].filter(reaches))
    }),
  )
})
