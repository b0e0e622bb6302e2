import type { ServerResponse } from 'node:http'
import { STATUS } from '#lib/web/http/status.ts'

/** Answers a request without a door, in the form of every error. */
export function refuse(response: ServerResponse, code: keyof typeof STATUS, message: string): void {
  if (response.headersSent || response.destroyed) return
  response.writeHead(STATUS[code], { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify({ message, code }))
}
