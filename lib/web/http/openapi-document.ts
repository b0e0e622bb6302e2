import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { JsonSchema } from '#lib/core/input/json-schema.ts'

/** The parts of an OpenAPI 3.1 document that this API is described by. */
export interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required?: boolean
  description?: string
  style?: 'deepObject'
  explode?: boolean
  schema: JsonSchema
}

export interface ResponseObject {
  description: string
  headers?: Record<string, { description: string; schema: JsonSchema }>
  content?: Record<string, { schema: JsonSchema; example?: unknown }>
}

export interface Operation {
  operationId: string
  tags: string[]
  summary: string
  description?: string
  deprecated?: boolean
  security: Record<string, string[]>[]
  /** The permission it needs, `public` if none. */
  'x-permission': string
  parameters: Parameter[]
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema; example?: unknown }> }
  responses: Record<string, ResponseObject>
}

export interface OpenApiDocument {
  openapi: '3.1.0'
  info: { title: string; version: string; description: string }
  servers: { url: string }[]
  tags: { name: string }[]
  paths: Record<string, Record<string, Operation>>
  components: {
    securitySchemes: Record<string, Record<string, string>>
    schemas: Record<string, JsonSchema>
  }
}

let document: Promise<OpenApiDocument> | undefined

/** The description of the Web API as it was written by `scripts/openapi.ts`. Read once: a running version never changes. */
export function readOpenApiDocument(): Promise<OpenApiDocument> {
  document ??= readFile(join(process.cwd(), 'public', 'openapi.json'), 'utf8').then((text) =>
    JSON.parse(text),
  )
  return document
}
