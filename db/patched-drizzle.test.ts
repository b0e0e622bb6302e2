import { readFileSync } from 'node:fs'
import { createRequire, findPackageJSON } from 'node:module'
import { pathToFileURL } from 'node:url'
import { expect, it } from 'vitest'

const require = createRequire(import.meta.url)

/** What Node reads to learn what kind of file it is. */
function kindOf(module: string): Record<string, unknown> {
  const file = findPackageJSON(pathToFileURL(require.resolve(module)))
  if (file === undefined) throw new Error(`${module} belongs to no package`)
  return JSON.parse(readFileSync(file, 'utf8'))
}

it.each(['drizzle-orm/pg-core', 'drizzle-orm/postgres-js', 'drizzle-orm/sql'])(
  'Node learns from a line what the files of %s are, and the same as from the long package.json',
  (module) => {
    const { type, sideEffects, ...others } = kindOf(module)
    expect(others).toEqual({})
    expect(kindOf('drizzle-orm')).toMatchObject({ name: 'drizzle-orm', type, sideEffects })
  },
)
