import { trialPolicies } from '#db/schema/trial-policies.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { newId } from '#lib/core/ids.ts'
import { nameTaken } from '#lib/core/name-taken.ts'
import { type TrialPolicyDto, toTrialPolicyDto } from './policy-dto.ts'
import { type CreateTrialPolicyInput, policyColumns } from './policy-input.ts'

/**
 * Creates a trial policy; what is not sent has its default.
 * @throws CONFLICT when the name is taken
 */
export function createTrialPolicy(
  ctx: Authorized<'trialPolicy:write'>,
  input: CreateTrialPolicyInput,
): Promise<TrialPolicyDto> {
  return inTransaction(ctx, async (tx) => {
    const now = tx.clock.now()
    const [row] = await tx.db
      .insert(trialPolicies)
      .values({
        ...policyColumns(input),
        accountId: tx.accountId,
        id: newId(),
        name: input.name,
        trialLength: input.trialLength,
        createdAt: now,
        updatedAt: now,
      })
      .onConflictDoNothing({ target: [trialPolicies.accountId, trialPolicies.name] })
      .returning()
    if (!row) throw nameTaken('trial policy')
    recordEvent(tx, {
      event: 'trial-policy.created',
      resource: 'trial-policy',
      resourceId: row.id,
      changes: { name: row.name, trialLength: row.trialLength },
    })
    return toTrialPolicyDto(row)
  })
}
