import type { JsonSchema } from '#lib/http/json-schema.ts'
import type { Operation } from '#lib/http/openapi.ts'

const ID = '0199f3a0-0000-7000-8000-000000000001'

/** A call that a reader can copy: the token from the environment, the body with what it cannot do without. */
export function curlExample(origin: string, method: string, path: string, operation: Operation): string {
  const url = `${origin}${path.replaceAll(/\{\w+\}/g, ID)}`
  const body = operation.requestBody?.content['application/json']?.schema
  return [
    `curl -X ${method} '${url}'`,
    operation.security.length > 0 && `-H "Authorization: Bearer $TOKEN"`,
    body && `-H 'Content-Type: application/json'`,
    body && `-d '${JSON.stringify(exampleOf(body)).replaceAll("'", "'\\''")}'`,
  ]
    .filter(Boolean)
    .join(' \\\n  ')
}

function exampleOf(schema: JsonSchema): unknown {
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum[0]
  if (schema.anyOf) return exampleOf(schema.anyOf[0] ?? {})
  if (schema.properties) {
    const names = schema.required ?? Object.keys(schema.properties).slice(0, 1)
    return Object.fromEntries(names.map((name) => [name, exampleOf(schema.properties?.[name] ?? {})]))
  }
  if (schema.items) return [exampleOf(schema.items)]
  switch ([schema.type].flat()[0]) {
    case 'integer':
    case 'number':
      return 1
    case 'boolean':
      return true
    default:
      return TEXTS[schema.format ?? ''] ?? 'text'
  }
}

const TEXTS: Record<string, string> = {
  uuid: ID,
  email: 'jane@example.com',
  'date-time': '2027-01-31T12:00:00Z',
}
