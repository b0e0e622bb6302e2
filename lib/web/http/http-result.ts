/** A route's answer, before a server sends it. Header names are lower case. */
export interface HttpResult {
  status: number
  headers: Record<string, string>
  body: string | ReadableStream<Uint8Array> | null
}

/** An answer in JSON. */
export function jsonResult(
  value: unknown,
  about: { status: number; headers: Record<string, string> },
): HttpResult {
  about.headers['content-type'] = 'application/json'
  return { status: about.status, headers: about.headers, body: JSON.stringify(value) }
}

/** The same as the web knows it. */
export function toResponse({ status, headers, body }: HttpResult): Response {
  return new Response(body, { status, headers })
}

/** And back. */
export function fromResponse(response: Response): HttpResult {
  return { status: response.status, headers: Object.fromEntries(response.headers), body: response.body }
}
