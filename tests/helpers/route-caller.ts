import { CLIENT_IP_HEADER, ownsSocket } from '#lib/core/input/client-address.ts'
import type { Method, Methods } from '#lib/web/http/methods.ts'
import type { DescribedRoute } from '#lib/web/http/openapi.ts'
import { checkPublished } from './published-answer.ts'

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

/** Calls route files by path, without a server, and holds each answer to what is published of its route: `{ '/v3/activations/[id]': module }`. */
export function routeCaller(routes: Record<string, Methods>) {
  ownsSocket.set(true)
  const table = Object.entries(routes).map(([path, module]) => {
    const names = [...path.matchAll(/\[(\w+)\]/g)].map((match) => match[1] ?? '')
    const pattern = path.replaceAll('.', '\\.').replace(/\[\w+\]/g, '([^/]+)')
    return { path: path.replace(/\[(\w+)\]/g, '{$1}'), pattern: new RegExp(`^${pattern}$`), names, module }
  })

  function find(request: Request) {
    const { pathname } = new URL(request.url)
    for (const { path, pattern, names, module } of table) {
      const match = pattern.exec(pathname)
      if (!match) continue
      const params = Object.fromEntries(names.map((name, at) => [name, match[at + 1]]))
      return { path, params, handler: module[request.method as Method] }
    }
    throw new Error(`no route for ${pathname}`)
  }

  async function handle(request: Request): Promise<Response> {
    const { handler, params } = find(request)
    return handler(request, { params: Promise.resolve(params) })
  }

  async function call(path: string, options: Call = {}): Promise<Answer> {
    const { method = options.body === undefined ? 'GET' : 'POST', body, token, ip = '198.51.100.7' } = options
    const headers: Record<string, string> = { [CLIENT_IP_HEADER]: ip, ...options.headers }
    if (token) headers.authorization = `Bearer ${token}`
    const sent = body === undefined || typeof body === 'string' ? body : JSON.stringify(body)
    const request = new Request(`http://portal.test${path}`, {
      method,
      headers,
      ...(sent !== undefined && { body: sent }),
    })
    // Without this the platform would name text/plain for clients that name nothing.
    if (!options.headers?.['content-type']) request.headers.delete('content-type')
    const response = await handle(request)
    const text = await response.text()
    const answer = { status: response.status, headers: response.headers, body: parseAnswer(response, text) }
    const { path: described, handler } = find(request)
    if (handler.contract && isDescribed(method)) {
      const contentType = response.headers.get('content-type')
      checkPublished({ path: described, method, contract: handler.contract }, { ...answer, contentType })
    }
    return answer
  }

  return { call, handle }
}

/** HEAD and OPTIONS go with the others. */
function isDescribed(method: Method): method is DescribedRoute['method'] {
  return method !== 'HEAD' && method !== 'OPTIONS'
}

/** What an answer's body says: JSON parsed, anything else as it is, nothing as undefined. */
export function parseAnswer(response: Response, text: string): unknown {
  if (text === '') return undefined
  return response.headers.get('content-type')?.startsWith('text/csv') ? text : JSON.parse(text)
}
