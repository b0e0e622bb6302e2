import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openApiDocument } from '#lib/web/http/openapi.ts'
import { describeRoutes } from '#server/describe-routes.ts'

// Writes public/openapi.json from the contracts of the routes; with --check it only says whether the file is current.

const root = join(import.meta.dirname, '..')
const target = join(root, 'public', 'openapi.json')

const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
const routes = await describeRoutes(join(root, 'app'))
const text = `${JSON.stringify(openApiDocument(routes, version), null, 1)}\n`

if (process.argv.includes('--check')) {
  const committed = await readFile(target, 'utf8').catch(() => '')
  if (committed !== text) {
    console.error('public/openapi.json does not say what the routes do: run "npm run openapi" and commit it.')
    process.exitCode = 1
  }
} else {
  await writeFile(target, text)
  console.log(`Wrote ${target}`)
}
