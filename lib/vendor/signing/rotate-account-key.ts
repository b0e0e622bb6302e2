import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { lockAccountKeys, storeAccountKey } from './account-key.ts'
import { retireKeys } from './retire-keys.ts'

/**
 * Makes a new key that signs the account's files and answers from now on. The old ones stay published for `overlap` seconds,
 * and until the last file that they signed has expired.
 */
export function rotateAccountKey(
  ctx: Authorized<'account:write'>,
  { overlap }: { overlap: number },
): Promise<{ kid: string }> {
  return inTransaction(ctx, async (tx) => {
    const { accountId } = tx
    await lockAccountKeys(tx.db, accountId)
    const at = tx.clock.now()
    const retired = await retireKeys(tx.db, { accountId, productId: null, at, overlap })
    const kid = await storeAccountKey(tx.db, { accountId, at })
    recordEvent(tx, {
      event: 'account.key-rotated',
      resource: 'account',
      resourceId: accountId,
      changes: { kid, retired, overlap },
    })
    return { kid }
  })
}
