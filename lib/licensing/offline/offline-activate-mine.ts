import { inTransaction } from '#lib/audit/in-transaction.ts'
import type { Authorized } from '#lib/core/authorize.ts'
import { reportingFull } from '../activations/report-full.ts'
import { activateOfflineDevice } from './offline-activate.ts'
import type { OfflineActivateInput, OfflineResponseDto } from './offline-input.ts'
import { requireOwnLicense } from './own-license.ts'

/**
 * Activates a device without a connection on a license of the signed-in customer.
 * @throws NOT_FOUND also for somebody else's; see `activateOfflineDevice`
 */
export function offlineActivateMine(
  ctx: Authorized<'me:write'>,
  input: OfflineActivateInput,
): Promise<OfflineResponseDto> {
  const activate = async (tx: typeof ctx) => {
    await requireOwnLicense(tx, input.licenseId)
    return activateOfflineDevice(tx, input)
  }
  return reportingFull(ctx, () => inTransaction(ctx, activate))
}
