import { eq } from 'drizzle-orm'
import { type AccountSettings, accounts } from '#db/schema/accounts.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { fieldError, notFound } from '#lib/core/errors.ts'
import { type AccountDto, toAccountDto } from './account-dto.ts'
import type { UpdateAccountInput } from './account-input.ts'

/**
 * Changes the caller's own account. Alias and domain name it to clients and browsers: they are the installation's to set.
 * @throws NOT_FOUND for every other account, INVALID_INPUT
 */
export async function updateAccount(
  ctx: Authorized<'account:write'>,
  id: string,
  input: UpdateAccountInput,
): Promise<AccountDto> {
  const { company, companyId, customDomain, ...settings } = input
  return inTransaction(ctx, async (tx) => {
    const [before] =
      id === tx.accountId ? await tx.db.select().from(accounts).where(eq(accounts.id, id)).for('update') : []
    if (!before) throw notFound('account')
    if (companyId !== undefined && companyId !== before.alias) throw fieldError('companyId', 'never changes')
    if (customDomain !== undefined && customDomain.toLowerCase() !== before.domain) {
      throw fieldError('customDomain', 'is set by whoever runs this installation')
    }
    const [account] = await tx.db
      .update(accounts)
      .set({
        ...(company !== undefined && { name: company }),
        settings: merged(before.settings, settings),
        updatedAt: tx.clock.now(),
      })
      .where(eq(accounts.id, id))
      .returning()
    if (!account) throw notFound('account')
    recordEvent(tx, {
      event: 'account.updated',
      resource: 'account',
      resourceId: id,
      changes: { company, ...settings },
    })
    return toAccountDto(account)
  })
}

/** A null removes a setting; a setting that is left out stays. */
function merged(
  before: AccountSettings,
  changes: { [K in keyof AccountSettings]: AccountSettings[K] | null | undefined },
): AccountSettings {
  const said = Object.entries(changes).filter(([, value]) => value !== undefined)
  const all = { ...before, ...Object.fromEntries(said) }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null))
}
