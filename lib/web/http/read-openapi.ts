import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { OpenApiDocument } from './openapi.ts'

let document: Promise<OpenApiDocument> | undefined

/** The description of the Web API as it was written by `scripts/openapi.ts`. Read once: a running version never changes. */
export function readOpenApiDocument(): Promise<OpenApiDocument> {
  document ??= readFile(join(process.cwd(), 'public', 'openapi.json'), 'utf8').then((text) =>
    JSON.parse(text),
  )
  return document
}
