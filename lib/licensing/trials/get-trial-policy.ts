import { and, eq } from 'drizzle-orm'
import { trialPolicies } from '#db/schema/trial-policies.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { notFound } from '#lib/core/errors.ts'
import { type TrialPolicyDto, toTrialPolicyDto } from './policy-dto.ts'

/**
 * One trial policy of the account.
 * @throws NOT_FOUND
 */
export async function getTrialPolicy(
  ctx: Authorized<'trialPolicy:read'>,
  id: string,
): Promise<TrialPolicyDto> {
  const [row] = await ctx.db
    .select()
    .from(trialPolicies)
    .where(and(eq(trialPolicies.accountId, ctx.accountId), eq(trialPolicies.id, id)))
  if (!row) throw notFound('trial policy')
  return toTrialPolicyDto(row)
}
