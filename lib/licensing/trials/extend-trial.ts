import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { lockTrial } from './get-trial.ts'
import { storeTrialExpiry } from './store-trial-expiry.ts'
import { type TrialActivationDto, toTrialDto } from './trial-dto.ts'
import type { ExtendTrialInput } from './trial-input.ts'

/**
 * Lengthens a trial from its present end, also when that has passed.
 * @throws NOT_FOUND, INVALID_INPUT beyond the year 9999
 */
export function extendTrial(
  ctx: Authorized<'trialActivation:write'>,
  id: string,
  { extensionLength }: ExtendTrialInput,
): Promise<TrialActivationDto> {
  return inTransaction(ctx, async (tx) => {
    const trial = await lockTrial(tx.db, tx.accountId, id)
    const row = await storeTrialExpiry(tx, trial, {
      expiresAt: new Date(trial.expiresAt.getTime() + extensionLength * 1000),
      event: 'trial-activation.extended',
      field: 'extensionLength',
    })
    return toTrialDto(row, tx.clock.now())
  })
}
