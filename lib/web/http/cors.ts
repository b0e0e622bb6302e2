import { sql } from 'drizzle-orm'
import { db } from '#db/client.ts'
import { accounts } from '#db/schema/accounts.ts'
import type { Actor } from '#lib/core/actor.ts'
import { AppError } from '#lib/core/errors.ts'
import { originOf } from '#lib/core/http-origin.ts'
import type { HttpRequest } from '#lib/core/input/http-request.ts'
import type { Contract } from './contract.ts'

/** Response headers that a browser shows its page, besides the default ones. */
const EXPOSED = [
  'Pagination-Count',
  'Pagination-Page',
  'Pagination-Limit',
  'Link',
  'X-Rate-Limit-Limit',
  'X-Rate-Limit-Remaining',
  'X-Rate-Limit-Reset',
  'Retry-After',
  'X-Request-Id',
  'Idempotent-Replayed',
  'Latchkey-Ignored',
  'Date',
  'Digest',
  'Latchkey-Signature',
].join(', ')
const ALLOWED_HEADERS = 'authorization, content-type, idempotency-key, prefer, x-account-id, x-license-key'
/** How long a browser remembers a preflight's answer, seconds. */
const MAX_AGE_SECONDS = 600

/**
 * Whether pages of listed origins may call this route. Every operation that needs no server-side secret counts: public ones,
 * and customers' own.
 */
export function isForBrowsers({ permission }: Pick<Contract, 'permission'>): boolean {
  return permission === 'public' || permission.startsWith('me:')
}

/**
 * Personal access tokens belong on servers. Only a browser sends these headers, and it sends one of them with every request.
 * @throws CROSS_ORIGIN_REFUSED
 */
export function requireServer(request: HttpRequest, actor: Actor): void {
  if (actor.kind !== 'pat') return
  if (request.headers.get('origin') === null && request.headers.get('sec-fetch-site') === null) return
  throw new AppError(
    'CROSS_ORIGIN_REFUSED',
    'Personal access tokens are for servers: a browser that holds one gives it to everybody who looks.',
  )
}

/**
 * The headers that let a page of the request's origin read the answer; none for an origin that the account does not list.
 * Credentials are never allowed: cookies mean nothing here. Without an account (the caller is unknown) any account's list
 * counts, so that a page can read that its token is invalid.
 */
export async function corsHeaders(
  contract: Contract,
  request: HttpRequest,
  caller: { actor: Actor | undefined; accountId: string | undefined },
): Promise<Record<string, string>> {
  const origin = request.headers.get('origin')
  if (origin === null || !isForBrowsers(contract)) return {}
  const vary = { vary: 'Origin' }
  if (caller.actor?.kind === 'pat' || !(await isListed(origin, caller.accountId))) return vary
  return { ...vary, 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED }
}

/**
 * The headers that answer a preflight. A preflight has no token and no body, so its account is unknown. The request itself is
 * checked against its own account.
 */
export async function preflightHeaders(
  request: Request,
  contracts: Readonly<Record<string, Contract>>,
): Promise<Record<string, string>> {
  const origin = request.headers.get('origin')
  const asked = request.headers.get('access-control-request-method')
  if (origin === null || asked === null) return {}
  const vary = { vary: 'Origin, Access-Control-Request-Method, Access-Control-Request-Headers' }
  const methods = Object.keys(contracts).filter((name) => contracts[name] && isForBrowsers(contracts[name]))
  if (!methods.includes(asked) || !(await isListed(origin, undefined))) return vary
  return {
    ...vary,
    'access-control-allow-origin': origin,
    'access-control-allow-methods': methods.join(', '),
    'access-control-allow-headers': ALLOWED_HEADERS,
    'access-control-max-age': String(MAX_AGE_SECONDS),
  }
}

/** Whether the account, or any of them, lists the origin. Not cached: removing an origin takes effect at once. */
async function isListed(origin: string, accountId: string | undefined): Promise<boolean> {
  // Sandboxed frames and files all send the origin `null`.
  if (origin === 'null') return false
  const rows = await db()
    .select({ listed: sql<unknown>`${accounts.settings} -> 'allowedOrigins'` })
    .from(accounts)
    .where(
      sql`jsonb_typeof(${accounts.settings} -> 'allowedOrigins') = 'array'
        and ${accountId === undefined ? sql`true` : sql`${accounts.id} = ${accountId}`}`,
    )
  return rows.some(
    ({ listed }) =>
      Array.isArray(listed) &&
      listed.some((entry) => typeof entry === 'string' && originOf(entry) === origin),
  )
}
