import { and, eq } from 'drizzle-orm'
import { trialPolicies } from '#db/schema/trial-policies.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { uniqueName } from '#lib/core/name-taken.ts'
import { type TrialPolicyDto, toTrialPolicyDto } from './policy-dto.ts'
import { policyColumns, type UpdateTrialPolicyInput } from './policy-input.ts'

/**
 * Changes a trial policy. Trials that have begun keep their end.
 * @throws NOT_FOUND, CONFLICT when the name is taken
 */
export function updateTrialPolicy(
  ctx: Authorized<'trialPolicy:write'>,
  id: string,
  input: UpdateTrialPolicyInput,
): Promise<TrialPolicyDto> {
  return uniqueName('trial policy', 'trial_policies_name', () =>
    inTransaction(ctx, async (tx) => {
      const changes = policyColumns(input)
      const [row] = await tx.db
        .update(trialPolicies)
        .set({ ...changes, updatedAt: tx.clock.now() })
        .where(and(eq(trialPolicies.accountId, tx.accountId), eq(trialPolicies.id, id)))
        .returning()
      if (!row) throw notFound('trial policy')
      recordEvent(tx, {
        event: 'trial-policy.updated',
        resource: 'trial-policy',
        resourceId: id,
        changes,
      })
      return toTrialPolicyDto(row)
    }),
  )
}
