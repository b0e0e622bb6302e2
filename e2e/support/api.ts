import { newAddress } from './test.ts'

export interface Answer {
  status: number
  headers: Headers
  text: string
  body: unknown
}

/** Calls the Web API as a client of it does, each call from an address of its own. */
export async function callApi(
  url: string,
  method: string,
  path: string,
  options: { token?: string; body?: unknown; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { token, body, headers } = options
  const response = await fetch(`${url}${path}`, {
    method,
    redirect: 'manual',
    headers: {
      'x-forwarded-for': newAddress(),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: parse(text) }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
