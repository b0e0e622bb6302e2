import { and, eq, ne } from 'drizzle-orm'
import { accounts } from '#db/schema/accounts.ts'
import { setupLinks } from '#db/schema/operators.ts'
import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError } from '#lib/core/errors.ts'
import { findRole } from './find-role.ts'
import { findSetupLink, hasOperator, isSetupLinkUsable } from './find-setup-link.ts'
import { insertOperator } from './insert-operator.ts'
import { type NewOperator, prepareOperator } from './prepare-operator.ts'

/**
 * Makes the account's first operator, an owner, and uses up the setup link; every other link dies with it.
 * @throws SETUP_LINK_INVALID when the link is unknown, used or older than 24 hours, or there is an operator already;
 *   INVALID_INPUT naming the field, which leaves the link usable
 */
export async function createFirstOperator(
  ctx: Authorized<'public'>,
  input: NewOperator & { token: string },
): Promise<{ id: string }> {
  // Checked before the password is hashed, so that a stranger without a link causes no hash.
  if (!(await isSetupLinkUsable(ctx, input.token))) throw linkInvalid()
  const prepared = await prepareOperator(ctx, input)
  return inTransaction(ctx, async (tx) => {
    const at = tx.clock.now()
    // The lock on the account's row serializes first operators. A lock on the link would let two links make two operators.
    await tx.db
      .select({ id: accounts.id })
      .from(accounts)
      .where(eq(accounts.id, tx.accountId))
      .for('no key update')
    const link = await findSetupLink(tx.db, tx.accountId, input.token, at)
    if (!link || (await hasOperator(tx.db, tx.accountId))) throw linkInvalid()
    await tx.db
      .update(setupLinks)
      .set({ consumedAt: at })
      .where(and(eq(setupLinks.accountId, tx.accountId), eq(setupLinks.id, link.id)))
    await tx.db
      .delete(setupLinks)
      .where(and(eq(setupLinks.accountId, tx.accountId), ne(setupLinks.id, link.id)))
    return insertOperator(tx, { ...prepared, role: await findRole(tx, 'super-admin') })
  })
}

function linkInvalid(): AppError {
  return new AppError(
    'SETUP_LINK_INVALID',
    'This setup link cannot be used: it was used, is older than 24 hours, or there is an operator already. Starting Latchkey prints a new one as long as there is no operator.',
  )
}
