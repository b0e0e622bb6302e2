import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { ApiError } from './errors.ts'

/**
 * Checks the secret key, sent as Bearer token or as the user name of Basic authentication.
 * @throws ApiError 401
 */
export function authenticate(req: IncomingMessage, secretKeys: readonly string[]): void {
  const key = readKey(req.headers.authorization)
  if (!key) {
    throw new ApiError(
      401,
      'invalid_request_error',
      'You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer ' +
        "auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
    )
  }
  if (!secretKeys.some((known) => isSame(known, key))) {
    const shown = `${key.slice(0, 8)}****${key.length > 12 ? key.slice(-4) : ''}`
    throw new ApiError(401, 'invalid_request_error', `Invalid API Key provided: ${shown}`)
  }
}

function readKey(header: string | undefined): string | undefined {
  const [scheme = '', value = ''] = (header ?? '').split(' ', 2)
  if (scheme.toLowerCase() === 'bearer') return value.trim()
  if (scheme.toLowerCase() === 'basic') return Buffer.from(value, 'base64').toString('utf8').split(':', 1)[0]
  return undefined
}

function isSame(a: string, b: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(a), digest(b))
}
