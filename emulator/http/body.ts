import type { IncomingMessage } from 'node:http'
import { ApiError } from './errors.ts'

const MAX_BYTES = 256 * 1024
/** Up to here the rest is read and thrown away, because a client that is still sending misses the answer. */
const DRAIN_BYTES = 16 * 1024 * 1024

/**
 * The request body as text.
 * @throws ApiError 413 beyond 256 KiB
 */
export async function readBody(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of req) {
    size += chunk.length
    if (size > DRAIN_BYTES) break
    if (size <= MAX_BYTES) chunks.push(chunk)
  }
  if (size > MAX_BYTES) throw new ApiError(413, 'invalid_request_error', 'The request body is too large.')
  return Buffer.concat(chunks).toString('utf8')
}
