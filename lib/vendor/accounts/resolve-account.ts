import { asc, eq, sql } from 'drizzle-orm'
import { db } from '#db/client.ts'
import { coalesce } from '#db/coalesce.ts'
import { preparedText } from '#db/prepared.ts'
import { accounts } from '#db/schema/accounts.ts'
import { AppError } from '#lib/core/errors.ts'
import { isId } from '#lib/core/ids.ts'

/** How a request without a principal may name its account. Empty text counts as absent (contract §1.2). */
export interface AccountHint {
  accountId?: string | null | undefined
  accountAlias?: string | null | undefined
  host?: string | null | undefined
}

const findByHost = preparedText((executor) =>
  executor
    .select({ id: accounts.id })
    .from(accounts)
    .orderBy(
      sql`coalesce(${accounts.domain} = ${sql.placeholder('host')}, false) desc`,
      asc(accounts.createdAt),
      asc(accounts.id),
    )
    .limit(1)
    .prepare('find_account_by_host'),
)

/** The first statement of every public request. */
const accountOfHost = coalesce((host) => findByHost(db(), { host }))

/**
 * The account a request without a principal is for: named, else by host, else the installation's first.
 * @throws INVALID_ACCOUNT_ID when it names one that does not exist
 */
export async function resolveAccount(hint: AccountHint): Promise<string> {
  const id = hint.accountId?.trim()
  const alias = hint.accountAlias?.trim()
  if (id || alias) {
    const wanted = id || alias || ''
    // No alias holds a NUL, and the database refuses one in a comparison.
    const [named] = wanted.includes('\0')
      ? []
      : await db()
          .select({ id: accounts.id })
          .from(accounts)
          .where(id && isId(id) ? eq(accounts.id, id) : eq(accounts.alias, wanted))
    if (!named) {
      throw new AppError('INVALID_ACCOUNT_ID', 'There is no such account.', {
        fields: { [id ? 'accountId' : 'accountAlias']: 'there is no such account' },
      })
    }
    return named.id
  }
  const host = hint.host?.replace(/:\d+$/, '').toLowerCase() ?? ''
  const found = await accountOfHost(host)
  if (found === undefined) throw new AppError('SERVICE_UNAVAILABLE', 'This installation has no account yet.')
  return found
}

/**
 * As `resolveAccount`, but for sign-in over the API, which must name its account unless there is only one.
 * @throws ACCOUNT_REQUIRED naming the field
 */
export async function requireNamedAccount(hint: AccountHint): Promise<string> {
  if (!hint.accountId?.trim() && !hint.accountAlias?.trim()) {
    const known = await db().select({ id: accounts.id }).from(accounts).limit(2)
    if (known.length > 1) {
      throw new AppError('ACCOUNT_REQUIRED', 'accountId: one of accountId and accountAlias is required.', {
        fields: { accountId: 'one of accountId and accountAlias is required' },
      })
    }
  }
  return resolveAccount(hint)
}
