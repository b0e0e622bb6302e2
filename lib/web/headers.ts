import { edgeEnv } from '#lib/core/env-edge.ts'

/** The page's content security policy. Scripts and styles need the request's nonce; forms may lead to the payment page. */
export function contentSecurityPolicy(nonce: string): string {
  const development = edgeEnv.development()
  const directives: Record<string, string> = {
    'default-src': "'self'",
    'script-src': `'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    'style-src': development ? "'self' 'unsafe-inline'" : `'self' 'nonce-${nonce}'`,
    'img-src': "'self' data:",
    'font-src': "'self'",
    'connect-src': `'self'${development ? ' ws:' : ''}`,
    'frame-src': "'self'",
    'object-src': "'none'",
    'base-uri': "'none'",
    // A form's redirects count too: Buy ends on the payment page.
    'form-action': `'self' ${edgeEnv.checkoutOrigin()}`.trim(),
    'frame-ancestors': "'none'",
  }
  return Object.entries(directives)
    .map(([name, value]) => `${name} ${value}`)
    .join('; ')
}

/** The headers of every answer to a browser (requirements/accounts §2 "browser"). */
export function securityHeaders(path: string): Record<string, string> {
  const headers: Record<string, string> = {
    'x-content-type-options': 'nosniff',
    // The origin alone. `no-referrer` is not possible: with it browsers send `Origin: null` for a form without script.
    'referrer-policy': carriesToken(path) ? 'strict-origin' : 'strict-origin-when-cross-origin',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), microphone=(), geolocation=(), payment=()',
    'x-frame-options': 'DENY',
  }
  if (edgeEnv.publicUrl().startsWith('https://')) {
    headers['strict-transport-security'] = 'max-age=63072000; includeSubDomains'
  }
  if (isPrivate(path)) headers['cache-control'] = 'private, no-store'
  return headers
}

/** Pages whose address holds a single-use token: it must not travel in a `Referer`. */
function carriesToken(path: string): boolean {
  return /^\/(dashboard\/setup|reset-password|verify-email)(\/|$)/.test(path)
}

function isPrivate(path: string): boolean {
  return /^\/(me|dashboard|checkout|api\/me|api\/auth)(\/|$)/.test(path)
}

/** What a browser deletes on sign-out: cached pages, and what scripts stored. Cookies are ended one by one. */
export const CLEAR_SITE_DATA = '"cache", "storage"'
