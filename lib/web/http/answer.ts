/** What a route answers, before some server says it. Header names are lower case. */
export interface Answer {
  status: number
  headers: Record<string, string>
  body: string | ReadableStream<Uint8Array> | null
}

/** An answer in JSON. */
export function jsonAnswer(
  value: unknown,
  about: { status: number; headers: Record<string, string> },
): Answer {
  about.headers['content-type'] = 'application/json'
  return { status: about.status, headers: about.headers, body: JSON.stringify(value) }
}

/** The same as the web knows it. */
export function toResponse({ status, headers, body }: Answer): Response {
  return new Response(body, { status, headers })
}

/** And back. */
export function fromResponse(response: Response): Answer {
  return { status: response.status, headers: Object.fromEntries(response.headers), body: response.body }
}
