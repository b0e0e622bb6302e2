import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { lockTrial } from './get-trial.ts'
import { storeTrialExpiry } from './store-trial-expiry.ts'
import { type TrialActivationDto, toTrialDto } from './trial-dto.ts'
import type { TrialExpiryInput } from './trial-input.ts'

/**
 * Sets the end of a trial; a past one ends it.
 * @throws NOT_FOUND
 */
export function setTrialExpiry(
  ctx: Authorized<'trialActivation:write'>,
  id: string,
  { expiresAt }: TrialExpiryInput,
): Promise<TrialActivationDto> {
  return inTransaction(ctx, async (tx) => {
    const trial = await lockTrial(tx.db, tx.accountId, id)
    const row = await storeTrialExpiry(tx, trial, {
      expiresAt,
      event: 'trial-activation.expiresAt.updated',
      field: 'expiresAt',
    })
    return toTrialDto(row, tx.clock.now())
  })
}
