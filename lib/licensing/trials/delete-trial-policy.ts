import { and, eq } from 'drizzle-orm'
import { products } from '#db/schema/products.ts'
import { trialPolicies } from '#db/schema/trial-policies.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { AppError, notFound } from '#lib/core/errors.ts'
import { toTrialPolicyDto } from './policy-dto.ts'

/**
 * Deletes a trial policy that no product has.
 * @throws NOT_FOUND, IN_USE
 */
export function deleteTrialPolicy(ctx: Authorized<'trialPolicy:write'>, id: string): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    const mine = and(eq(trialPolicies.accountId, tx.accountId), eq(trialPolicies.id, id))
    // This lock holds back products that begin to use it, whose foreign key takes a weaker lock on the row.
    const [row] = await tx.db.select().from(trialPolicies).where(mine).for('update')
    if (!row) throw notFound('trial policy')
    const [use] = await tx.db
      .select({ id: products.id })
      .from(products)
      .where(and(eq(products.accountId, tx.accountId), eq(products.trialPolicyId, id)))
      .limit(1)
    if (use) throw new AppError('IN_USE', 'This trial policy is in use by a product.')
    await tx.db.delete(trialPolicies).where(mine)
    recordEvent(tx, {
      event: 'trial-policy.deleted',
      resource: 'trial-policy',
      resourceId: id,
      changes: { name: row.name },
      snapshot: toTrialPolicyDto(row),
    })
    return undefined
  })
}
