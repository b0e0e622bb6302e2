import { cpSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { root, scratch } from '../bootstrap/paths.mjs'
import { runShown } from '../bootstrap/run.mjs'

/**
 * Lets drizzle-kit write the next migration into a copy of the folder: there must be nothing to write. Resolves with an
 * exit code.
 */
export async function checkMigrations() {
  const copy = join(scratch, 'migrations')
  rmSync(copy, { recursive: true, force: true })
  cpSync(join(root, 'db', 'migrations'), copy, { recursive: true })
  const before = readdirSync(copy)
  const code = await runShown('drizzle-kit', [
    'generate',
    '--dialect=postgresql',
    '--schema=./db/schema/*.ts',
    '--out=./.bootstrap/migrations',
    '--name=drift',
  ])
  const added = readdirSync(copy).filter((name) => !before.includes(name))
  if (added.length > 0)
    console.error('The schema has changed: run `npx drizzle-kit generate` and commit what it writes.')
  return code === 0 && added.length === 0 ? 0 : 1
}
