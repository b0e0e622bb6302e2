import type { ServerResponse } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import { sendJson } from '../http/send-json.ts'
import type { ApiFault } from './faults.ts'

/**
 * Lets a fault have its way with an answer.
 * @returns whether it took the answer over; `slow` only holds it up.
 */
export async function applyFault(
  fault: ApiFault,
  res: ServerResponse,
  headers: Record<string, string>,
  closing: AbortSignal,
): Promise<boolean> {
  switch (fault.action) {
    case 'slow':
      await wait(fault.ms ?? 1000, undefined, { signal: closing, ref: false })
      return false
    case 'hang':
      return true
    case 'reset':
      res.socket?.resetAndDestroy()
      return true
    case 'html_502':
      res.writeHead(502, { 'content-type': 'text/html' })
      res.end('<html><body><h1>502 Bad Gateway</h1></body></html>')
      return true
    case '500':
      sendJson(res, 500, { error: { type: 'api_error', message: 'An unknown error occurred' } }, headers)
      return true
    case '429': {
      const message = 'Request rate limit exceeded.'
      sendJson(res, 429, { error: { type: 'invalid_request_error', code: 'rate_limit', message } }, headers)
      return true
    }
    case '409': {
      const message = 'This object cannot be accessed right now because another API request is accessing it.'
      sendJson(res, 409, { error: { type: 'invalid_request_error', code: 'lock_timeout', message } }, headers)
      return true
    }
  }
}
