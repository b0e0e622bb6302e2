import { readFileSync } from 'node:fs'

/** The subset of JSON Schema that the contract file uses. */
export interface Schema {
  $ref?: string
  type?: string | string[]
  enum?: (string | null)[]
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: Schema
  items?: Schema
  anyOf?: Schema[]
  format?: string
  'x-list'?: boolean
  'x-emptyable'?: boolean
  'x-resourceId'?: string
}

interface OperationSchema {
  operationId: string
  responses: { 200: { content: { 'application/json': { schema: Schema } } } }
  requestBody?: { content: { 'application/x-www-form-urlencoded': { schema: Schema } } }
  'x-queryParams'?: Schema
}

export interface Contract {
  info: { version: string }
  paths: Record<string, Record<string, OperationSchema>>
  components: { schemas: Record<string, Schema> }
  'x-events': Record<string, { object: Schema; previous_attributes?: boolean }>
}

let loaded: Contract | undefined

/** Stripe's objects, parameters and events at the version of the SDK that Latchkey pins. */
export function contract(): Contract {
  loaded ??= JSON.parse(readFileSync(new URL('./stripe-openapi.json', import.meta.url), 'utf8')) as Contract
  return loaded
}

/** Follows `$ref`. */
export function resolve(schema: Schema): Schema {
  if (schema.$ref === undefined) return schema
  const name = schema.$ref.slice('#/components/schemas/'.length)
  const target = contract().components.schemas[name]
  if (!target) throw new Error(`The contract has no schema ${name}`)
  return target
}
