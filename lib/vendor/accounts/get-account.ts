import { eq } from 'drizzle-orm'
import { accounts } from '#db/schema/accounts.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { type AccountDto, toAccountDto } from './account-dto.ts'

/**
 * The caller's own account.
 * @throws NOT_FOUND, for every other one
 */
export async function getAccount(ctx: Authorized<'account:read'>, id: string): Promise<AccountDto> {
  const [account] =
    id === ctx.accountId ? await ctx.db.select().from(accounts).where(eq(accounts.id, id)) : []
  if (!account) throw notFound('account')
  return toAccountDto(account)
}
