import type { IncomingMessage } from 'node:http'
import { ApiError } from './errors.ts'

const MAX_BYTES = 1024 * 1024

/**
 * The request body as text.
 * @throws ApiError 413 beyond 1 MiB
 */
export async function readBody(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of req) {
    size += chunk.length
    if (size > MAX_BYTES) throw new ApiError(413, 'invalid_request_error', 'The request body is too large.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
