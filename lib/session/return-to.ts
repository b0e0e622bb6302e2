/**
 * Where to go after signing in: a path of our own that starts with one `/`, else `fallback`. Backslashes and control
 * characters would let a browser read a foreign host out of it.
 */
export function safeReturnTo(raw: unknown, fallback = '/me/licenses'): string {
  if (typeof raw !== 'string' || raw.length > 1000) return fallback
  return /^\/(?![/\\])[^\\\p{Cc}]*$/u.test(raw) ? raw : fallback
}

/** The address of a page that asks to sign in (or register) and then goes on. */
export function withReturnTo(
  page: '/login' | '/login/code' | '/register',
  returnTo: string | undefined,
): string {
  return returnTo ? `${page}?returnTo=${encodeURIComponent(returnTo)}` : page
}
