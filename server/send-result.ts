import type { ServerResponse } from 'node:http'
import type { HttpResult } from '#lib/web/http/http-result.ts'

/** Sends a complete answer. */
export function sendResult(response: ServerResponse, { status, headers, body }: HttpResult): void {
  if (typeof body !== 'string') {
    response.writeHead(status, headers)
    response.end()
    return
  }
  headers['content-length'] = String(Buffer.byteLength(body))
  response.writeHead(status, headers)
  response.end(body)
}
