import { edgeEnv } from '#lib/core/env-edge.ts'
import { ownPath } from '#lib/core/web-address.ts'

/** A path means the same at every origin, so it is judged also where none is configured; a whole address is not taken then. */
const ANY_ORIGIN = 'http://portal.invalid'

/** Where to go after signing in: a path of this portal as a browser will read it, else `fallback`. */
export function safeReturnTo(raw: unknown, fallback = '/me/licenses'): string {
  return ownPath(raw, edgeEnv.publicUrl() || ANY_ORIGIN) ?? fallback
}

/** The address of a page that asks to sign in (or register) and then goes on. `again` asks also who is signed in. */
export function withReturnTo(
  page: '/login' | '/login/code' | '/register',
  returnTo: string | undefined,
  { again = false }: { again?: boolean } = {},
): string {
  const path = returnTo ? safeReturnTo(returnTo, '') : ''
  const params = new URLSearchParams()
  if (again) params.set('again', '1')
  if (path) params.set('returnTo', path)
  const query = params.toString()
  return query ? `${page}?${query}` : page
}
