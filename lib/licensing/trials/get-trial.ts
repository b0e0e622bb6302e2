import type { Authorized } from '#lib/core/authorize.ts'
import { loadTrial } from './load-trial.ts'
import { type TrialActivationDto, toTrialDto } from './trial-dto.ts'

/**
 * One trial of the account.
 * @throws NOT_FOUND
 */
export async function getTrial(
  ctx: Authorized<'trialActivation:read'>,
  id: string,
): Promise<TrialActivationDto> {
  return toTrialDto(await loadTrial(ctx.db, ctx.accountId, id), ctx.clock.now())
}
