import { and, eq } from 'drizzle-orm'
import type { Executor } from '#db/client.ts'
import { trialPolicies } from '#db/schema/trial-policies.ts'
import { fieldError } from '#lib/core/errors.ts'

/**
 * Keeps the trial policy from being deleted until the transaction ends.
 * @throws INVALID_INPUT when there is no such trial policy
 */
export async function lockTrialPolicy(db: Executor, accountId: string, id: string): Promise<void> {
  const [policy] = await db
    .select({ id: trialPolicies.id })
    .from(trialPolicies)
    .where(and(eq(trialPolicies.accountId, accountId), eq(trialPolicies.id, id)))
    .for('key share')
  if (!policy) throw fieldError('trialPolicyId', 'there is no such trial policy')
}
