import { eq } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { operators } from '#db/schema/operators.ts'

/** Whether the account has an operator, disabled ones included. */
export async function hasOperator(db: Executor, accountId: string): Promise<boolean> {
  const [someone] = await db
    .select({ id: operators.id })
    .from(operators)
    .where(eq(operators.accountId, accountId))
    .limit(1)
  return someone !== undefined
}
