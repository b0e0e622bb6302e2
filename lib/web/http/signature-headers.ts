import { hash, sign } from 'node:crypto'
import type { HttpRequest } from '#lib/core/input/http-request.ts'
import type { AccountSigningKey } from '#lib/vendor/signing/account-key.ts'

/**
 * Signs an answer for its reader: `Digest` covers the body, the signature covers digest, time, host and what was asked
 * (Ed25519 over the lines that `headers` names, as in the drafts of HTTP Signatures).
 */
export function signatureHeaders(
  request: HttpRequest,
  body: string,
  { key, at }: { key: AccountSigningKey; at: Date },
): Record<string, string> {
  const { pathname, search, host } = new URL(request.url)
  const date = at.toUTCString()
  const digest = `sha-256=${hash('sha256', body, 'base64')}`
  const lines = [
    `(request-target): ${request.method.toLowerCase()} ${pathname}${search}`,
    `host: ${request.headers.get('host') ?? host}`,
    `date: ${date}`,
    `digest: ${digest}`,
  ]
  // Ed25519 takes some 30 µs: handing it to another thread would cost the event loop as much.
  const signature = sign(null, Buffer.from(lines.join('\n')), key.privateKey)
  return {
    date,
    digest,
    'latchkey-signature': `keyid="${key.kid}", algorithm="ed25519", signature="${signature.toString('base64')}", headers="(request-target) host date digest"`,
  }
}
