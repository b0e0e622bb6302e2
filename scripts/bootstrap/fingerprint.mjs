import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { root } from './paths.mjs'

/** What the build is made of. Missing ones are fine. */
const SOURCES = [
  'app',
  'lib',
  'db',
  'server',
  'emulator',
  'sdk',
  'contract',
  'scripts',
  'public',
  'middleware.ts',
  'next.config.js',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'postcss.config.mjs',
]

/** Written by the build itself. */
const MADE = new Set(['public/openapi.json'])

/** A hash over names and contents of everything the build reads. */
export function fingerprint() {
  const hash = createHash('sha256')
  for (const source of SOURCES) add(hash, source)
  return hash.digest('hex')
}

function add(hash, path) {
  const entry = statSync(join(root, path), { throwIfNoEntry: false })
  if (entry === undefined || MADE.has(path) || /\.test\.tsx?$/.test(path)) return
  if (entry.isDirectory()) {
    for (const name of readdirSync(join(root, path)).sort()) add(hash, `${path}/${name}`)
    return
  }
  const content = readFileSync(join(root, path))
  hash.update(`${path}\0${content.length}\0`).update(content)
}
