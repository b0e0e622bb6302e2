import type { z } from 'zod'
import type { ErrorCode } from '#lib/core/errors.ts'
import { type CsvForm, csvLine } from '#lib/core/input/csv.ts'
import { exampleBody, exampleOf } from '#lib/core/input/example.ts'
import { type JsonSchema, toJsonSchema } from '#lib/core/input/json-schema.ts'
import { listFieldsOf } from '#lib/core/input/list-query.ts'
import type { Contract } from './contract.ts'
import type { OpenApiDocument, Operation, ResponseObject } from './openapi-document.ts'
import {
  headerParameters,
  IDEMPOTENCY_KEY,
  listParameters,
  PREFER,
  pathParameters,
  plainParameters,
} from './openapi-parameters.ts'
import { STATUS } from './status.ts'

/** One operation: where it is and what it promises. */
export interface DescribedRoute {
  /** `/v3/licenses/{id}` */
  path: string
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  contract: Contract
}

const ABOUT = `Errors are \`{ "message", "code" }\`, input errors name every field in \`fields\`. Lists are bare arrays; \
\`Pagination-Count\`, \`Pagination-Page\`, \`Pagination-Limit\` and \`Link\` say where in them an answer stands; follow the link to the next page, whose cursor no row that comes or goes moves. Filters are \
written \`field[operator]=value\`, a plain \`field=value\` means \`eq\`, \`in\` and \`nin\` take values between commas. \
Whatever writes, deletes or exports refuses a query parameter that it does not know, or that is sent twice, and does nothing. \
Names of members in a body match without regard to case. Whatever else has no effect (unknown members, unknown parameters of a list) \
is named in the header \`Latchkey-Ignored\`: at most 20 names, percent-encoded, between commas, members by their path, never values. \
With \`Prefer: handling=strict\` such a request is answered 400, names its fields and writes nothing. \
A body that says nothing (\`null\`, blank, \`{}\`) is no body. \
Times are ISO 8601 in UTC. A POST or PATCH may carry an \`Idempotency-Key\`: sent again within 24 hours it is answered the \
same, marked \`Idempotent-Replayed: true\`, without being done again. Exports are CSV files (RFC 4180, UTF-8) with the \
filters of their list; text that a spreadsheet would run begins with an apostrophe there. Pages of the account's \
\`allowedOrigins\` may call what customers and their applications call, with a user access token or none; a request that a \
browser makes with a personal access token is refused.`

/** Describes the Web API in OpenAPI 3.1, from nothing but the contracts that its routes run by. */
export function openApiDocument(routes: readonly DescribedRoute[], version: string): OpenApiDocument {
  const schemas: Record<string, JsonSchema> = { Error: ERROR_SCHEMA }
  const paths: OpenApiDocument['paths'] = {}
  for (const route of routes) {
    paths[route.path] ??= {}
    Object.assign(paths[route.path] ?? {}, { [route.method.toLowerCase()]: operation(route, schemas) })
  }
  const tags = [...new Set(routes.map(({ path }) => tagOf(path)))].sort()
  return {
    openapi: '3.1.0',
    info: { title: 'Latchkey Web API', version, description: ABOUT },
    servers: [{ url: '/' }],
    tags: tags.map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description: 'A personal access token with the scope it needs; under /v3/me a user access token.',
        },
      },
      schemas: Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  }
}

function operation(
  { path, method, contract }: DescribedRoute,
  schemas: Record<string, JsonSchema>,
): Operation {
  const isPublic = contract.permission === 'public'
  const listFields = contract.query && listFieldsOf(contract.query)
  const writes = method === 'POST' || method === 'PATCH'
  const mayPassOver = contract.body !== undefined || contract.query !== undefined
  return {
    operationId: operationId(method, path),
    tags: [tagOf(path)],
    summary: contract.summary,
    ...(contract.description && { description: contract.description }),
    ...(contract.deprecated && { deprecated: true }),
    security: isPublic ? [] : [{ bearer: [contract.permission] }],
    'x-permission': contract.permission,
    parameters: [
      ...pathParameters(path),
      ...(listFields && contract.query ? listParameters(listFields, contract.query) : []),
      ...(contract.query ? plainParameters(contract.query, schemas) : []),
      ...headerParameters(contract.headers ?? {}),
      ...(writes ? [IDEMPOTENCY_KEY] : []),
      ...(mayPassOver ? [PREFER] : []),
    ],
    ...(contract.body && { requestBody: requestBody(contract.body, schemas) }),
    responses: {
      [contract.status]: success(contract, listFields !== undefined, schemas),
      ...(contract.orNothing && { 204: { description: 'Nothing; no body.' } }),
      ...failures(contract, writes),
    },
  }
}

function requestBody(body: z.ZodType, schemas: Record<string, JsonSchema>) {
  const schema = toJsonSchema(body, 'input', schemas)
  const example = exampleBody(body, schema, schemas)
  return { required: isRequired(schema), content: { 'application/json': { schema, example } } }
}

function success(contract: Contract, isList: boolean, schemas: Record<string, JsonSchema>): ResponseObject {
  if (contract.csv) return csvAnswer(contract.csv)
  const ignored = (contract.body ?? contract.query) ? IGNORED_HEADER : undefined
  if (!contract.response) return { description: 'Done; no body.', ...(ignored && { headers: ignored }) }
  const schema = toJsonSchema(contract.response, 'output', schemas)
  return {
    description: contract.status === 201 ? 'Created.' : 'The answer.',
    ...((isList || ignored) && { headers: { ...(isList && PAGE_HEADERS), ...ignored } }),
    content: { 'application/json': { schema, example: exampleOf(schema, { schemas }) } },
  }
}

function csvAnswer({ name, columns }: CsvForm<never>): ResponseObject {
  const header = Object.keys(columns)
  return {
    description: `A CSV file (RFC 4180) of all that fit, oldest first. Columns: ${header.join(', ')}.`,
    headers: {
      ...IGNORED_HEADER,
      'Content-Disposition': {
        description: 'The name to keep it under.',
        schema: { type: 'string', examples: [`attachment; filename="${name}-2027-01-31.csv"`] },
      },
    },
    content: { 'text/csv': { schema: { type: 'string' }, example: csvLine(header) } },
  }
}

/** Every status it may refuse with, and the codes behind it. */
function failures(contract: Contract, writes: boolean): Record<string, ResponseObject> {
  const codes: ErrorCode[] = [...(contract.errors ?? []), 'RATE_LIMITED', 'INTERNAL', 'SERVICE_UNAVAILABLE']
  // What a browser sends with a machine's token, or names an account that is none.
  codes.push('CROSS_ORIGIN_REFUSED')
  if (contract.permission === 'public') codes.push('INVALID_ACCOUNT_ID')
  else codes.push('AUTHENTICATION_REQUIRED', 'INVALID_TOKEN', 'INSUFFICIENT_SCOPE')
  if (contract.params) codes.push('NOT_FOUND')
  codes.push('INVALID_INPUT')
  if (contract.body) codes.push('INVALID_JSON', 'BODY_TOO_LARGE')
  if (writes) codes.push('IDEMPOTENCY_KEY_REUSED', 'IDEMPOTENCY_KEY_IN_FLIGHT')
  const byStatus = new Map<number, Set<ErrorCode>>()
  for (const code of codes) {
    byStatus.set(STATUS[code], (byStatus.get(STATUS[code]) ?? new Set()).add(code))
  }
  return Object.fromEntries(
    [...byStatus].map(([status, names]) => [
      status,
      {
        description: [...names].sort().join(', '),
        content: {
          'application/json': {
            schema: { $ref: '#/components/schemas/Error' },
            example: { message: 'A sentence for people.', code: [...names].sort()[0] },
          },
        },
      },
    ]),
  )
}

const IGNORED_HEADER: NonNullable<ResponseObject['headers']> = {
  'Latchkey-Ignored': {
    description:
      'What of the request has no effect: names between commas, percent-encoded. Absent if nothing.',
    schema: { type: 'string' },
  },
}

const PAGE_HEADERS: NonNullable<ResponseObject['headers']> = {
  'Pagination-Count': { description: 'How many there are in all.', schema: { type: 'integer' } },
  'Pagination-Page': { description: 'Which page this is.', schema: { type: 'integer' } },
  'Pagination-Limit': { description: 'How many a page holds.', schema: { type: 'integer' } },
  Link: {
    description:
      'The first, previous, next and last page. The next one is named by a cursor, which rows that come and go do not move, unless pages are asked for by number.',
    schema: { type: 'string' },
  },
}

const ERROR_SCHEMA: JsonSchema = {
  type: 'object',
  properties: {
    message: { type: 'string', description: 'A sentence for people.' },
    code: { type: 'string', description: 'For programs; never changes.' },
    fields: {
      type: 'object',
      additionalProperties: { type: 'string' },
      description: 'Of input errors: what is wrong with which field.',
    },
    fixUrl: {
      type: 'string',
      format: 'uri',
      description: 'Of a full license: where its owner, signed in, frees a device.',
    },
  },
  required: ['message', 'code'],
}

function isRequired(body: JsonSchema): boolean {
  return (body.required ?? []).length > 0
}

/** `licenses` of `/v3/licenses/{id}/renew`. */
function tagOf(path: string): string {
  return path.split('/')[2]?.replace(/\.json$/, '') ?? ''
}

/** `postLicensesByIdRenew` */
function operationId(method: string, path: string): string {
  const words = path
    .split('/')
    .slice(2)
    .map((part) => part.replace(/^\{(\w+)\}$/, 'by-$1'))
    .join('-')
    .split(/[^A-Za-z0-9]+/)
  return method.toLowerCase() + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}
