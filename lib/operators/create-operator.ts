import { inTransaction } from '../audit/in-transaction.ts'
import type { Authorized } from '../auth/authorize.ts'
import { insertOperator } from './insert-operator.ts'
import { type NewOperator, prepareOperator } from './prepare-operator.ts'

/**
 * Makes an operator with a password of their own: from the command line (`system:work`, whoever holds the machine) or by an
 * operator who manages operators.
 * @throws EMAIL_TAKEN, INVALID_INPUT naming the field
 */
export async function createOperator(
  ctx: Authorized<'system:work'> | Authorized<'operator:write'>,
  input: NewOperator & { role?: string },
): Promise<{ id: string }> {
  const prepared = await prepareOperator(ctx, input)
  return inTransaction<typeof ctx, { id: string }>(ctx, (tx) =>
    insertOperator(tx, { ...prepared, roleName: input.role ?? 'super-admin' }),
  )
}
