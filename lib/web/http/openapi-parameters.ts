import type { z } from 'zod'
import { type JsonSchema, toJsonSchema } from '#lib/core/input/json-schema.ts'
import { queryNamesOf, shorthandsOf } from '#lib/core/input/list-query.ts'
import { plainQueryOf } from '#lib/core/input/plain-query.ts'
import { type ListFields, OPERATORS } from '#lib/core/list/filter.ts'
import type { Parameter } from './openapi-document.ts'

/** The parameters in braces of a path. */
export function pathParameters(path: string): Parameter[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: name === 'id' ? { type: 'string', format: 'uuid' } : { type: 'string' },
  }))
}

/** The query of what is no list, one parameter per field. */
export function plainParameters(query: z.ZodType, schemas: Record<string, JsonSchema>): Parameter[] {
  const object = plainQueryOf(query)
  const { properties = {}, required = [] } = object ? toJsonSchema(object, 'input', schemas) : {}
  return Object.entries(properties).map(
    ([name, { description, ...schema }]): Parameter => ({
      name,
      in: 'query',
      ...(required.includes(name) && { required: true }),
      ...(typeof description === 'string' && { description }),
      schema,
    }),
  )
}

const VALUE_SCHEMAS = {
  text: { type: 'string' },
  choice: { type: 'string' },
  id: { type: 'string', format: 'uuid' },
  number: { type: 'number' },
  date: { type: 'string', format: 'date-time' },
  boolean: { type: 'boolean' },
} satisfies Record<keyof typeof OPERATORS, JsonSchema>

/** The query of a list or an export: pages, sorting, search and filters. */
export function listParameters(fields: ListFields, query: z.ZodType): Parameter[] {
  const shorthands = shorthandsOf(query)
  const { searched = true, includes = [], exported = false } = queryNamesOf(query) ?? {}
  const filters = filterParameters(fields)
  const search: Parameter = {
    name: 'query',
    in: 'query',
    description: 'Free search.',
    schema: { type: 'string' },
  }
  if (shorthands) {
    const short = Object.entries(shorthands).map(
      ([name, means]): Parameter => ({
        name,
        in: 'query',
        description: `Short for ${means}.`,
        schema: { type: 'string' },
      }),
    )
    return [...short, ...(searched ? [search] : []), ...(exported ? [BYTE_ORDER_MARK] : []), ...filters]
  }
  const sortable = Object.keys(fields).filter((name) => fields[name]?.column)
  return [
    { name: 'page', in: 'query', schema: { type: 'integer', minimum: 1, default: 1 } },
    {
      name: 'after',
      in: 'query',
      description:
        'A cursor, as the next page is linked by; for the same sorting and filters, and instead of page.',
      schema: { type: 'string' },
    },
    { name: 'limit', in: 'query', schema: { type: 'integer', minimum: 1, maximum: 100, default: 20 } },
    {
      name: 'sort',
      in: 'query',
      description: `Fields between commas, each with "-" in front for descending: ${sortable.join(', ')}.`,
      schema: { type: 'string', default: 'createdAt' },
    },
    ...(searched ? [search] : []),
    ...(includes.length > 0 ? [includeParameter(includes)] : []),
    ...filters,
  ]
}

const BYTE_ORDER_MARK: Parameter = {
  name: 'bom',
  in: 'query',
  description: 'Begin the file with a byte order mark, as Excel wants it for UTF-8.',
  schema: { type: 'boolean', default: false },
}

function includeParameter(names: readonly string[]): Parameter {
  const description = `What to embed, between commas: ${names.join(', ')}.`
  return { name: 'include', in: 'query', description, schema: { type: 'string' } }
}

function filterParameters(fields: ListFields): Parameter[] {
  return Object.entries(fields).map(([name, { kind }]): Parameter => {
    const operators: readonly string[] = OPERATORS[kind]
    return {
      name,
      in: 'query',
      style: 'deepObject',
      explode: true,
      description: operators.map((operator) => `${name}[${operator}]`).join(', '),
      schema: {
        type: 'object',
        properties: Object.fromEntries(
          operators.map((operator) => [
            operator,
            operator === 'in' || operator === 'nin' ? { type: 'string' } : VALUE_SCHEMAS[kind],
          ]),
        ),
      },
    }
  })
}

/** The headers that a contract names: `x-license-key` → `X-License-Key`. */
export function headerParameters(headers: Readonly<Record<string, string>>): Parameter[] {
  return Object.entries(headers).map(([name, description]) => ({
    name: name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()),
    in: 'header',
    description,
    schema: { type: 'string' },
  }))
}

export const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Any text of 1 to 255 printable characters that names this one write.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

export const PREFER: Parameter = {
  name: 'Prefer',
  in: 'header',
  description:
    '`handling=strict` refuses what would otherwise be passed over and named in `Latchkey-Ignored`.',
  schema: { type: 'string', examples: ['handling=strict'] },
}
