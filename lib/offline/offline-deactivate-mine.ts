import { inTransaction } from '../audit/in-transaction.ts'
import type { Authorized } from '../auth/authorize.ts'
import { deactivateOfflineDevice } from './deactivate-device.ts'
import type { OfflineDeactivateInput } from './offline-input.ts'
import { requireOwnLicense } from './own-license.ts'

/**
 * Frees a device without a connection from a license of the signed-in customer.
 * @throws NOT_FOUND also for somebody else's; see `deactivateOfflineDevice`
 */
export function offlineDeactivateMine(
  ctx: Authorized<'me:write'>,
  input: OfflineDeactivateInput,
): Promise<undefined> {
  return inTransaction(ctx, async (tx) => {
    await requireOwnLicense(tx, input.licenseId)
    return deactivateOfflineDevice(tx, input)
  })
}
