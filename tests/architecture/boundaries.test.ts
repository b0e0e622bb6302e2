import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const root = join(import.meta.dirname, '..', '..')
let folder: string

/** The project's own rules over a tree of planted files, outside version control. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boundaries-'))
  const rules = JSON.parse(await readFile(join(root, 'biome.json'), 'utf8'))
  await writeFile(join(folder, 'biome.json'), JSON.stringify({ ...rules, vcs: { enabled: false } }))
  await writeFile(join(folder, 'package.json'), await readFile(join(root, 'package.json'), 'utf8'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function findings(files: Record<string, string>): Promise<string[]> {
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true })
    await writeFile(join(folder, file), text)
  }
  const biome = join(root, 'node_modules', '.bin', 'biome')
  const run = promisify(execFile)(biome, ['lint', '--reporter=json', ...Object.keys(files)], { cwd: folder })
  const output = await run.then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  )
  const report: { diagnostics: { category: string }[] } = JSON.parse(output)
  return report.diagnostics.map((diagnostic) => diagnostic.category)
}

const RESTRICTED = 'lint/style/noRestrictedImports'

describe('a planted violation of each boundary is found', () => {
  test.each([
    [
      'a domain importing Next',
      'lib/people/users/a.ts',
      "import { headers } from 'next/headers'\nheaders()\n",
    ],
    ['a domain importing a door', 'lib/people/users/b.ts', "import { page } from '#app/page.ts'\npage()\n"],
    [
      'a domain importing the server',
      'lib/people/users/c.ts',
      "import { front } from '#server/front.ts'\nfront()\n",
    ],
    ['a domain importing next-auth', 'lib/people/users/d.ts', "import auth from 'next-auth'\nauth()\n"],
    [
      'a domain importing iron-session',
      'lib/people/users/e.ts',
      "import { sealData } from 'iron-session'\nsealData()\n",
    ],
    ['a leaf tool importing the database', 'lib/core/leaf.ts', "import { db } from '#db/client.ts'\ndb()\n"],
    [
      'a leaf tool importing a domain',
      'lib/core/crypto/leaf.ts',
      "import { ban } from '#lib/users/ban.ts'\nban()\n",
    ],
    ['the database importing Next', 'db/a.ts', "import { headers } from 'next/headers'\nheaders()\n"],
    ['the server importing a component', 'server/a.ts', "import { Page } from '../app/page.tsx'\nPage()\n"],
    [
      'a Web API route importing Next',
      'app/v3/a/route.ts',
      "import { headers } from 'next/headers'\nheaders()\n",
    ],
    ['a Web API route importing React', 'app/v3/b/route.ts', "import { use } from 'react'\nuse()\n"],
    ['the SDK importing the product', 'sdk/a.ts', "import { newId } from '#lib/core/ids.ts'\nnewId()\n"],
    ['the emulator importing the product', 'emulator/a.ts', "import { db } from '#db/client.ts'\ndb()\n"],
  ])('%s', async (_title, file, text) => {
    expect(await findings({ [file]: text })).toContain(RESTRICTED)
  })

  test('the environment read outside lib/core/env', async () => {
    const found = await findings({ 'lib/people/users/env.ts': 'export const port = process.env.PORT\n' })
    expect(found).toContain('lint/style/noProcessEnv')
  })

  test('an import cycle', async () => {
    const found = await findings({
      'lib/people/users/one.ts': "import { two } from './two.ts'\nexport const one = () => two()\n",
      'lib/people/users/two.ts': "import { one } from './one.ts'\nexport const two = () => one()\n",
    })
    expect(found).toContain('lint/suspicious/noImportCycles')
  })

  test('a clean file gives no finding', async () => {
    expect(await findings({ 'lib/people/users/clean.ts': 'export const answer = 42\n' })).toEqual([])
  })
})
