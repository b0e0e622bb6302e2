import { EXAMPLE_ID } from '#lib/core/input/example.ts'
import type { Operation } from '#lib/web/http/openapi-document.ts'

/** A call that a reader can copy: the token comes from the environment, the body holds the required members. */
export function curlExample(origin: string, method: string, path: string, operation: Operation): string {
  const url = `${origin}${path.replaceAll(/\{\w+\}/g, EXAMPLE_ID)}`
  const body = operation.requestBody?.content['application/json']?.example
  return [
    `curl -X ${method} '${url}'`,
    operation.security.length > 0 && `-H "Authorization: Bearer $TOKEN"`,
    body !== undefined && `-H 'Content-Type: application/json'`,
    body !== undefined && `-d '${JSON.stringify(body).replaceAll("'", "'\\''")}'`,
  ]
    .filter(Boolean)
    .join(' \\\n  ')
}
