import { and, eq } from 'drizzle-orm'
import { trialActivations } from '#db/schema/trials.ts'
import { inTransaction, recordEvent } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { lockTrial } from './get-trial.ts'
import { toTrialDto } from './trial-dto.ts'

/**
 * Deletes a trial, so that the device may have another one.
 * @throws NOT_FOUND
 */
export function deleteTrial(ctx: Authorized<'trialActivation:write'>, id: string): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    const trial = await lockTrial(tx.db, tx.accountId, id)
    await tx.db
      .delete(trialActivations)
      .where(and(eq(trialActivations.accountId, tx.accountId), eq(trialActivations.id, id)))
    recordEvent(tx, {
      event: 'trial-activation.deleted',
      resource: 'trial-activation',
      resourceId: id,
      changes: { productId: trial.productId },
      snapshot: toTrialDto(trial, tx.clock.now()),
    })
    return undefined
  })
}
