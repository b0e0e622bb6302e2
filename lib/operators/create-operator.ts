import { inTransaction } from '../audit/in-transaction.ts'
import type { Authorized } from '../auth/authorize.ts'
import { insertOperator } from './insert-operator.ts'
import { type NewOperator, prepareOperator } from './prepare-operator.ts'

/**
 * Makes an operator with a password of their own; an owner unless another role is named.
 * @throws EMAIL_TAKEN, INVALID_INPUT naming the field
 */
export async function createOperator(
  ctx: Authorized<'operator:write'>,
  input: NewOperator & { role?: string },
): Promise<{ id: string }> {
  const prepared = await prepareOperator(ctx, input)
  return inTransaction(ctx, (tx) =>
    insertOperator(tx, { ...prepared, roleName: input.role ?? 'super-admin' }),
  )
}
