import { CLIENT_IP_HEADER, ownsSocket } from '#lib/http/client-address.ts'
import type { Method, Methods } from '#lib/http/methods.ts'

export interface Call {
  method?: Method
  /** An object is sent as JSON, text as it is. */
  body?: unknown
  token?: string
  /** The address the server sees. */
  ip?: string
  headers?: Record<string, string>
}

export interface Answer {
  status: number
  headers: Headers
  /** Parsed JSON; the text of anything else; undefined for an empty body. */
  body: unknown
}

/** Calls route files by path, without a server: `{ '/v3/activations/[id]': module }`. */
export function routeCaller(routes: Record<string, Methods>) {
  ownsSocket.set(true)
  const table = Object.entries(routes).map(([path, module]) => {
    const names = [...path.matchAll(/\[(\w+)\]/g)].map((match) => match[1] ?? '')
    const pattern = path.replaceAll('.', '\\.').replace(/\[\w+\]/g, '([^/]+)')
    return { pattern: new RegExp(`^${pattern}$`), names, module }
  })

  async function handle(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    for (const { pattern, names, module } of table) {
      const match = pattern.exec(pathname)
      if (!match) continue
      const params = Object.fromEntries(names.map((name, at) => [name, match[at + 1]]))
      return module[request.method as Method](request, { params: Promise.resolve(params) })
    }
    throw new Error(`no route for ${pathname}`)
  }

  async function call(path: string, options: Call = {}): Promise<Answer> {
    const { method = options.body === undefined ? 'GET' : 'POST', body, token, ip = '198.51.100.7' } = options
    const headers: Record<string, string> = { [CLIENT_IP_HEADER]: ip, ...options.headers }
    if (token) headers.authorization = `Bearer ${token}`
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const request = new Request(`http://portal.test${path}`, {
      method,
      headers,
      ...(text !== undefined && { body: text }),
    })
    // Without this the platform would name text/plain for clients that name nothing.
    if (!options.headers?.['content-type']) request.headers.delete('content-type')
    const response = await handle(request)
    const answer = await response.text()
    return {
      status: response.status,
      headers: response.headers,
      body: parseAnswer(response, answer),
    }
  }

  return { call, handle }
}

/** What an answer's body says: JSON parsed, anything else as it is, nothing as undefined. */
export function parseAnswer(response: Response, text: string): unknown {
  if (text === '') return undefined
  return response.headers.get('content-type')?.startsWith('text/csv') ? text : JSON.parse(text)
}
