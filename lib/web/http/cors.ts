import { sql } from 'drizzle-orm'
import { db } from '#db/client.ts'
import { accounts } from '#db/schema/accounts.ts'
import type { Actor } from '#lib/core/actor.ts'
import { AppError } from '#lib/core/errors.ts'
import { originOf } from '#lib/core/http-origin.ts'
import type { HttpRequest } from '#lib/core/input/http-request.ts'
import type { Contract } from './contract.ts'

/** What a browser may tell its page of an answer, besides what it always does. */
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
 * Whether pages of listed origins may call this route: whatever needs no secret of a server, so what is public and what
 * customers do with their own things.
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
 * Credentials are never allowed: cookies mean nothing here. Without an account (whoever calls was not recognized) any
 * account's list counts: the page may read that its token is no longer good.
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
 * The headers that answer a preflight. It carries no token and no body, so that it cannot say which account it is for: the
 * request itself is judged by its own.
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

/** Whether the account, or any of them, lists the origin. It is asked every time: taking one off counts at once. */
async function isListed(origin: string, accountId: string | undefined): Promise<boolean> {
  // Sandboxed frames and files all call themselves null.
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
