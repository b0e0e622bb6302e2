import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { findRole } from './find-role.ts'
import { insertOperator } from './insert-operator.ts'
import { type NewOperator, prepareOperator } from './prepare-operator.ts'
import { requireMayGive } from './require-may-give.ts'

/**
 * Makes an operator with a password of their own; an owner unless another role is named. Nobody can make an operator with more
 * permissions than their own.
 * @throws EMAIL_TAKEN, INVALID_INPUT naming the field, INSUFFICIENT_SCOPE for a role beyond the caller's
 */
export async function createOperator(
  ctx: Authorized<'operator:write'>,
  input: NewOperator & { role?: string },
): Promise<{ id: string }> {
  const prepared = await prepareOperator(ctx, input)
  return inTransaction(ctx, async (tx) => {
    const role = await findRole(tx, input.role ?? 'super-admin')
    await requireMayGive(tx, role)
    return insertOperator(tx, { ...prepared, role })
  })
}
